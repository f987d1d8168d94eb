// The bytes of blobs. Specification: https://w3c.github.io/FileAPI/ (2024-11)
//
// NB: a byte sequence is kept as a list of chunks (Uint8Array), none of them empty. No chunk is ever written to after it was put into a list, and none is
// ever given to a script, so that blobs, slices of blobs and blobs made of blobs share chunks instead of copying them.

import { utf8_encode } from "../infra/utf8.js";
import { array_buffer_kind, is_view } from "../intrinsics.js";
import { copy_of_buffer_source } from "../webidl/buffer_sources.js";

export { copy_of_buffer_source };

/**
 * https://w3c.github.io/FileAPI/#process-blob-parts
 * Gives a list of chunks.
 */
export function process_blob_parts(parts, options) {
  // 1. There are no bytes yet.
  const chunks = [];
  let text = "";
  const flush_text = () => {
    if (text !== "") chunks.push(utf8_encode(text));
    text = "";
  };
  // 2. For each element, as its type says:
  for (const element of parts) {
    if (typeof element === "string") {
      // 2.1. A string: with native line endings if that is asked for, as UTF-8. OPTIMIZATION: neighbours are encoded together.
      text += options.endings === "native" ? convert_line_endings_to_native(element) : element;
      continue;
    }
    flush_text();
    if (is_view(element) || array_buffer_kind(element) !== null) {
      // 2.2. A buffer source: a copy of its bytes.
      const copy = copy_of_buffer_source(element);
      if (copy.length > 0) chunks.push(copy);
    } else {
      // 2.3. A blob: its bytes.
      for (const chunk of element.chunks) chunks.push(chunk);
    }
  }
  flush_text();
  // 3. The bytes.
  return chunks;
}

/**
 * https://w3c.github.io/FileAPI/#convert-line-endings-to-native
 * NB: the native line ending is a line feed on every platform we run on.
 */
export function convert_line_endings_to_native(string) {
  return string.includes("\r") ? string.replace(/\r\n?/g, "\n") : string;
}

/** Ours: how many bytes a list of chunks holds. */
export function length_of_chunks(chunks) {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  return length;
}

/** Ours: the bytes of a list of chunks as one fresh Uint8Array that the caller may give away. */
export function join_chunks(chunks) {
  const bytes = new Uint8Array(length_of_chunks(chunks));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

/** Ours: the same for reading only; the result may be a chunk itself and must not be written to or given away. */
export function joined_for_reading(chunks) {
  return chunks.length === 1 ? chunks[0] : join_chunks(chunks);
}

/** Ours: the chunks of the bytes from `start` (inclusive) to `end` (exclusive). */
export function slice_chunks(chunks, start, end) {
  const slice = [];
  let position = 0;
  for (const chunk of chunks) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, chunk.length);
    if (from < to) slice.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
    position += chunk.length;
    if (position >= end) break;
  }
  return slice;
}

/** Ours: reads a list of chunks from its beginning to its end, in pieces. */
export class ChunkReader {
  chunks;
  index = 0;        // of the chunk that is being read
  position = 0;     // in that chunk

  constructor(chunks) {
    this.chunks = chunks;
  }

  get at_end() {
    return this.index === this.chunks.length;
  }

  /** The next bytes, at most `maximum`, as a fresh Uint8Array; empty at the end. */
  read(maximum) {
    const piece = [];
    let length = 0;
    while (length < maximum && !this.at_end) {
      const chunk = this.chunks[this.index];
      const part = chunk.subarray(this.position, this.position + maximum - length);
      piece.push(part);
      length += part.length;
      this.position += part.length;
      if (this.position === chunk.length) {
        this.index++;
        this.position = 0;
      }
    }
    return join_chunks(piece);
  }
}
