import { return_one } from "./algorithms.js";
import { assert } from "./assert.js";
import { IsNonNegativeNumber } from "./queue_with_sizes.js";
import { SetUpReadableByteStreamController } from "./readable_byte_controllers.js";
import { SetUpReadableStreamDefaultController } from "./readable_default_controllers.js";
import { InitializeReadableStream } from "./readable_streams.js";
import { ReadableByteStreamController } from "./ReadableByteStreamController.js";
import { ReadableStream } from "./ReadableStream.js";
import { ReadableStreamDefaultController } from "./ReadableStreamDefaultController.js";

// https://streams.spec.whatwg.org/#rs-abstract-ops : those that make objects.

/** https://streams.spec.whatwg.org/#create-readable-stream */
export function CreateReadableStream(
  startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark = 1, sizeAlgorithm = return_one,
) {
  // 1–3.
  assert(IsNonNegativeNumber(highWaterMark), "a high water mark is not negative");
  // 4–5.
  const stream = new ReadableStream();
  InitializeReadableStream(stream);
  // 6–8.
  SetUpReadableStreamDefaultController(
    stream, new ReadableStreamDefaultController(), startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, sizeAlgorithm,
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream */
export function CreateReadableByteStream(startAlgorithm, pullAlgorithm, cancelAlgorithm) {
  // 1–2.
  const stream = new ReadableStream();
  InitializeReadableStream(stream);
  // 3–5.
  SetUpReadableByteStreamController(
    stream, new ReadableByteStreamController(), startAlgorithm, pullAlgorithm, cancelAlgorithm, 0, undefined,
  );
  return stream;
}
