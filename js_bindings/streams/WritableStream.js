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
    // 3. No types are defined yet.
    if (underlyingSinkDict.type !== undefined) {
      throw new RangeError("The type of an underlying sink must be undefined");
    }
    // 4–6.
    const stream = new WritableStream();
    InitializeWritableStream(stream);
    const sizeAlgorithm = ExtractSizeAlgorithm(strategy);
    const highWaterMark = ExtractHighWaterMark(strategy, 1);
    // 7.
    SetUpWritableStreamDefaultControllerFromUnderlyingSink(
      stream, new WritableStreamDefaultController(), underlyingSink, underlyingSinkDict, highWaterMark, sizeAlgorithm,
    );
    return stream;
  }

  /** https://streams.spec.whatwg.org/#ws-locked */
  get locked() {
    // 1.
    return IsWritableStreamLocked(this);
  }

  /** https://streams.spec.whatwg.org/#ws-abort */
  abort(reason) {
    // 1.
    if (IsWritableStreamLocked(this)) {
      return a_promise_rejected_with(new TypeError("A locked stream is aborted through its writer"));
    }
    // 2.
    return WritableStreamAbort(this, reason);
  }

  /** https://streams.spec.whatwg.org/#ws-close */
  close() {
    // 1–2.
    if (IsWritableStreamLocked(this)) {
      return a_promise_rejected_with(new TypeError("A locked stream is closed through its writer"));
    }
    if (WritableStreamCloseQueuedOrInFlight(this)) {
      return a_promise_rejected_with(new TypeError("The stream is already about to close"));
    }
    // 3.
    return WritableStreamClose(this);
  }

  /** https://streams.spec.whatwg.org/#ws-get-writer */
  getWriter() {
    // 1.
    return AcquireWritableStreamDefaultWriter(this);
  }

  /** https://streams.spec.whatwg.org/#ws-transfer */
  static transfer_steps(value, dataHolder) {
    // 1.
    if (IsWritableStreamLocked(value)) {
      throw new DOMException("A locked stream cannot be transferred", "DataCloneError");
    }
    // 2–9.
    load("streams/transferable_streams.js").transfer_a_writable_stream(value, dataHolder);
  }

  static transfer_receiving_steps(dataHolder, value) {
    load("streams/transferable_streams.js").receive_a_writable_stream(dataHolder, value);
  }
}
