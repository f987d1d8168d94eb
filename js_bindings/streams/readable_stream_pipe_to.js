import { new_promise, upon_fulfillment, upon_rejection, upon_settlement } from "../webidl/promises.js";
import { RESOLVED } from "./algorithms.js";
import { assert } from "./assert.js";
import { WritableStreamAbort } from "./end_writable_streams.js";
import { ReadableStreamDefaultReaderRead, ReadableStreamDefaultReaderRelease } from "./readable_stream_readers.js";
import { IsReadableStreamLocked, ReadableStreamCancel } from "./readable_streams.js";
import { AcquireReadableStreamDefaultReader } from "./ReadableStreamDefaultReader.js";
import {
  WritableStreamDefaultWriterCloseWithErrorPropagation,
  WritableStreamDefaultWriterGetDesiredSize,
  WritableStreamDefaultWriterRelease,
  WritableStreamDefaultWriterWrite,
} from "./writable_stream_writers.js";
import { IsWritableStreamLocked, WritableStreamCloseQueuedOrInFlight } from "./writable_streams.js";
import { AcquireWritableStreamDefaultWriter } from "./WritableStreamDefaultWriter.js";

/** https://streams.spec.whatwg.org/#readable-stream-pipe-to */
export function ReadableStreamPipeTo(source, dest, preventClose, preventAbort, preventCancel, signal = undefined) {
  // 1–7. Neither source nor destination is locked (the types are what the callers say).
  assert(!IsReadableStreamLocked(source), "the caller has checked that the source is free");
  assert(!IsWritableStreamLocked(dest), "the caller has checked that the destination is free");
  // 8–15. Start a pipe between a reader of the source and a writer of the destination.
  const pipe = new Pipe(source, dest, preventClose, preventAbort, preventCancel, signal);
  pipe.start();
  // 16. The promise of the pipe.
  return pipe.completion.promise;
}

/** A pipe while it works. It has its reader and its writer for itself, so only when it reads and writes can be observed. */
class Pipe {
  source;
  dest;
  preventClose;
  preventAbort;
  preventCancel;
  signal;
  abortAlgorithm = undefined;
  reader;
  writer;
  shuttingDown = false;
  completion = new_promise();
  has_unwritten_chunk = false;
  unwritten_chunk = undefined;
  last_write = undefined;               // the PromiseSlot of the newest write

  constructor(source, dest, preventClose, preventAbort, preventCancel, signal) {
    this.source = source;
    this.dest = dest;
    this.preventClose = preventClose;
    this.preventAbort = preventAbort;
    this.preventCancel = preventCancel;
    this.signal = signal;
    // 8–11. NB: a default reader also for byte streams, as the standard allows.
    this.reader = AcquireReadableStreamDefaultReader(source);
    this.writer = AcquireWritableStreamDefaultWriter(dest);
    source.disturbed = true;
  }

  start() {
    const { source, dest, signal } = this;
    // 14. The signal can abort the pipe.
    if (signal !== undefined) {
      if (signal.aborted) {
        this.abort();
        return;
      }
      this.abortAlgorithm = () => this.abort();
      signal.add_algorithm(this.abortAlgorithm);
    }
    // 15. Errors and closes that are there already are propagated, in the order of the standard …
    if (source.state === "errored") {
      this.propagate_errors_forward();
    } else if (dest.state === "errored") {
      this.propagate_errors_backward();
    } else if (source.state === "closed") {
      this.propagate_closing_forward();
    } else if (WritableStreamCloseQueuedOrInFlight(dest) || dest.state === "closed") {
      this.propagate_closing_backward();
    } else {
      // … or becomes so; until then the chunks.
      upon_settlement(
        this.reader.closedPromise.promise, () => this.propagate_closing_forward(), () => this.propagate_errors_forward(),
      );
      upon_rejection(this.writer.closedPromise.promise, () => this.propagate_errors_backward());
      this.read_chunks(false);
    }
  }

  /** 14.1. The abort algorithm. */
  abort() {
    // 14.1.1–14.1.5. Shut down with both actions at once, as far as they are not prevented.
    const error = this.signal.reason;
    const actions = [];
    if (!this.preventAbort) {
      actions.push(() => (this.dest.state === "writable" ? WritableStreamAbort(this.dest, error) : RESOLVED));
    }
    if (!this.preventCancel) {
      actions.push(() => (this.source.state === "readable" ? ReadableStreamCancel(this.source, error) : RESOLVED));
    }
    this.shut_down(() => wait_for_all(actions.map((action) => action())), true, error);
  }

  /**
   * Read and write as long as the source has chunks and the destination wants them. At most one read waits at a time.
   * `may_write`: no script is running that must not find the sink's script inside it.
   */
  read_chunks(may_write) {
    const { source, dest, writer } = this;
    while (!this.shuttingDown && source.state === "readable" && dest.state === "writable") {
      if (WritableStreamDefaultWriterGetDesiredSize(writer) <= 0) {
        // The destination has enough. If it never wants more, something else ends the pipe.
        upon_settlement(writer.readyPromise.promise, () => this.read_chunks(true), () => undefined);
        return;
      }
      // A chunk that is not there yet arrives when the script of the source enqueues it.
      const write_now = may_write && !source.controller.queue.is_empty;
      ReadableStreamDefaultReaderRead(this.reader, {
        chunk_steps: write_now ? (chunk) => this.write(chunk) : (chunk) => this.write_soon(chunk),
        close_steps: () => undefined,
        error_steps: () => undefined,
      });
      if (!write_now) {
        return;
      }
    }
  }

  write(chunk) {
    this.last_write = WritableStreamDefaultWriterWrite(this.writer, chunk);
    this.last_write.set_is_handled();
  }

  write_soon(chunk) {
    this.has_unwritten_chunk = true;
    this.unwritten_chunk = chunk;
    upon_fulfillment(RESOLVED, () => {
      this.write_unwritten_chunk();
      this.read_chunks(true);
    });
  }

  write_unwritten_chunk() {
    if (this.has_unwritten_chunk) {
      const chunk = this.unwritten_chunk;
      this.has_unwritten_chunk = false;
      this.unwritten_chunk = undefined;
      this.write(chunk);
    }
  }

  propagate_errors_forward() {
    const error = this.source.storedError;
    this.shut_down(this.preventAbort ? undefined : () => WritableStreamAbort(this.dest, error), true, error);
  }

  propagate_errors_backward() {
    const error = this.dest.storedError;
    this.shut_down(this.preventCancel ? undefined : () => ReadableStreamCancel(this.source, error), true, error);
  }

  propagate_closing_forward() {
    this.shut_down(this.preventClose ? undefined : () => WritableStreamDefaultWriterCloseWithErrorPropagation(this.writer), false);
  }

  propagate_closing_backward() {
    assert(this.last_write === undefined, "nothing has been read or written yet");
    const destClosed = new TypeError("The destination is closed or about to close");
    this.shut_down(this.preventCancel ? undefined : () => ReadableStreamCancel(this.source, destClosed), true, destClosed);
  }

  /**
   * https://streams.spec.whatwg.org/#rs-pipeTo-shutdown-with-action
   *
   * Or without an action: https://streams.spec.whatwg.org/#rs-pipeTo-shutdown
   */
  shut_down(action, has_error, error = undefined) {
    // 1–2. Shut down once only.
    if (this.shuttingDown) {
      return;
    }
    this.shuttingDown = true;
    // 3. First write all chunks that have been read, if the destination still takes them.
    if (this.dest.state === "writable" && !WritableStreamCloseQueuedOrInFlight(this.dest)) {
      this.when_all_is_written(() => this.act_and_finalize(action, has_error, error));
    } else {
      this.act_and_finalize(action, has_error, error);
    }
  }

  when_all_is_written(steps) {
    this.write_unwritten_chunk();
    if (this.last_write !== undefined && this.last_write.state === "pending") {
      // A read that was under way may bring a last chunk meanwhile.
      const again = () => this.when_all_is_written(steps);
      upon_settlement(this.last_write.promise, again, again);
    } else {
      // NB: in no case at once. Streams just made have started then, so that their errors arrive in the order of the actions.
      upon_fulfillment(RESOLVED, steps);
    }
  }

  act_and_finalize(action, has_error, error) {
    if (action === undefined) {
      this.finalize(has_error, error);
      return;
    }
    // 4–6. Perform the action, then finalize with the original error, or with that of the action.
    upon_settlement(action(), () => this.finalize(has_error, error), (newError) => this.finalize(true, newError));
  }

  /** https://streams.spec.whatwg.org/#rs-pipeTo-finalize */
  finalize(has_error, error) {
    // 1–3. Release writer and reader.
    this.has_unwritten_chunk = false;
    WritableStreamDefaultWriterRelease(this.writer);
    ReadableStreamDefaultReaderRelease(this.reader);
    // 4. The signal forgets the abort algorithm.
    if (this.abortAlgorithm !== undefined) {
      this.signal.remove_algorithm(this.abortAlgorithm);
    }
    // 5–6. Reject the promise with the error, or resolve it.
    if (has_error) {
      this.completion.reject(error);
    } else {
      this.completion.resolve(undefined);
    }
  }
}

/** https://webidl.spec.whatwg.org/#waiting-for-all-promise : fulfilled when all are, rejected as soon as one is. */
function wait_for_all(promises) {
  const { promise, resolve, reject } = new_promise();
  let pending = promises.length;
  if (pending === 0) {
    resolve(undefined);
  }
  for (const each of promises) {
    upon_settlement(each, () => {
      pending -= 1;
      if (pending === 0) {
        resolve(undefined);
      }
    }, reject);
  }
  return promise;
}
