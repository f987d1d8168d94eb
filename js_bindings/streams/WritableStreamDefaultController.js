import { AbortController } from "../dom/AbortController.js";
import { List } from "./List.js";
import { ResetQueue } from "./queue_with_sizes.js";
import { WritableStreamDefaultControllerClearAlgorithms, WritableStreamDefaultControllerError } from "./writable_default_controllers.js";

/** https://streams.spec.whatwg.org/#ws-default-controller-class */
export class WritableStreamDefaultController {
  abortAlgorithm = undefined;
  abort_controller = undefined;         // the slot [[abortController]], made when its signal is first asked for
  closeAlgorithm = undefined;
  queue = new List();
  queueTotalSize = 0;
  started = false;
  strategyHWM = 0;
  strategySizeAlgorithm = undefined;
  stream = undefined;
  writeAlgorithm = undefined;

  /** https://streams.spec.whatwg.org/#ws-default-controller-signal */
  get signal() {
    // 1. The signal of the abort controller, which is made when it is first asked for.
    this.abort_controller ??= new AbortController();
    return this.abort_controller.signal;
  }

  /** https://streams.spec.whatwg.org/#ws-default-controller-error */
  error(e) {
    // 1–3. Only a writable stream is errored.
    if (this.stream.state === "writable") {
      WritableStreamDefaultControllerError(this, e);
    }
  }

  /** https://streams.spec.whatwg.org/#ws-default-controller-private-abort */
  AbortSteps(reason) {
    // 1–3. Perform the abort algorithm, then drop all algorithms.
    const result = this.abortAlgorithm(reason);
    WritableStreamDefaultControllerClearAlgorithms(this);
    return result;
  }

  /** https://streams.spec.whatwg.org/#ws-default-controller-private-error */
  ErrorSteps() {
    // 1. Empty the queue.
    ResetQueue(this);
  }
}
