import { upon_fulfillment, upon_rejection } from "../webidl/promises.js";
import { RESOLVED, return_undefined } from "./algorithms.js";
import { CloneAsUint8Array, view_byte_length } from "./array_buffers.js";
import { assert } from "./assert.js";
import { CreateReadableByteStream } from "./create_readable_streams.js";
import { ReadableByteStreamControllerClose, ReadableByteStreamControllerEnqueue } from "./readable_byte_controllers.js";
import { ReadableByteStreamControllerError } from "./readable_byte_pulls.js";
import { ReadableByteStreamControllerRespond, ReadableByteStreamControllerRespondWithNewView } from "./readable_byte_requests.js";
import {
  ReadableStreamBYOBReaderRead,
  ReadableStreamBYOBReaderRelease,
  ReadableStreamDefaultReaderRead,
  ReadableStreamDefaultReaderRelease,
} from "./readable_stream_readers.js";
import { Tee } from "./readable_stream_tee.js";
import { AcquireReadableStreamBYOBReader } from "./ReadableStreamBYOBReader.js";
import { ReadableByteStreamControllerGetBYOBRequest } from "./ReadableStreamBYOBRequest.js";
import { AcquireReadableStreamDefaultReader } from "./ReadableStreamDefaultReader.js";

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee */
export function ReadableByteStreamTee(stream) {
  // 1–2. The stream is a byte stream.
  assert(stream.controller.is_byte_stream_controller, "the caller has checked the kind");
  // 3–24. Make the tee, its branches and its algorithms.
  const tee = new ByteTee(stream);
  // 25. Both branches.
  return [tee.branch1, tee.branch2];
}

class ByteTee extends Tee {
  reader;                               // of either kind: that of the branch that pulled last
  reading = false;
  readAgainForBranch1 = false;
  readAgainForBranch2 = false;

  constructor(stream) {
    super(stream);
    // 3–13. Acquire a default reader; all flags and reasons start empty.
    this.reader = AcquireReadableStreamDefaultReader(stream);
    // 17–23. Make both branches with their algorithms.
    this.branch1 = CreateReadableByteStream(return_undefined, () => this.pull(1), (reason) => this.cancel_branch(1, reason));
    this.branch2 = CreateReadableByteStream(return_undefined, () => this.pull(2), (reason) => this.cancel_branch(2, reason));
    // 24. Errors of the stream go to both branches.
    this.forwardReaderError(this.reader);
  }

  /** 14. */
  forwardReaderError(thisReader) {
    upon_rejection(thisReader.closedPromise.promise, (r) => {
      // 14.1.1. A reader that was replaced is rejected because of its release, not because of the stream.
      if (thisReader !== this.reader) {
        return;
      }
      // 14.1.2–14.1.4. Error both branches, and resolve the cancel promise if a branch was not cancelled.
      ReadableByteStreamControllerError(this.branch1.controller, r);
      ReadableByteStreamControllerError(this.branch2.controller, r);
      this.resolve_cancel_if_not_both_canceled();
    });
  }

  /** 17–18. pull1Algorithm and pull2Algorithm */
  pull(number) {
    // 1. While a read is under way just remember which branch wants another.
    if (this.reading) {
      if (number === 1) {
        this.readAgainForBranch1 = true;
      } else {
        this.readAgainForBranch2 = true;
      }
      return RESOLVED;
    }
    // 2–5. Read into the view of the branch's BYOB request, if there is one.
    this.reading = true;
    const branch = number === 1 ? this.branch1 : this.branch2;
    const byobRequest = ReadableByteStreamControllerGetBYOBRequest(branch.controller);
    if (byobRequest === null) {
      this.pullWithDefaultReader();
    } else {
      this.pullWithBYOBReader(byobRequest.view, number === 2);
    }
    // 6. The promise is resolved at once.
    return RESOLVED;
  }

  /** 15. */
  pullWithDefaultReader() {
    // 15.1. Release a BYOB reader, and acquire a default reader.
    if (this.reader.is_byob_reader) {
      assert(this.reader.readIntoRequests.is_empty, "nobody reads while the reader changes");
      ReadableStreamBYOBReaderRelease(this.reader);
      this.reader = AcquireReadableStreamDefaultReader(this.stream);
      this.forwardReaderError(this.reader);
    }
    // 15.2–15.3. NB: a microtask later, so that an error of the stream comes before chunks that are already there.
    ReadableStreamDefaultReaderRead(this.reader, {
      chunk_steps: (chunk) => upon_fulfillment(RESOLVED, () => this.enqueue(chunk)),
      close_steps: () => this.close(),
      error_steps: () => {
        this.reading = false;
      },
    });
  }

  /** The chunk steps of 15.2 */
  enqueue(chunk) {
    // 1–3. No branch wants another read yet.
    this.readAgainForBranch1 = false;
    this.readAgainForBranch2 = false;
    let chunk2 = chunk;
    // 4. If neither branch was cancelled the second gets a clone of the chunk.
    if (!this.canceled1 && !this.canceled2) {
      try {
        chunk2 = CloneAsUint8Array(chunk);
      } catch (error) {
        this.fail_to_clone(ReadableByteStreamControllerError, error);
        return;
      }
    }
    // 5–6. Enqueue the chunks in the branches that were not cancelled.
    if (!this.canceled1) {
      ReadableByteStreamControllerEnqueue(this.branch1.controller, chunk);
    }
    if (!this.canceled2) {
      ReadableByteStreamControllerEnqueue(this.branch2.controller, chunk2);
    }
    // 7–9. The read is over; the next one begins if a branch wants it.
    this.end_of_read();
  }

  end_of_read() {
    this.reading = false;
    if (this.readAgainForBranch1) {
      this.pull(1);
    } else if (this.readAgainForBranch2) {
      this.pull(2);
    }
  }

  /** The close steps of 15.2 */
  close() {
    // 1–3. The read is over: close the branches that were not cancelled.
    this.reading = false;
    if (!this.canceled1) {
      ReadableByteStreamControllerClose(this.branch1.controller);
    }
    if (!this.canceled2) {
      ReadableByteStreamControllerClose(this.branch2.controller);
    }
    // 4–5. Respond with 0 bytes, which gives back the buffers of waiting pull-into descriptors.
    respond_with_nothing(this.branch1.controller);
    respond_with_nothing(this.branch2.controller);
    // 6. Resolve the cancel promise if a branch was not cancelled.
    this.resolve_cancel_if_not_both_canceled();
  }

  /** 16. */
  pullWithBYOBReader(view, forBranch2) {
    // 16.1. Release a default reader, and acquire a BYOB reader.
    if (!this.reader.is_byob_reader) {
      assert(this.reader.readRequests.is_empty, "nobody reads while the reader changes");
      ReadableStreamDefaultReaderRelease(this.reader);
      this.reader = AcquireReadableStreamBYOBReader(this.stream);
      this.forwardReaderError(this.reader);
    }
    // 16.2–16.5. NB: a microtask later, as above.
    ReadableStreamBYOBReaderRead(this.reader, view, 1, {
      chunk_steps: (chunk) => upon_fulfillment(RESOLVED, () => this.respond(chunk, forBranch2)),
      close_steps: (chunk) => this.close_with(chunk, forBranch2),
      error_steps: () => {
        this.reading = false;
      },
    });
  }

  /** 16.2–16.3. The branch that brought the buffer and the other one; and which of them nobody wants any more. */
  sides(forBranch2) {
    return forBranch2
      ? { byobBranch: this.branch2, otherBranch: this.branch1, byobCanceled: this.canceled2, otherCanceled: this.canceled1 }
      : { byobBranch: this.branch1, otherBranch: this.branch2, byobCanceled: this.canceled1, otherCanceled: this.canceled2 };
  }

  /** The chunk steps of 16.4 */
  respond(chunk, forBranch2) {
    // 1–4. No branch wants another read yet; find out which were cancelled.
    this.readAgainForBranch1 = false;
    this.readAgainForBranch2 = false;
    const { byobBranch, otherBranch, byobCanceled, otherCanceled } = this.sides(forBranch2);
    // 5. The branch of the BYOB request gets its view back, the other one a clone.
    if (!otherCanceled) {
      let clonedChunk;
      try {
        clonedChunk = CloneAsUint8Array(chunk);
      } catch (error) {
        this.fail_to_clone(ReadableByteStreamControllerError, error);
        return;
      }
      if (!byobCanceled) {
        ReadableByteStreamControllerRespondWithNewView(byobBranch.controller, chunk);
      }
      ReadableByteStreamControllerEnqueue(otherBranch.controller, clonedChunk);
    } else if (!byobCanceled) {
      // 6. The other branch was cancelled: no clone is needed.
      ReadableByteStreamControllerRespondWithNewView(byobBranch.controller, chunk);
    }
    // 7–9. The read is over; the next one begins if a branch wants it.
    this.end_of_read();
  }

  /** The close steps of 16.4 */
  close_with(chunk, forBranch2) {
    // 1–3. The read is over; find out which branches were cancelled.
    this.reading = false;
    const { byobBranch, otherBranch, byobCanceled, otherCanceled } = this.sides(forBranch2);
    // 4–5. Close the branches that were not cancelled.
    if (!byobCanceled) {
      ReadableByteStreamControllerClose(byobBranch.controller);
    }
    if (!otherCanceled) {
      ReadableByteStreamControllerClose(otherBranch.controller);
    }
    // 6. Respond with the empty chunk to the branch of the BYOB request, and with 0 bytes to the other.
    if (chunk !== undefined) {
      assert(view_byte_length(chunk) === 0, "nothing is read at the end");
      if (!byobCanceled) {
        ReadableByteStreamControllerRespondWithNewView(byobBranch.controller, chunk);
      }
      if (!otherCanceled) {
        respond_with_nothing(otherBranch.controller);
      }
    }
    // 7. Resolve the cancel promise if a branch was not cancelled.
    if (!byobCanceled || !otherCanceled) {
      this.cancel.resolve(undefined);
    }
  }
}

function respond_with_nothing(controller) {
  if (!controller.pendingPullIntos.is_empty) {
    ReadableByteStreamControllerRespond(controller, 0);
  }
}
