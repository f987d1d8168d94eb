import { assert } from "./assert.js";
import { IsNonNegativeNumber } from "./queue_with_sizes.js";
import { SetUpWritableStreamDefaultController } from "./writable_default_controllers.js";
import { SetUpWritableStreamDefaultWriter } from "./writable_stream_writers.js";
import { InitializeWritableStream } from "./writable_streams.js";
import { WritableStream } from "./WritableStream.js";
import { WritableStreamDefaultController } from "./WritableStreamDefaultController.js";
import { WritableStreamDefaultWriter } from "./WritableStreamDefaultWriter.js";

// https://streams.spec.whatwg.org/#ws-abstract-ops : those that make objects.

/** https://streams.spec.whatwg.org/#acquire-writable-stream-default-writer */
export function AcquireWritableStreamDefaultWriter(stream) {
  // 1-3.
  const writer = new WritableStreamDefaultWriter();
  SetUpWritableStreamDefaultWriter(writer, stream);
  return writer;
}

/** https://streams.spec.whatwg.org/#create-writable-stream */
export function CreateWritableStream(
  startAlgorithm, writeAlgorithm, closeAlgorithm, abortAlgorithm, highWaterMark, sizeAlgorithm,
) {
  // 1.
  assert(IsNonNegativeNumber(highWaterMark), "a high water mark is not negative");
  // 2-3.
  const stream = new WritableStream();
  InitializeWritableStream(stream);
  // 4-6.
  SetUpWritableStreamDefaultController(
    stream, new WritableStreamDefaultController(), startAlgorithm, writeAlgorithm, closeAlgorithm, abortAlgorithm, highWaterMark,
    sizeAlgorithm,
  );
  return stream;
}
