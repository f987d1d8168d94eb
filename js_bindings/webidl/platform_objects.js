import { host } from "../ops.js";
import { interface_of, interface_name_of } from "./define_interface.js";

/**
 * Platform objects and the implementation objects behind them.
 *
 * A platform object carries its implementation object in a private field that is put on it from outside: its constructor returns the
 * object it is given, and a derived class adds its fields to whatever that is. So any object can carry one, also a global or a proxy.
 * All realms of an agent share the one class, so that members work on the objects of other realms.
 */
function make_carrier() {
  class Given {
    constructor(object) {
      return object;
    }
  }
  return class Carrier extends Given {
    #implementation;

    constructor(object, implementation) {
      super(object);
      this.#implementation = implementation;
    }

    static implementation_of(object) {
      return #implementation in object ? object.#implementation : undefined;
    }
  };
}

const Carrier = host.shared.Carrier ??= make_carrier();

/** The implementation object of a platform object; undefined for any other value. */
export function implementation_of(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function" ? Carrier.implementation_of(value) : undefined;
}

/** The platform object of an implementation object, made when it is first asked for. */
export function platform_object_of(implementation) {
  return implementation.platform_object ?? make_platform_object(implementation);
}

/** A script's own value, or the platform object of an implementation object that travels as `any`. */
export function to_script_value(value) {
  return typeof value === "object" && value !== null && interface_name_of(value.constructor) !== null ? platform_object_of(value) : value;
}

function make_platform_object(implementation) {
  const { prototype, decorate } = interface_of(interface_name_of(implementation.constructor));
  return attach(decorate(Object.create(prototype), implementation), implementation);
}

/** Make `object` the platform object of `implementation`. */
export function attach(object, implementation) {
  new Carrier(object, implementation);
  implementation.platform_object = object;
  return object;
}

/** https://webidl.spec.whatwg.org/#internally-create-a-new-object-implementing-the-interface , for a constructor call. */
export function construct_platform_object(name, new_target, implementation) {
  const own = interface_of(name);
  const wanted = new_target === own.constructor ? own.prototype : new_target.prototype;
  const prototype = (typeof wanted === "object" && wanted !== null) || typeof wanted === "function" ? wanted : own.prototype;
  return attach(own.decorate(Object.create(prototype), implementation), implementation);
}

/** Does `value` implement the interface `name` (or one that inherits it)? Its implementation object if so, else undefined. */
export function implementation_of_interface(value, brand) {
  const implementation = implementation_of(value);
  return implementation !== undefined && implementation[brand] === true ? implementation : undefined;
}
