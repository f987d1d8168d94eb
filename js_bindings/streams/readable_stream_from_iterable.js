import { react } from "../webidl/promises.js";
import { return_undefined } from "./algorithms.js";
import { close_an_async_iterator, END, get_an_async_iterator_next_value, open_an_async_sequence } from "./async_sequences.js";
import { CreateReadableStream } from "./create_readable_streams.js";
import {
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerError,
} from "./readable_default_controllers.js";

/** https://streams.spec.whatwg.org/#readable-stream-from-iterable */
export function ReadableStreamFromIterable(asyncIterable) {
  // 1–3. Open the async sequence; there is nothing to start.
  const iterator = open_an_async_sequence(asyncIterable);
  // 4. The pull algorithm enqueues the next value, or closes the stream at the end of iteration.
  const pullAlgorithm = () => react(get_an_async_iterator_next_value(iterator), (v) => {
    if (v === END) {
      ReadableStreamDefaultControllerClose(stream.controller);
    } else {
      ReadableStreamDefaultControllerEnqueue(stream.controller, v);
    }
  }, (r) => {
    ReadableStreamDefaultControllerError(stream.controller, r);
  });
  // 5. The cancel algorithm closes the iterator with the reason.
  const cancelAlgorithm = (reason) => close_an_async_iterator(iterator, reason);
  // 6–7. Make the stream, with a high water mark of 0.
  const stream = CreateReadableStream(return_undefined, pullAlgorithm, cancelAlgorithm, 0);
  return stream;
}
