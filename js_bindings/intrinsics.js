/**
 * The engine's own functions as they were before any script ran.
 *
 * Every name of the first list is imported into all modules of the bindings that use it, by their loader (engine/js/bindings_modules.py),
 * and so are `globalThis` and, for `Object`, `Math` and their like, copies with functions of their own (`SafeObject` …): a script that
 * replaces `Promise`, `TypeError` or `Object.keys` replaces its own. The rest is for code that must also stand patched prototypes, which
 * webidl/, boot.js and ops.js do. Not a dialect: elsewhere used only where it matters.
 */
export const {
  AggregateError, Array, ArrayBuffer, BigInt, BigInt64Array, BigUint64Array, Boolean, DataView, Date, DOMException, Error, EvalError,
  FinalizationRegistry, Float32Array, Float64Array, Function, Int16Array, Int32Array, Int8Array, Iterator, JSON, Map, Math, Number,
  Object, Promise, Proxy, RangeError, ReferenceError, Reflect, RegExp, Set, SharedArrayBuffer, String, Symbol, SyntaxError, TypeError,
  URIError, Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray, WeakMap, WeakRef, WeakSet, decodeURIComponent, encodeURIComponent,
  isFinite, isNaN, parseFloat, parseInt,
} = globalThis;

/** The loader gives it to modules under its own name. */
export const global_object = globalThis;

export const { apply, construct, ownKeys, getOwnPropertyDescriptor, get: reflect_get, set: reflect_set, has: reflect_has } = Reflect;
export const { defineProperty: reflect_define_property, deleteProperty: reflect_delete_property } = Reflect;
export const { defineProperty, setPrototypeOf, getPrototypeOf, freeze, create, hasOwn: has_own } = Object;
export const { isArray } = Array;
export const { isView: is_view } = ArrayBuffer;
export const { floor, fround, round, trunc } = Math;
export const { asIntN: big_int_as_signed, asUintN: big_int_as_unsigned } = BigInt;
export const { isFinite: is_finite, isInteger: is_integer } = Number;
export const { iterator: ITERATOR, asyncIterator: ASYNC_ITERATOR, toStringTag: TO_STRING_TAG, unscopables: UNSCOPABLES } = Symbol;

const { bind, call } = Function.prototype;

/** `uncurry(Array.prototype.push)(array, item)` */
export const uncurry = bind.bind(call);

const getter = (prototype, name) => uncurry(getOwnPropertyDescriptor(prototype, name).get);
const TypedArray = getPrototypeOf(Uint8Array);

/**
 * Map, Set and the weak ones as the bindings use them for themselves: their methods are their own, out of reach of scripts. To visit
 * all entries use `forEach`: the iterators are those that scripts can patch. Never hand one out.
 */
function out_of_reach(Collection) {
  const Safe = class extends Collection {};
  for (const key of ownKeys(Collection.prototype)) {
    if (key !== "constructor") {
      defineProperty(Safe.prototype, key, getOwnPropertyDescriptor(Collection.prototype, key));
    }
  }
  setPrototypeOf(Safe.prototype, null);
  return Safe;
}

export const SafeMap = out_of_reach(Map);
export const SafeSet = out_of_reach(Set);
export const SafeWeakMap = out_of_reach(WeakMap);
export const SafeWeakSet = out_of_reach(WeakSet);

/** A namespace, or a constructor with its static functions, that scripts cannot reach. What it makes are the usual objects. */
function with_own_functions(original) {
  const copy = typeof original !== "function" ? { __proto__: null } : function (...args) {
    return new.target === undefined ? apply(original, undefined, args) : construct(original, args);
  };
  for (const key of ownKeys(original)) {
    if (key !== "length" && key !== "name") {
      defineProperty(copy, key, getOwnPropertyDescriptor(original, key));
    }
  }
  return freeze(setPrototypeOf(copy, null));
}

export const SafeArray = with_own_functions(Array);
export const SafeDate = with_own_functions(Date);
export const SafeJSON = with_own_functions(JSON);
export const SafeMath = with_own_functions(Math);
export const SafeNumber = with_own_functions(Number);
export const SafeObject = with_own_functions(Object);
export const SafeReflect = with_own_functions(Reflect);
export const SafeString = with_own_functions(String);

export const promise_then = uncurry(Promise.prototype.then);
export const promise_resolve = Promise.resolve.bind(Promise);
export const promise_reject = Promise.reject.bind(Promise);
export const IntrinsicPromise = Promise;
export const to_well_formed = uncurry(String.prototype.toWellFormed);
export const string_slice = uncurry(String.prototype.slice);
export const string_split = uncurry(String.prototype.split);
export const string_includes = uncurry(String.prototype.includes);
export const error_to_string = uncurry(Error.prototype.toString);
export const char_code_at = uncurry(String.prototype.charCodeAt);
export const regexp_exec = uncurry(RegExp.prototype.exec);
export const is_prototype_of = uncurry(Object.prototype.isPrototypeOf);
export const array_buffer_transfer = uncurry(ArrayBuffer.prototype.transfer);
export const array_buffer_slice = uncurry(ArrayBuffer.prototype.slice);
export const array_buffer_byte_length = getter(ArrayBuffer.prototype, "byteLength");
export const array_buffer_detached = getter(ArrayBuffer.prototype, "detached");
export const array_buffer_resizable = getter(ArrayBuffer.prototype, "resizable");
export const shared_array_buffer_byte_length = getter(SharedArrayBuffer.prototype, "byteLength");
export const shared_array_buffer_growable = getter(SharedArrayBuffer.prototype, "growable");
export const typed_array_name = getter(TypedArray.prototype, TO_STRING_TAG);      // undefined for anything else
export const typed_array_buffer = getter(TypedArray.prototype, "buffer");
export const typed_array_byte_offset = getter(TypedArray.prototype, "byteOffset");
export const typed_array_byte_length = getter(TypedArray.prototype, "byteLength");
export const typed_array_set = uncurry(TypedArray.prototype.set);
/** The constructors of buffers and views by name, as "Uint8Array". */
export const buffer_constructors = {
  __proto__: null, ArrayBuffer, DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array, Float32Array, Float64Array, ...(global_object.Float16Array && { Float16Array: global_object.Float16Array }),
};
export const data_view_buffer = getter(DataView.prototype, "buffer");
export const data_view_byte_offset = getter(DataView.prototype, "byteOffset");
export const data_view_byte_length = getter(DataView.prototype, "byteLength");
export const IteratorPrototype = getPrototypeOf(getPrototypeOf([][ITERATOR]()));
export const ArrayIteratorPrototype = getPrototypeOf([][ITERATOR]());
export const array_iterator_next = ArrayIteratorPrototype.next;
export const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {}).prototype));
/** What interfaces with indices share with arrays. */
export const array_methods = { __proto__: null };
for (const name of ["entries", "keys", "values", "forEach"]) {
  array_methods[name] = Array.prototype[name];
}

/** https://webidl.spec.whatwg.org/#is-an-array-buffer : "ArrayBuffer", "SharedArrayBuffer", or null. */
export function array_buffer_kind(value) {
  try {
    array_buffer_byte_length(value);
    return "ArrayBuffer";
  } catch {
    try {
      shared_array_buffer_byte_length(value);
      return "SharedArrayBuffer";
    } catch {
      return null;
    }
  }
}

/** https://tc39.es/ecma262/#sec-getfunctionrealm , told by its Object.prototype; for a constructor whose `prototype` is no object. */
export function object_prototype_of_the_realm_of(constructor) {
  return getPrototypeOf(construct(Object, [], constructor));
}

const dom_exception_code = getter(DOMException.prototype, "code");

/** Is `value` a DOMException, of whichever realm? */
export function is_dom_exception(value) {
  try {
    dom_exception_code(value);
    return true;
  } catch {
    return false;
  }
}
