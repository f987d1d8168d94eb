import { ReadableStreamDefaultControllerGetDesiredSize } from "./readable_default_controllers.js";
import {
  TransformStreamDefaultControllerEnqueue,
  TransformStreamDefaultControllerError,
  TransformStreamDefaultControllerTerminate,
} from "./transform_default_controllers.js";

/** https://streams.spec.whatwg.org/#ts-default-controller-class */
export class TransformStreamDefaultController {
  cancelAlgorithm = undefined;
  finishPromise = undefined;            // a PromiseSlot
  flushAlgorithm = undefined;
  stream = undefined;
  transformAlgorithm = undefined;

  /** https://streams.spec.whatwg.org/#ts-default-controller-desired-size */
  get desiredSize() {
    // 1–2. The desired size of the readable side.
    return ReadableStreamDefaultControllerGetDesiredSize(this.stream.readable.controller);
  }

  /** https://streams.spec.whatwg.org/#ts-default-controller-enqueue */
  enqueue(chunk) {
    // 1. Enqueue the chunk in the readable side.
    TransformStreamDefaultControllerEnqueue(this, chunk);
  }

  /** https://streams.spec.whatwg.org/#ts-default-controller-error */
  error(reason) {
    // 1. Error both sides.
    TransformStreamDefaultControllerError(this, reason);
  }

  /** https://streams.spec.whatwg.org/#ts-default-controller-terminate */
  terminate() {
    // 1. Close the readable side and error the writable side.
    TransformStreamDefaultControllerTerminate(this);
  }
}
