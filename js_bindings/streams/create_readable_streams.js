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
  // 1–3. The high water mark is a number that is not negative; it is 1, as is every chunk's size, if none is given.
  assert(IsNonNegativeNumber(highWaterMark), "a high water mark is not negative");
  // 4–5. Make and initialize the stream.
  const stream = new ReadableStream();
  InitializeReadableStream(stream);
  // 6–8. Set up a default controller with the algorithms.
  SetUpReadableStreamDefaultController(
    stream, new ReadableStreamDefaultController(), startAlgorithm, pullAlgorithm, cancelAlgorithm, highWaterMark, sizeAlgorithm,
  );
  return stream;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream */
export function CreateReadableByteStream(startAlgorithm, pullAlgorithm, cancelAlgorithm) {
  // 1–2. Make and initialize the stream.
  const stream = new ReadableStream();
  InitializeReadableStream(stream);
  // 3–5. Set up a byte stream controller with the algorithms, a high water mark of 0 and no automatic allocation.
  SetUpReadableByteStreamController(
    stream, new ReadableByteStreamController(), startAlgorithm, pullAlgorithm, cancelAlgorithm, 0, undefined,
  );
  return stream;
}
