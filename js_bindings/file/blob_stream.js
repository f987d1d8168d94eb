import { queue_a_global_task } from "../realm/tasks.js";
import { load } from "../webidl/lazy.js";
import { new_promise } from "../webidl/promises.js";
import { ChunkReader } from "./blob_parts.js";

const TASK_SOURCE = "file reading task source";
const PIECE = 64 * 1024;    // bytes that are read at once

/**
 * https://w3c.github.io/FileAPI/#blob-get-stream
 * Gives a ReadableStream (implementation). NB: the next piece is only read when somebody wants it.
 */
export function get_stream(blob) {
  const { close_a_stream, enqueue_a_chunk, set_up_with_byte_reading_support } = load("streams/set_up_readable_streams.js");
  const { ReadableStream } = load("streams/ReadableStream.js");
  const reader = new ChunkReader(blob.chunks);
  let cancelled = false;
  /** Runs `steps` in a task, unless nobody wants the bytes any more; gives a promise for its end. */
  const in_a_task = (steps) => {
    const { promise, resolve } = new_promise();
    queue_a_global_task(TASK_SOURCE, () => {
      if (!cancelled) steps();
      resolve();
    });
    return promise;
  };
  // 1–2. Make a stream with byte reading support.
  const stream = new ReadableStream();
  set_up_with_byte_reading_support(stream, {
    // 3. One chunk per pull; reading does not fail. SPEC-BUG: nothing closes the stream (https://github.com/w3c/FileAPI/issues/206).
    pullAlgorithm: () => in_a_task(() => {
      if (reader.at_end) return;
      enqueue_a_chunk(stream, reader.read(PIECE));
      if (reader.at_end) close_a_stream(stream);
    }),
    cancelAlgorithm: () => {
      cancelled = true;
    },
  });
  if (reader.at_end) in_a_task(() => close_a_stream(stream));
  // 4. The stream.
  return stream;
}
