import { a_promise_rejected_with } from "../webidl/promises.js";
import { ReadableStreamReaderGenericCancel } from "./readable_stream_readers.js";

/** https://streams.spec.whatwg.org/#generic-reader-mixin */
export class ReadableStreamGenericReader {
  closedPromise = undefined;            // a PromiseSlot
  stream = undefined;

  /** https://streams.spec.whatwg.org/#generic-reader-closed */
  get closed() {
    return this.closedPromise.promise;
  }

  /** https://streams.spec.whatwg.org/#generic-reader-cancel */
  cancel(reason) {
    // 1. The reader still has its stream.
    if (this.stream === undefined) {
      return a_promise_rejected_with(new TypeError("The reader was released from its stream"));
    }
    // 2. Cancel the stream.
    return ReadableStreamReaderGenericCancel(this, reason);
  }
}
