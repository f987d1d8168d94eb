import {
  array_buffer_byte_length, array_buffer_detached, array_buffer_resizable, array_buffer_slice, array_buffer_transfer,
  data_view_buffer, data_view_byte_length, data_view_byte_offset, typed_array_buffer, typed_array_byte_length, typed_array_byte_offset, uncurry,
} from "../../intrinsics.js";
import { data_clone_error } from "./errors.js";
import { kind_of } from "./internal_slots.js";

/** Buffers and their views, as structured serialization sees them. Nothing here can be bent by a script's own properties. */

const max_byte_length_of = uncurry(Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "maxByteLength").get);
const resize = uncurry(ArrayBuffer.prototype.resize);
const fill_typed_array = uncurry(Object.getPrototypeOf(Uint8Array.prototype).fill);

const TYPED = { buffer: typed_array_buffer, byte_offset: typed_array_byte_offset, byte_length: typed_array_byte_length };
const DATA_VIEW = { buffer: data_view_buffer, byte_offset: data_view_byte_offset, byte_length: data_view_byte_length };

const ELEMENT_SIZES = {
  __proto__: null, DataView: 1, Int8Array: 1, Uint8Array: 1, Uint8ClampedArray: 1, Int16Array: 2, Uint16Array: 2, Float16Array: 2,
  Int32Array: 4, Uint32Array: 4, Float32Array: 4, Float64Array: 8, BigInt64Array: 8, BigUint64Array: 8,
};

export { array_buffer_detached as is_detached, array_buffer_transfer as transfer_array_buffer };

/** How far a buffer may grow, or null if it cannot be resized. */
export function max_byte_length(buffer) {
  return array_buffer_resizable(buffer) ? max_byte_length_of(buffer) : null;
}

/** Step 13 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal ; the bytes go to `buffers`. */
export function serialize_array_buffer(value, buffers) {
  // 13.2.1. A detached buffer cannot be cloned.
  if (array_buffer_detached(value)) {
    throw data_clone_error(value, "is a detached buffer");
  }
  // 13.2.2–13.2.4. Copy the bytes.
  buffers.push(array_buffer_slice(value, 0, array_buffer_byte_length(value)));
  const index = buffers.length - 1;
  // 13.2.5–13.2.6. A resizable buffer has a maximum byte length too.
  const maximum = max_byte_length(value);
  return maximum === null ? ["ArrayBuffer", index] : ["ArrayBuffer", index, maximum];
}

/**
 * Step 14 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal
 *
 * Which part of which buffer `view` shows: `length` counts elements, and is null where it is the buffer's, whatever that will be.
 */
export function describe_view(view, kind) {
  const get = kind === "DataView" ? DATA_VIEW : TYPED;
  // 14.2. The buffer of the view.
  const buffer = get.buffer(view);
  const shared = kind_of(buffer) !== "ArrayBuffer";
  if (!shared && array_buffer_detached(buffer)) {
    throw data_clone_error(view, "is a view of a detached buffer");
  }
  const resizable = !shared && array_buffer_resizable(buffer);
  // 14.1. A view that is out of bounds cannot be cloned.
  if (resizable && is_out_of_bounds(view, kind)) {
    throw data_clone_error(view, "is a view outside its buffer");
  }
  // 14.5–14.6. The byte offset, and the length unless it is that of the buffer.
  const follows = resizable && follows_its_buffer(view, kind, get, buffer);
  return { buffer, byte_offset: get.byte_offset(view), length: follows ? null : get.byte_length(view) / ELEMENT_SIZES[kind] };
}

/** https://tc39.es/ecma262/#sec-istypedarrayoutofbounds , for a view of a buffer that can be resized. */
function is_out_of_bounds(view, kind) {
  try {
    if (kind === "DataView") {
      data_view_byte_length(view);
    } else {
      fill_typed_array(view, kind.startsWith("Big") ? 0n : 0, 0, 0);
    }
    return false;
  } catch {
    return true;
  }
}

/** Ours: does the view's length follow its buffer's? Nothing tells but giving the buffer another length for a moment. */
function follows_its_buffer(view, kind, get, buffer) {
  const size = array_buffer_byte_length(buffer);
  const byte_length = get.byte_length(view);
  const element_size = ELEMENT_SIZES[kind];
  if (size - get.byte_offset(view) - byte_length >= element_size) {
    return false;  // It ends before the buffer does.
  }
  if (size + element_size <= max_byte_length_of(buffer)) {
    resize(buffer, size + element_size);
    const followed = get.byte_length(view) !== byte_length;
    resize(buffer, size);
    return followed;
  }
  if (byte_length === 0) {
    return false;  // The buffer cannot grow by an element any more: it does not matter.
  }
  // Without an element at its end, a view that does not follow is outside.
  const last = new Uint8Array(array_buffer_slice(buffer, size - element_size, size));
  resize(buffer, size - element_size);
  const followed = !is_out_of_bounds(view, kind);
  resize(buffer, size);
  new Uint8Array(buffer, size - element_size).set(last);
  return followed;
}
