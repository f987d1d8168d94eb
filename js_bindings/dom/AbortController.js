import { AbortSignal, signal_abort } from "./AbortSignal.js";

/** https://dom.spec.whatwg.org/#interface-abortcontroller */
export class AbortController {
  signal = new AbortSignal();

  static constructor_steps() {
    return new AbortController();
  }

  /** https://dom.spec.whatwg.org/#abortcontroller-signal-abort */
  abort(reason) {
    signal_abort(this.signal, reason);
  }
}
