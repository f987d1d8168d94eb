import {
  call_script, define_hidden_accessor, defineProperty, getOwnPropertyDescriptor, global_object, has_own, method, ownKeys, page_intrinsics,
  reflect_define_property, reflect_delete_property, setPrototypeOf, TO_STRING_TAG,
} from "./intrinsics.js";
import { interfaces, legacy_factory_functions, legacy_window_aliases } from "./interfaces.js";
import { host, make_error } from "./ops.js";
import { upcalls } from "./upcalls.js";
import { as_native_task } from "./webidl/callbacks.js";
import { make_prototypes_immutable } from "./webidl/immutable_prototypes.js";
import { load } from "./webidl/lazy.js";
import { define_on_legacy_platform_object, legacy_platform_objects } from "./webidl/legacy_platform_objects.js";
import { attach, implementation_of } from "./webidl/platform_objects.js";
import { define_value } from "./webidl/properties.js";
import { implementation_class, interface_of } from "./webidl/tables.js";

/** The first module of every realm: gives the global object its interfaces. */

/** Make this realm's global object what `host` says: a window, a worker. */
export function boot() {
  make_reflection_truthful();
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
    reflect_delete_property(global_object, TO_STRING_TAG);   // the engine's own: the interface has one
    setPrototypeOf(global_object, prototype);
    const global_scope = new (implementation_class(host.global_interface))();
    attach(decorate(global_object, global_scope), global_scope);
    global_scope.global_object_is_ready?.();
    make_prototypes_immutable(global_object);
  }
}

const constructor_of = (name) => interface_of(name).constructor;

/** A property of the global object whose value has not been made yet. */
class LazyProperty {
  name;
  interface_name;
  make;
  getter;
  value = undefined;
  is_made = false;

  constructor(name, interface_name, make) {
    this.name = name;
    this.interface_name = interface_name;
    this.make = make;
  }

  get() {
    if (!this.is_made) {
      this.value = this.make(this.interface_name);
      this.is_made = true;
    }
    return this.value;
  }
}

/** Getter → LazyProperty. */
const lazy_properties = new Map();

/** OPTIMIZATION: `property` of the global object is made from the interface `name` when a script first looks at it. */
function expose(property, name, make) {
  if (!has_own(interfaces, name)) {
    return;
  }
  const lazy = new LazyProperty(property, name, make);
  lazy.getter = define_hidden_accessor(property, () => materialize(lazy), (this_value, value) => assign(lazy, this_value ?? global_object, value));
  lazy_properties.set(lazy.getter, lazy);
}

/** As if it had been a plain property all the time; `holder` may be an object that inherits from the global object. */
function assign(lazy, holder, value) {
  if (holder === global_object) {
    lazy_properties.delete(lazy.getter);
    define_value(global_object, lazy.name, value, false);
  } else {
    reflect_define_property(holder, lazy.name, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** Turn it into the plain property it is meant to be; its value. */
function materialize(lazy) {
  const value = lazy.get();
  const present = getOwnPropertyDescriptor(global_object, lazy.name);
  if (present !== undefined && present.get === lazy.getter && present.configurable) {
    define_value(global_object, lazy.name, value, false);
    lazy_properties.delete(lazy.getter);
  }
  return value;
}

/** If the property of the global object that a script looks at has not been made yet, make it. */
function materialize_property(target, key) {
  if (target !== global_object || lazy_properties.size === 0) {
    return;
  }
  const found = getOwnPropertyDescriptor(global_object, key)?.get;
  const lazy = found === undefined ? undefined : lazy_properties.get(found);
  if (lazy !== undefined) {
    materialize(lazy);
  }
}

function materialize_all(target) {
  if (target === global_object) {
    lazy_properties.forEach(materialize);
  }
}

/** NB: nobody must be able to tell that an interface has not been made yet, so those who look closer than `get` have it made first. */
function make_reflection_truthful() {
  const { Object: objects, Reflect: reflection } = page_intrinsics;
  for (const holder of [objects, reflection]) {
    wrap(holder, "getOwnPropertyDescriptor", 1);
    wrap_define_property(holder, holder === objects);
  }
  for (const name of ["getOwnPropertyDescriptors", "defineProperties", "freeze", "seal"]) {
    replace(objects, name, (original) => (this_value, args) => {
      materialize_all(args.length > 0 ? args[0] : undefined);
      return call_script(original, this_value, args);
    });
  }
  for (const name of ["__lookupGetter__", "__lookupSetter__", "__defineGetter__", "__defineSetter__"]) {
    wrap(objects.prototype, name, 0);
  }
}

/** `at`: which argument names the property; of `this` where that is the first, else of the first argument. */
function wrap(holder, name, at) {
  replace(holder, name, (original) => (this_value, args) => {
    if (args.length > at) {
      const target = at === 0 ? this_value : args[0];
      if (target === global_object) {
        args[at] = to_property_key(args[at]);   // It is converted to a name once only.
        materialize_property(target, args[at]);
      } else if (name === "getOwnPropertyDescriptor" && implementation_of(target)?.is_remote) {
        // AD-HOC: the engine describes an accessor of a proxy as a value; that of an ordinary object it tells as it is.
        args[at] = to_property_key(args[at]);
        args[0] = load("html/window/cross_origin_objects.js").holder_of_own_property(target, args[at]);
      }
    }
    return call_script(original, this_value, args);
  });
}

function wrap_define_property(holder, throws) {
  replace(holder, "defineProperty", (original) => (this_value, args) => {
    const object = args.length > 0 ? args[0] : undefined;
    if (args.length < 2 || (object !== global_object && !legacy_platform_objects.has(object))) {
      return call_script(original, this_value, args);
    }
    const key = args[1] = to_property_key(args[1]);
    if (object === global_object) {
      materialize_property(object, key);
      return call_script(original, this_value, args);
    }
    const is_defined = define_on_legacy_platform_object(object, key, args.length > 2 ? args[2] : undefined);
    if (!throws) {
      return is_defined;
    }
    if (!is_defined) {
      throw new TypeError("the property cannot be defined");
    }
    return object;
  });
}

function to_property_key(value) {
  return typeof value === "symbol" || typeof value === "string" ? value : ownKeys({ __proto__: null, [value]: undefined })[0];
}

/** `make(original)` gives the steps of the method in its place: `(this, arguments)`. */
function replace(holder, name, make) {
  const { value: original, ...attributes } = getOwnPropertyDescriptor(holder, name);
  const replacement = method(name, make(original));
  defineProperty(replacement, "length", { value: original.length, configurable: true });
  defineProperty(holder, name, { value: replacement, ...attributes });
}

/** The function behind an upcall. Upcalls begin where no script is on the stack. */
export function find_upcall(name) {
  const steps = load(upcalls[name])[name];
  return name === "up_settle" ? steps : (...args) => as_native_task(steps, args);
}

export { make_error };
