import { queue_a_global_task } from "../html/tasks.js";
import { load } from "../webidl/lazy.js";
import { a_promise_resolved_with, new_promise } from "../webidl/promises.js";
import { ChunkReader } from "./blob_parts.js";

const TASK_SOURCE = "file reading task source";
const PIECE = 64 * 1024;    // bytes that are read at once

/**
 * https://w3c.github.io/FileAPI/#blob-get-stream
 * Gives a ReadableStream (implementation). NB: the next piece is only read when somebody wants it.
 */
export function get_stream(blob) {
  const { CreateReadableByteStream } = load("streams/create_readable_streams.js");
  const {
    ReadableByteStreamControllerClose: close, ReadableByteStreamControllerEnqueue: enqueue,
  } = load("streams/readable_byte_controllers.js");
  const { ReadableByteStreamControllerRespond: respond } = load("streams/readable_byte_requests.js");
  const reader = new ChunkReader(blob.chunks);
  let cancelled = false;

  const close_stream = () => {
    const { controller } = stream;
    close(controller);
    // Who waits with a buffer of his own learns of the end too.
    if (!controller.pendingPullIntos.is_empty) respond(controller, 0);
  };

  // 3. One piece at a time, from a task each.
  const pull = () => {
    const { promise, resolve } = new_promise();
    queue_a_global_task(TASK_SOURCE, () => {
      if (!cancelled) {
        // 3.1.2.2. 3.1.2.3. NB: reading does not fail.
        enqueue(stream.controller, reader.read(PIECE));
        if (reader.at_end) close_stream();
      }
      resolve();
    });
    return promise;
  };
  const cancel = () => {
    cancelled = true;
    return a_promise_resolved_with(undefined);
  };

  // 1. 2. A stream with byte reading support.
  const stream = CreateReadableByteStream(() => undefined, reader.at_end ? () => a_promise_resolved_with(undefined) : pull, cancel);
  if (reader.at_end) {
    queue_a_global_task(TASK_SOURCE, () => {
      if (!cancelled) close_stream();
    });
  }
  // 4.
  return stream;
}
