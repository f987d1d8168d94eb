import { defineProperty, setPrototypeOf } from "./intrinsics.js";
import { interfaces, legacy_factory_functions, legacy_window_aliases } from "./interfaces.js";
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
    expose(name, name, constructor_of);
  }
  if (host.global_names.includes("Window")) {
    for (const [alias, name] of Object.entries(legacy_window_aliases)) {
      expose(alias, name, constructor_of);
    }
    for (const [factory, name] of Object.entries(legacy_factory_functions)) {
      expose(factory, name, (of_name) => load("webidl/legacy_factory_functions.js").legacy_factory_function(factory, of_name));
    }
  }
  if (host.global_interface !== null) {
    const { prototype, decorate } = interface_of(host.global_interface);
    setPrototypeOf(globalThis, prototype);
    // The engine's own; the interface has a truer one.
    delete globalThis[Symbol.toStringTag];
    const global_scope = new (implementation_class(host.global_interface))();
    attach(decorate(globalThis, global_scope), global_scope);
    global_scope.global_object_is_ready?.();
  }
}

const constructor_of = (name) => interface_of(name).constructor;

/** OPTIMIZATION: `property` of the global object is made from the interface `name` when a script first looks at it. */
function expose(property, name, make) {
  if (!Object.hasOwn(interfaces, name)) {
    return;
  }
  not_made_yet.set(property, () => make(name));
  defineProperty(globalThis, property, {
    get: () => materialize(property),
    set(value) {
      not_made_yet.delete(property);
      define_on_global(property, value);
    },
    enumerable: false,
    configurable: true,
  });
}

function materialize(property) {
  const make = not_made_yet.get(property);
  not_made_yet.delete(property);
  const value = make();
  define_on_global(property, value);
  return value;
}

function define_on_global(property, value) {
  defineProperty(globalThis, property, { value, writable: true, enumerable: false, configurable: true });
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
