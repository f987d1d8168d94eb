/**
 * The engine's own functions as they were before any script ran. Not a dialect: used only where a script that patches its
 * globals must not bend an algorithm.
 */

export const { apply, construct, ownKeys, getOwnPropertyDescriptor } = Reflect;
export const { defineProperty, setPrototypeOf, getPrototypeOf, freeze, create } = Object;
export const { isArray } = Array;
export const { isView: is_view } = ArrayBuffer;

/** `uncurry(Array.prototype.push)(array, item)` */
export const uncurry = (method) => method.call.bind(method);

const getter = (prototype, name) => uncurry(getOwnPropertyDescriptor(prototype, name).get);
const TypedArray = getPrototypeOf(Uint8Array);

export const promise_then = uncurry(Promise.prototype.then);
export const promise_resolve = Promise.resolve.bind(Promise);
export const promise_reject = Promise.reject.bind(Promise);
export const IntrinsicPromise = Promise;
export const to_well_formed = uncurry(String.prototype.toWellFormed);
export const array_buffer_transfer = uncurry(ArrayBuffer.prototype.transfer);
export const array_buffer_slice = uncurry(ArrayBuffer.prototype.slice);
export const array_buffer_byte_length = getter(ArrayBuffer.prototype, "byteLength");
export const array_buffer_detached = getter(ArrayBuffer.prototype, "detached");
export const array_buffer_resizable = getter(ArrayBuffer.prototype, "resizable");
export const shared_array_buffer_byte_length = getter(SharedArrayBuffer.prototype, "byteLength");
export const typed_array_name = getter(TypedArray.prototype, Symbol.toStringTag);      // undefined for anything else
export const typed_array_buffer = getter(TypedArray.prototype, "buffer");
export const typed_array_byte_offset = getter(TypedArray.prototype, "byteOffset");
export const typed_array_byte_length = getter(TypedArray.prototype, "byteLength");
export const typed_array_set = uncurry(TypedArray.prototype.set);
/** The constructors of buffers and views by name, as "Uint8Array". */
export const buffer_constructors = {
  __proto__: null, ArrayBuffer, DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array, Float32Array, Float64Array, ...(globalThis.Float16Array && { Float16Array }),
};
export const data_view_buffer = getter(DataView.prototype, "buffer");
export const data_view_byte_offset = getter(DataView.prototype, "byteOffset");
export const data_view_byte_length = getter(DataView.prototype, "byteLength");
export const IteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
export const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {}).prototype));

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
