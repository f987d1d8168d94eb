import { array_buffer_kind, is_view, ITERATOR, reflect_get, typed_array_name } from "../intrinsics.js";

/** What kind of thing a value of a script is, as far as types ask. */

export const is_object = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** What kind of buffer source a value is: "ArrayBuffer", "DataView", "Uint8Array", …, or null. */
export function buffer_kind(value) {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  return is_view(value) ? typed_array_name(value) ?? "DataView" : array_buffer_kind(value);
}

/** The @@iterator of an object; undefined if it has none. */
export function iterator_method(value, context) {
  const method = is_object(value) ? reflect_get(value, ITERATOR) : undefined;
  if (method === undefined || method === null) {
    return undefined;
  }
  if (typeof method !== "function") {
    throw new TypeError(context + " has an @@iterator that is not a function");
  }
  return method;
}

export function buffer_fits(wanted, kind) {
  switch (wanted) {
    case "BufferSource":
    case "AllowSharedBufferSource":
      return true;
    case "ArrayBufferView":
      return kind !== "ArrayBuffer" && kind !== "SharedArrayBuffer";
    default:
      return wanted === kind;
  }
}
