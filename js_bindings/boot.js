import { defineProperty, setPrototypeOf } from "./intrinsics.js";
import { interfaces } from "./interfaces.js";
import { host, make_error } from "./ops.js";
import { upcalls } from "./upcalls.js";
import { as_native_task } from "./webidl/callbacks.js";
import { implementation_class, interface_of } from "./webidl/define_interface.js";
import { load } from "./webidl/lazy.js";
import { attach } from "./webidl/platform_objects.js";

/** The first module of every realm: gives the global object its interfaces. */

const not_made_yet = new Map();

/** Make this realm's global object what `host` says: a window, a worker. */
export function boot() {
  make_descriptors_truthful();
  for (const name of host.exposed) {
    if (Object.hasOwn(interfaces, name)) {
      expose(name);
    }
  }
  if (host.global_interface !== null) {
    const { prototype, decorate } = interface_of(host.global_interface);
    setPrototypeOf(globalThis, prototype);
    const global_scope = new (implementation_class(host.global_interface))();
    attach(decorate(globalThis, global_scope), global_scope);
    global_scope.global_object_is_ready?.();
  }
}

/** OPTIMIZATION: an interface is made when a script first looks at it. */
function expose(name) {
  not_made_yet.set(name, name);
  defineProperty(globalThis, name, {
    get: () => materialize(name),
    set(value) {
      not_made_yet.delete(name);
      defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
    },
    enumerable: false,
    configurable: true,
  });
}

function materialize(name) {
  not_made_yet.delete(name);
  const { constructor, table } = interface_of(name);
  defineProperty(globalThis, name, { value: constructor, writable: true, enumerable: false, configurable: true });
  for (const alias of table.legacyWindowAlias ?? []) {
    defineProperty(globalThis, alias, { value: constructor, writable: true, enumerable: false, configurable: true });
  }
  return constructor;
}

/** NB: nobody must be able to tell that an interface has not been made yet, so those who ask for its descriptor have it made first. */
function make_descriptors_truthful() {
  for (const holder of [Object, Reflect]) {
    const original = holder.getOwnPropertyDescriptor;
    const { getOwnPropertyDescriptor } = {
      getOwnPropertyDescriptor(target, property) {
        if (target === globalThis && not_made_yet.has(property)) {
          materialize(property);
        }
        return original(target, property);
      },
    };
    defineProperty(holder, "getOwnPropertyDescriptor", { value: getOwnPropertyDescriptor, writable: true, enumerable: false, configurable: true });
  }
  const original = Object.getOwnPropertyDescriptors;
  const { getOwnPropertyDescriptors } = {
    getOwnPropertyDescriptors(target) {
      if (target === globalThis) {
        [...not_made_yet.keys()].forEach(materialize);
      }
      return original(target);
    },
  };
  defineProperty(Object, "getOwnPropertyDescriptors", { value: getOwnPropertyDescriptors, writable: true, enumerable: false, configurable: true });
}

/** The function behind an upcall. Upcalls begin where no script is on the stack. */
export function find_upcall(name) {
  const steps = load(upcalls[name])[name];
  return name === "up_settle" ? steps : (...args) => as_native_task(steps, args);
}

export { make_error };
