import { converter_of } from "../webidl/converters.js";
import { load } from "../webidl/lazy.js";
import { a_promise_rejected_with } from "../webidl/promises.js";
import { WritableStreamAbort, WritableStreamClose } from "./end_writable_streams.js";
import { List } from "./List.js";
import { ExtractHighWaterMark, ExtractSizeAlgorithm } from "./queuing_strategies.js";
import { SetUpWritableStreamDefaultControllerFromUnderlyingSink } from "./writable_default_controllers.js";
import { InitializeWritableStream, IsWritableStreamLocked, WritableStreamCloseQueuedOrInFlight } from "./writable_streams.js";
import { WritableStreamDefaultController } from "./WritableStreamDefaultController.js";
import { AcquireWritableStreamDefaultWriter } from "./WritableStreamDefaultWriter.js";

const UNDERLYING_SINK = { t: "dictionary", name: "UnderlyingSink" };

/** https://streams.spec.whatwg.org/#ws-class */
export class WritableStream {
  backpressure = false;
  closeRequest = undefined;             // this and the next: a PromiseSlot or undefined
  inFlightWriteRequest = undefined;
  inFlightCloseRequest = undefined;
  controller = undefined;
  detached = false;                     // [[Detached]]
  pendingAbortRequest = undefined;      // {completion: PromiseSlot, reason, was_already_erroring} or undefined
  state = "writable";
  storedError = undefined;
  writer = undefined;
  writeRequests = new List();           // of PromiseSlots

  /** https://streams.spec.whatwg.org/#ws-constructor */
  static constructor_steps(underlyingSink = null, strategy) {
    // 1–2. NB: the object itself is kept too, because its methods are called on it.
    const underlyingSinkDict = converter_of(UNDERLYING_SINK)(underlyingSink, "WritableStream: underlyingSink");
    // 3. No type of underlying sink is defined yet.
    if (underlyingSinkDict.type !== undefined) {
      throw new RangeError("The type of an underlying sink must be undefined");
    }
    // 4–6. Initialize the stream, and extract the size algorithm and the high water mark of the strategy.
    const stream = new WritableStream();
    InitializeWritableStream(stream);
    const sizeAlgorithm = ExtractSizeAlgorithm(strategy);
    const highWaterMark = ExtractHighWaterMark(strategy, 1);
    // 7. Set up a default controller from the underlying sink.
    SetUpWritableStreamDefaultControllerFromUnderlyingSink(
      stream, new WritableStreamDefaultController(), underlyingSink, underlyingSinkDict, highWaterMark, sizeAlgorithm,
    );
    return stream;
  }

  /** https://streams.spec.whatwg.org/#ws-locked */
  get locked() {
    // 1. A stream with a writer is locked.
    return IsWritableStreamLocked(this);
  }

  /** https://streams.spec.whatwg.org/#ws-abort */
  abort(reason) {
    // 1. Only the writer aborts a locked stream.
    if (IsWritableStreamLocked(this)) {
      return a_promise_rejected_with(new TypeError("A locked stream is aborted through its writer"));
    }
    // 2. Abort the stream.
    return WritableStreamAbort(this, reason);
  }

  /** https://streams.spec.whatwg.org/#ws-close */
  close() {
    // 1–2. Only the writer closes a locked stream, and no stream is closed twice.
    if (IsWritableStreamLocked(this)) {
      return a_promise_rejected_with(new TypeError("A locked stream is closed through its writer"));
    }
    if (WritableStreamCloseQueuedOrInFlight(this)) {
      return a_promise_rejected_with(new TypeError("The stream is already about to close"));
    }
    // 3. Close the stream.
    return WritableStreamClose(this);
  }

  /** https://streams.spec.whatwg.org/#ws-get-writer */
  getWriter() {
    // 1. Acquire a default writer.
    return AcquireWritableStreamDefaultWriter(this);
  }

  /** https://streams.spec.whatwg.org/#ws-transfer */
  static transfer_steps(value, dataHolder) {
    // 1. A locked stream cannot be transferred.
    if (IsWritableStreamLocked(value)) {
      throw new DOMException("A locked stream cannot be transferred", "DataCloneError");
    }
    // 2–9. Pipe a cross-realm readable stream into this one, and transfer the other port.
    load("streams/transferable_streams.js").transfer_a_writable_stream(value, dataHolder);
  }

  static transfer_receiving_steps(dataHolder, value) {
    load("streams/transferable_streams.js").receive_a_writable_stream(dataHolder, value);
  }
}
