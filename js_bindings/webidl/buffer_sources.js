import {
  array_buffer_detached, array_buffer_kind, data_view_buffer, data_view_byte_length, data_view_byte_offset, is_view,
  typed_array_buffer, typed_array_byte_length, typed_array_byte_offset, typed_array_name, typed_array_set,
} from "../intrinsics.js";

/** Buffer sources that scripts gave: https://webidl.spec.whatwg.org/#js-buffer-source-types */

/**
 * Ours: a Uint8Array over the bytes that a buffer source holds now, without a copy: to be read at once, never to be kept or given away.
 * A detached buffer has no bytes. Bytes of a SharedArrayBuffer are copied, since another agent could change them at any time.
 */
export function bytes_of_buffer_source(source) {
  let buffer = source;
  let offset = 0;
  let length;
  if (is_view(source)) {
    const is_typed_array = typed_array_name(source) !== undefined;
    buffer = is_typed_array ? typed_array_buffer(source) : data_view_buffer(source);
    if (is_detached(buffer)) return new Uint8Array(0);
    offset = is_typed_array ? typed_array_byte_offset(source) : data_view_byte_offset(source);
    length = is_typed_array ? typed_array_byte_length(source) : data_view_byte_length(source);
  } else if (is_detached(buffer)) {
    return new Uint8Array(0);
  }
  const view = length === undefined ? new Uint8Array(buffer) : new Uint8Array(buffer, offset, length);
  return array_buffer_kind(buffer) === "SharedArrayBuffer" ? copied(view) : view;
}

/** https://webidl.spec.whatwg.org/#dfn-get-buffer-source-copy */
export function copy_of_buffer_source(source) {
  const bytes = bytes_of_buffer_source(source);
  return copied(bytes);
}

function copied(view) {
  const copy = new Uint8Array(typed_array_byte_length(view));
  typed_array_set(copy, view);
  return copy;
}

function is_detached(buffer) {
  return array_buffer_kind(buffer) === "ArrayBuffer" && array_buffer_detached(buffer);
}
