import {
  array_buffer_byte_length, array_buffer_detached, array_buffer_transfer, buffer_constructors, data_view_buffer,
  data_view_byte_length, data_view_byte_offset, typed_array_buffer, typed_array_byte_length, typed_array_byte_offset,
  typed_array_name, typed_array_set,
} from "../intrinsics.js";
import { assert } from "./assert.js";

// Views and buffers as the standard sees them: their internal slots, whatever a script has made of the properties.

const { ArrayBuffer, Uint8Array } = buffer_constructors;

/** The name of the kind of view: "DataView" or what the specification calls [[TypedArrayName]]. */
export function view_name(view) {
  return typed_array_name(view) ?? "DataView";
}

/** [[ViewedArrayBuffer]] */
export function view_buffer(view) {
  return typed_array_name(view) === undefined ? data_view_buffer(view) : typed_array_buffer(view);
}

/** [[ByteOffset]] */
export function view_byte_offset(view) {
  return typed_array_name(view) === undefined ? data_view_byte_offset(view) : typed_array_byte_offset(view);
}

/** [[ByteLength]] */
export function view_byte_length(view) {
  return typed_array_name(view) === undefined ? data_view_byte_length(view) : typed_array_byte_length(view);
}

/** What one element of a view of this kind takes: a DataView has bytes. */
export function element_size_of(view) {
  const name = typed_array_name(view);
  return name === undefined ? 1 : buffer_constructors[name].BYTES_PER_ELEMENT;
}

/** [[ArrayBufferByteLength]] */
export const buffer_byte_length = array_buffer_byte_length;

/** https://tc39.es/ecma262/#sec-isdetachedbuffer */
export const IsDetachedBuffer = array_buffer_detached;

/** https://streams.spec.whatwg.org/#can-transfer-array-buffer */
export function CanTransferArrayBuffer(O) {
  // 1–5. NB: no buffer here has a detach key: there is no WebAssembly.
  return !IsDetachedBuffer(O);
}

/** https://streams.spec.whatwg.org/#transfer-array-buffer */
export function TransferArrayBuffer(O) {
  // 1. The buffer is not detached.
  assert(!IsDetachedBuffer(O), "a detached buffer has nothing to transfer");
  // 2–5. Detach the buffer, and make a new one of its bytes.
  return array_buffer_transfer(O);
}

/** https://tc39.es/ecma262/#sec-clonearraybuffer */
export function CloneArrayBuffer(buffer, byteOffset, byteLength) {
  const clone = new ArrayBuffer(byteLength);
  CopyDataBlockBytes(clone, 0, buffer, byteOffset, byteLength);
  return clone;
}

/** https://tc39.es/ecma262/#sec-copydatablockbytes */
export function CopyDataBlockBytes(toBuffer, toIndex, fromBuffer, fromIndex, count) {
  typed_array_set(new Uint8Array(toBuffer, toIndex, count), new Uint8Array(fromBuffer, fromIndex, count));
}

/** https://streams.spec.whatwg.org/#abstract-opdef-cloneasuint8array */
export function CloneAsUint8Array(O) {
  // 1–3. The buffer of the view is not detached.
  const buffer = view_buffer(O);
  assert(!IsDetachedBuffer(buffer), "a detached buffer has nothing to clone");
  // 4–6. A Uint8Array over a clone of these bytes.
  return new Uint8Array(CloneArrayBuffer(buffer, view_byte_offset(O), view_byte_length(O)));
}

/** https://streams.spec.whatwg.org/#abstract-opdef-cancopydatablockbytes */
export function CanCopyDataBlockBytes(toBuffer, toIndex, fromBuffer, fromIndex, count) {
  // 1–5. Two different buffers,
  return toBuffer !== fromBuffer
    // 6–7. neither of which is detached,
    && !IsDetachedBuffer(toBuffer)
    && !IsDetachedBuffer(fromBuffer)
    // 8–10. and which have as many bytes from those indices on.
    && toIndex + count <= buffer_byte_length(toBuffer)
    && fromIndex + count <= buffer_byte_length(fromBuffer);
}
