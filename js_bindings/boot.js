import {
  apply, defineProperty, getOwnPropertyDescriptor, global_object, has_own, ownKeys, reflect_define_property, reflect_delete_property, SafeMap,
  setPrototypeOf, TO_STRING_TAG,
} from "./intrinsics.js";
import { interfaces, legacy_factory_functions, legacy_window_aliases } from "./interfaces.js";
import { host, make_error } from "./ops.js";
import { upcalls } from "./upcalls.js";
import { as_native_task } from "./webidl/callbacks.js";
import { implementation_class, interface_of } from "./webidl/define_interface.js";
import { make_prototypes_immutable } from "./webidl/immutable_prototypes.js";
import { load } from "./webidl/lazy.js";
import { define_on_legacy_platform_object, legacy_platform_objects } from "./webidl/legacy_platform_objects.js";
import { attach } from "./webidl/platform_objects.js";
import { define_value } from "./webidl/properties.js";

/** The first module of every realm: gives the global object its interfaces. */

/** Make this realm's global object what `host` says: a window, a worker. */
export function boot() {
  close_the_stack();
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
  make;
  getter;
  value = undefined;
  is_made = false;

  constructor(name, make) {
    this.name = name;
    this.make = make;
  }

  get() {
    if (!this.is_made) {
      this.value = this.make();
      this.is_made = true;
    }
    return this.value;
  }
}

/** Getter → LazyProperty. */
const lazy_properties = new SafeMap();

/** OPTIMIZATION: `property` of the global object is made from the interface `name` when a script first looks at it. */
function expose(property, name, make) {
  if (!has_own(interfaces, name)) {
    return;
  }
  const lazy = new LazyProperty(property, () => make(name));
  const { get, set } = getOwnPropertyDescriptor({
    get [property]() {
      return materialize(lazy);
    },
    set [property](value) {
      assign(lazy, this ?? global_object, value);
    },
  }, property);
  lazy.getter = get;
  lazy_properties.set(get, lazy);
  defineProperty(global_object, property, { __proto__: null, get, set, enumerable: false, configurable: true });
}

/** As if it had been a plain property all the time; `holder` may be an object that inherits from the global object. */
function assign(lazy, holder, value) {
  if (holder === global_object) {
    lazy_properties.delete(lazy.getter);
    define_value(global_object, lazy.name, value, false);
  } else {
    reflect_define_property(holder, lazy.name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
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

/** If the property of the global object that a script looks at has not been made yet, make it. `at`: which argument names it. */
function materialize_property(target, args, at) {
  if (target !== global_object || lazy_properties.size === 0) {
    return;
  }
  if (typeof args[at] === "object" || typeof args[at] === "function") {
    // It is converted to a name once only.
    args[at] = to_property_key(args[at]);
  }
  const getter = getOwnPropertyDescriptor(global_object, args[at])?.get;
  const lazy = getter === undefined ? undefined : lazy_properties.get(getter);
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
  const { Object: objects, Reflect: reflection } = global_object;
  for (const holder of [objects, reflection]) {
    wrap(holder, "getOwnPropertyDescriptor", (args) => materialize_property(args[0], args, 1));
    wrap_define_property(holder, holder === objects);
  }
  for (const name of ["getOwnPropertyDescriptors", "defineProperties", "freeze", "seal"]) {
    wrap(objects, name, (args) => materialize_all(args[0]));
  }
  for (const name of ["__lookupGetter__", "__lookupSetter__", "__defineGetter__", "__defineSetter__"]) {
    wrap(Object.prototype, name, (args, this_value) => materialize_property(this_value, args, 0));
  }
}

function wrap(holder, name, before) {
  replace(holder, name, (original) => ({
    [name](...args) {
      before(args, this);
      return apply(original, this, args);
    },
  })[name]);
}

function wrap_define_property(holder, throws) {
  replace(holder, "defineProperty", (original) => ({
    defineProperty(...args) {
      const object = args[0];
      if (!legacy_platform_objects.has(object)) {
        materialize_property(object, args, 1);
        return apply(original, this, args);
      }
      const key = typeof args[1] === "symbol" ? args[1] : to_property_key(args[1]);
      const is_defined = define_on_legacy_platform_object(object, key, args[2]);
      if (!throws) {
        return is_defined;
      }
      if (!is_defined) {
        throw new TypeError("the property cannot be defined");
      }
      return object;
    },
  }).defineProperty);
}

function to_property_key(value) {
  return ownKeys({ __proto__: null, [value]: undefined })[0];
}

function replace(holder, name, make) {
  const { value: original, ...attributes } = getOwnPropertyDescriptor(holder, name);
  const wrapper = make(original);
  defineProperty(wrapper, "length", { value: original.length, configurable: true });
  defineProperty(holder, name, { value: wrapper, ...attributes });
}

/** NB: the engine shows scripts the functions on the stack; ours would let them at the border to Python. */
function close_the_stack() {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error, sites) => sites;
  const [site] = new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  delete Object.getPrototypeOf(site).getFunction;
}

/** The function behind an upcall. Upcalls begin where no script is on the stack. */
export function find_upcall(name) {
  const steps = load(upcalls[name])[name];
  return name === "up_settle" ? steps : (...args) => as_native_task(steps, args);
}

export { make_error };
