import { defineProperty, getOwnPropertyDescriptor, has_own, ownKeys, setPrototypeOf } from "../intrinsics.js";

/** Defining properties. Descriptors inherit nothing: a script may have given all objects a `get`. */

export function define_value(target, key, value, enumerable = true, writable = true, configurable = true) {
  defineProperty(target, key, { __proto__: null, value, writable, enumerable, configurable });
}

export function define_accessor(target, key, get, set, enumerable = true, configurable = true) {
  defineProperty(target, key, { __proto__: null, get, set, enumerable, configurable });
}

/** A property's descriptor that inherits nothing; undefined if there is no such property. */
export function descriptor_of(holder, key) {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  return descriptor === undefined ? undefined : setPrototypeOf(descriptor, null);
}

/** Give `target` the property that `holder` has. */
export function copy_property(target, holder, key) {
  defineProperty(target, key, descriptor_of(holder, key));
}

/** `length` and `name` of functions, `Symbol.toStringTag` of prototypes. */
export function define_fixed(target, key, value) {
  defineProperty(target, key, { __proto__: null, value, writable: false, enumerable: false, configurable: true });
}

/**
 * https://webidl.spec.whatwg.org/#dfn-includes : the members of a mixin's implementation become those of a class that includes it.
 *
 * A member that the class has itself stays. Call it in the class's `static {}` block.
 */
export function include(Class, Mixin) {
  const keys = ownKeys(Mixin.prototype);
  for (let index = 0; index < keys.length; ++index) {
    if (!has_own(Class.prototype, keys[index])) {
      copy_property(Class.prototype, Mixin.prototype, keys[index]);
    }
  }
}
