import { load } from "../webidl/lazy.js";
import { new_promise, upon_fulfillment, upon_rejection } from "../webidl/promises.js";
import { RESOLVED, return_undefined } from "./algorithms.js";
import { CreateReadableStream } from "./create_readable_streams.js";
import {
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerError,
} from "./readable_default_controllers.js";
import { ReadableStreamDefaultReaderRead } from "./readable_stream_readers.js";
import { ReadableStreamCancel } from "./readable_streams.js";
import { AcquireReadableStreamDefaultReader } from "./ReadableStreamDefaultReader.js";

/** https://streams.spec.whatwg.org/#readable-stream-tee */
export function ReadableStreamTee(stream, cloneForBranch2) {
  // 1–3. A byte stream has its own tee, which always clones the chunks.
  if (stream.controller.is_byte_stream_controller) {
    return load("streams/readable_byte_stream_tee.js").ReadableByteStreamTee(stream);
  }
  // 4. Any other stream has the default tee.
  return ReadableStreamDefaultTee(stream, cloneForBranch2);
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee */
export function ReadableStreamDefaultTee(stream, cloneForBranch2) {
  // 1–19. Make the tee, its branches and its algorithms.
  const tee = new DefaultTee(stream, cloneForBranch2);
  // 20. Both branches.
  return [tee.branch1, tee.branch2];
}

/** What both kinds of tee have in common: two branches, and the cancellation that takes both. */
export class Tee {
  stream;
  canceled1 = false;
  canceled2 = false;
  reason1 = undefined;
  reason2 = undefined;
  branch1 = undefined;
  branch2 = undefined;
  cancel = new_promise();

  constructor(stream) {
    this.stream = stream;
  }

  /** cancel1Algorithm and cancel2Algorithm */
  cancel_branch(number, reason) {
    // 1–2. The branch is cancelled, for this reason.
    if (number === 1) {
      this.canceled1 = true;
      this.reason1 = reason;
    } else {
      this.canceled2 = true;
      this.reason2 = reason;
    }
    // 3. When both are, cancel the stream with both reasons.
    if (this.canceled1 && this.canceled2) {
      const compositeReason = [this.reason1, this.reason2];
      this.cancel.resolve(ReadableStreamCancel(this.stream, compositeReason));
    }
    // 4. The cancel promise.
    return this.cancel.promise;
  }

  /** Nothing is left to cancel, so a branch that waits for the other need not wait any longer. */
  resolve_cancel_if_not_both_canceled() {
    if (!this.canceled1 || !this.canceled2) {
      this.cancel.resolve(undefined);
    }
  }

  /** The chunk cannot be copied: both branches fail, and the stream is cancelled. */
  fail_to_clone(error_a_controller, error) {
    error_a_controller(this.branch1.controller, error);
    error_a_controller(this.branch2.controller, error);
    this.cancel.resolve(ReadableStreamCancel(this.stream, error));
  }
}

class DefaultTee extends Tee {
  cloneForBranch2;
  reader;
  reading = false;
  readAgain = false;

  constructor(stream, cloneForBranch2) {
    super(stream);
    this.cloneForBranch2 = cloneForBranch2;
    // 3–12. Acquire a default reader; all flags and reasons start empty.
    this.reader = AcquireReadableStreamDefaultReader(stream);
    // 13–18. Make both branches with their algorithms.
    const pullAlgorithm = () => this.pull();
    this.branch1 = CreateReadableStream(return_undefined, pullAlgorithm, (reason) => this.cancel_branch(1, reason));
    this.branch2 = CreateReadableStream(return_undefined, pullAlgorithm, (reason) => this.cancel_branch(2, reason));
    // 19. Errors of the stream go to both branches, even if they do not read.
    upon_rejection(this.reader.closedPromise.promise, (r) => {
      ReadableStreamDefaultControllerError(this.branch1.controller, r);
      ReadableStreamDefaultControllerError(this.branch2.controller, r);
      this.resolve_cancel_if_not_both_canceled();
    });
  }

  /** 13. pullAlgorithm, of both branches */
  pull() {
    // 13.1–13.2. While a read is under way just remember that another is wanted.
    if (this.reading) {
      this.readAgain = true;
      return RESOLVED;
    }
    this.reading = true;
    // 13.3–13.4. NB: a microtask later, so that an error of the stream comes before chunks that are already there.
    ReadableStreamDefaultReaderRead(this.reader, {
      chunk_steps: (chunk) => upon_fulfillment(RESOLVED, () => this.enqueue(chunk)),
      close_steps: () => this.close(),
      error_steps: () => {
        this.reading = false;
      },
    });
    // 13.5. The promise is resolved at once.
    return RESOLVED;
  }

  /** The chunk steps of 13.3 */
  enqueue(chunk) {
    // 1–2. No other read is wanted yet.
    this.readAgain = false;
    let chunk2 = chunk;
    // 3. The second branch gets a clone if the caller wants that.
    if (!this.canceled2 && this.cloneForBranch2) {
      try {
        chunk2 = StructuredClone(chunk);
      } catch (error) {
        this.fail_to_clone(ReadableStreamDefaultControllerError, error);
        return;
      }
    }
    // 4–5. Enqueue the chunks in the branches that were not cancelled.
    if (!this.canceled1) {
      ReadableStreamDefaultControllerEnqueue(this.branch1.controller, chunk);
    }
    if (!this.canceled2) {
      ReadableStreamDefaultControllerEnqueue(this.branch2.controller, chunk2);
    }
    // 6–7. The read is over; the next one begins if it is wanted.
    this.reading = false;
    if (this.readAgain) {
      this.pull();
    }
  }

  /** The close steps of 13.3 */
  close() {
    // 1–3. The read is over: close the branches that were not cancelled.
    this.reading = false;
    if (!this.canceled1) {
      ReadableStreamDefaultControllerClose(this.branch1.controller);
    }
    if (!this.canceled2) {
      ReadableStreamDefaultControllerClose(this.branch2.controller);
    }
    // 4. Resolve the cancel promise if a branch was not cancelled.
    this.resolve_cancel_if_not_both_canceled();
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-structuredclone */
function StructuredClone(v) {
  // 1–2. Serialize and deserialize.
  return load("html/structured_clone/structured_clone.js").structured_clone(v);
}
