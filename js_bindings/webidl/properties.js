import { defineProperty } from "../intrinsics.js";

/** Defining properties. Descriptors inherit nothing: a script may have given all objects a `get`. */

export function define_value(target, key, value, enumerable = true, writable = true, configurable = true) {
  defineProperty(target, key, { __proto__: null, value, writable, enumerable, configurable });
}

export function define_accessor(target, key, get, set, enumerable = true, configurable = true) {
  defineProperty(target, key, { __proto__: null, get, set, enumerable, configurable });
}

/** `length` and `name` of functions, `Symbol.toStringTag` of prototypes. */
export function define_fixed(target, key, value) {
  defineProperty(target, key, { __proto__: null, value, writable: false, enumerable: false, configurable: true });
}
