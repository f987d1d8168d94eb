import { utf8_decode } from "../infra/utf8.js";
import { get_stream } from "./blob_stream.js";
import { join_chunks, joined_for_reading, length_of_chunks, process_blob_parts, slice_chunks } from "./blob_parts.js";

/** https://w3c.github.io/FileAPI/#dfn-Blob */
export class Blob {
  chunks = [];      // the byte sequence, as shared, never changing Uint8Arrays: see blob_parts.js
  size = 0;         // its length in bytes
  type = "";        // https://w3c.github.io/FileAPI/#dfn-type

  /** Internal creation: `new Blob(chunks, type)`; the chunks must not be written to afterwards. */
  constructor(chunks = [], type = "") {
    this.chunks = chunks;
    this.size = length_of_chunks(chunks);
    this.type = type;
  }

  /** https://w3c.github.io/FileAPI/#constructorBlob */
  static constructor_steps(blob_parts, options) {
    // 1. Without arguments the blob is empty.
    if (blob_parts === undefined) blob_parts = [];
    // 2. Process the blob parts.
    const chunks = process_blob_parts(blob_parts, options);
    // 3–4. Normalize the type.
    return new Blob(chunks, normalize_type(options.type));
  }

  /** https://w3c.github.io/FileAPI/#dfn-slice */
  slice(start, end, content_type) {
    return slice_blob(this, start ?? null, end ?? null, content_type ?? null);
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-stream */
  stream() {
    return get_stream(this);
  }

  /**
   * https://w3c.github.io/FileAPI/#dom-blob-text
   * NB: the bytes are at hand, so this and the next two read them without a stream of their own, which nobody could see.
   */
  async text() {
    return utf8_decode(joined_for_reading(this.chunks));
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-arraybuffer */
  async arrayBuffer() {
    return join_chunks(this.chunks).buffer;
  }

  /** https://w3c.github.io/FileAPI/#dom-blob-bytes */
  async bytes() {
    return join_chunks(this.chunks);
  }

  /** https://w3c.github.io/FileAPI/#blob-section (serialization steps) */
  static serialization_steps(value, serialized) {
    // 1. NB: there is no storage beneath, so no snapshot state.
    // 2. Serialize the bytes; and, though the steps do not say so, the type.
    serialized.chunks = value.chunks;
    serialized.type = value.type;
  }

  /** https://w3c.github.io/FileAPI/#blob-section (deserialization steps) */
  static deserialization_steps(serialized, value) {
    // 1–2. Take over the bytes and the type.
    value.chunks = serialized.chunks;
    value.size = length_of_chunks(serialized.chunks);
    value.type = serialized.type;
  }
}

/**
 * https://w3c.github.io/FileAPI/#slice-blob
 * `null` stands for what was not given.
 */
export function slice_blob(blob, start, end, content_type) {
  // 1. The size of the original blob.
  const size = blob.size;
  // 2. The relative start: 0 if none is given, a negative one counts from the end; within the blob.
  const relative_start = start === null ? 0 : start < 0 ? Math.max(size + start, 0) : Math.min(start, size);
  // 3. The relative end: the size if none is given, a negative one counts from the end; within the blob.
  const relative_end = end === null ? size : end < 0 ? Math.max(size + end, 0) : Math.min(end, size);
  // 4. Normalize the content type.
  const relative_content_type = content_type === null ? "" : normalize_type(content_type);
  // 5. The span, which is never negative.
  const span = Math.max(relative_end - relative_start, 0);
  // 6. A new blob of these bytes.
  return new Blob(slice_chunks(blob.chunks, relative_start, relative_start + span), relative_content_type);
}

/** Ours: the type step that the constructors of Blob and File and slice share. */
export function normalize_type(type) {
  return /[^\x20-\x7e]/.test(type) ? "" : type.toLowerCase();
}
