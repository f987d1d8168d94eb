import { assert } from "./assert.js";
import { IsNonNegativeNumber } from "./queue_with_sizes.js";
import { SetUpWritableStreamDefaultController } from "./writable_default_controllers.js";
import { InitializeWritableStream } from "./writable_streams.js";
import { WritableStream } from "./WritableStream.js";
import { WritableStreamDefaultController } from "./WritableStreamDefaultController.js";

// https://streams.spec.whatwg.org/#ws-abstract-ops : those that make objects.

/** https://streams.spec.whatwg.org/#create-writable-stream */
export function CreateWritableStream(
  startAlgorithm, writeAlgorithm, closeAlgorithm, abortAlgorithm, highWaterMark, sizeAlgorithm,
) {
  // 1. The high water mark is a number that is not negative.
  assert(IsNonNegativeNumber(highWaterMark), "a high water mark is not negative");
  // 2–3. Make and initialize the stream.
  const stream = new WritableStream();
  InitializeWritableStream(stream);
  // 4–6. Set up a default controller with the algorithms.
  SetUpWritableStreamDefaultController(
    stream, new WritableStreamDefaultController(), startAlgorithm, writeAlgorithm, closeAlgorithm, abortAlgorithm, highWaterMark,
    sizeAlgorithm,
  );
  return stream;
}
