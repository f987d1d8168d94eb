import { run_steps_after_a_timeout } from "../realm/timers.js";
import { has_event_listener } from "./event_listeners.js";
import { EventTarget, fire_an_event } from "./EventTarget.js";

/** https://dom.spec.whatwg.org/#interface-AbortSignal */
export class AbortSignal extends EventTarget {
  reason = undefined;                   // the abort reason
  abort_algorithms = new Set();
  dependent = false;
  source_signals = new Set();
  // Weak, as the specification wants; a dependent signal that somebody listens to is held in `observed_dependent_signals` too.
  dependent_signals = new Set();
  observed_dependent_signals = new Set();
  prune_at = 8;
  observed = false;                     // whether its sources hold it

  /** https://dom.spec.whatwg.org/#dom-abortsignal-abort */
  static abort(reason) {
    // 1–3. Make a signal that is aborted already.
    const signal = new AbortSignal();
    signal.reason = reason_or_default(reason);
    return signal;
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-timeout */
  static timeout(milliseconds) {
    // 1–2. Make the signal.
    const signal = new AbortSignal();
    // 3. When the time is over, signal abort in a task. NB: the completion steps of our timers run in one already; the timer
    // holds the signal, whoever listens.
    run_steps_after_a_timeout(milliseconds, () => {
      signal_abort(signal, new DOMException("The operation timed out.", "TimeoutError"));
    });
    // 4. The signal.
    return signal;
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-any */
  static any(signals) {
    return create_a_dependent_abort_signal(signals);
  }

  get aborted() {
    return this.reason !== undefined;
  }

  throwIfAborted() {
    if (this.aborted) {
      throw this.reason;
    }
  }

  /** https://dom.spec.whatwg.org/#abortsignal-add : `algorithm` is called without arguments; read `reason` from the signal. */
  add_algorithm(algorithm) {
    // 1. An aborted signal takes no more algorithms.
    if (this.aborted) {
      return;
    }
    // 2. Append the algorithm.
    this.abort_algorithms.add(algorithm);
    this.observers_changed();
  }

  /** https://dom.spec.whatwg.org/#abortsignal-remove */
  remove_algorithm(algorithm) {
    this.abort_algorithms.delete(algorithm);
    this.observers_changed();
  }

  event_listeners_changed(type) {
    if (type === "abort") {
      this.observers_changed();
    }
  }

  /** https://dom.spec.whatwg.org/#abort-signal-garbage-collection */
  observers_changed() {
    if (!this.dependent) {
      return;
    }
    const observed = !this.aborted && (this.abort_algorithms.size > 0 || has_event_listener(this, "abort"));
    if (observed === this.observed) return;
    this.observed = observed;
    for (const source of this.source_signals) {
      if (observed) {
        source.observed_dependent_signals.add(this);
      } else {
        source.observed_dependent_signals.delete(this);
      }
    }
  }

  /** Ours: note, weakly, that `signal` depends on this one; now and then forget those that are gone. */
  append_dependent_signal(signal) {
    if (this.dependent_signals.size >= this.prune_at) {
      for (const reference of [...this.dependent_signals]) {
        if (reference.deref() === undefined) {
          this.dependent_signals.delete(reference);
        }
      }
      this.prune_at = Math.max(8, this.dependent_signals.size * 2);
    }
    this.dependent_signals.add(new WeakRef(signal));
  }
}

function reason_or_default(reason) {
  return reason === undefined ? new DOMException("The operation was aborted.", "AbortError") : reason;
}

/** https://dom.spec.whatwg.org/#abortsignal-signal-abort */
export function signal_abort(signal, reason = undefined) {
  // 1. A signal is aborted once.
  if (signal.aborted) {
    return;
  }
  // 2. Set the abort reason.
  signal.reason = reason_or_default(reason);
  // 3–4. Give the reason to the dependent signals too, before any abort steps run.
  const dependent_signals_to_abort = [];
  for (const reference of signal.dependent_signals) {
    const dependent_signal = reference.deref();
    if (dependent_signal !== undefined && !dependent_signal.aborted) {
      dependent_signal.reason = signal.reason;
      dependent_signals_to_abort.push(dependent_signal);
    }
  }
  // 5–6. Run the abort steps of this signal, then of the dependent ones.
  run_the_abort_steps(signal);
  for (const dependent_signal of dependent_signals_to_abort) {
    run_the_abort_steps(dependent_signal);
  }
  // NB: an aborted signal aborts nothing more.
  signal.dependent_signals.clear();
  signal.observed_dependent_signals.clear();
}

/** https://dom.spec.whatwg.org/#run-the-abort-steps */
function run_the_abort_steps(signal) {
  // 1. Run the abort algorithms.
  for (const algorithm of [...signal.abort_algorithms]) {
    if (signal.abort_algorithms.has(algorithm)) {
      algorithm();
    }
  }
  // 2. Empty their list.
  signal.abort_algorithms.clear();
  // 3. Fire "abort".
  fire_an_event("abort", signal);
  signal.observers_changed();
}

/** https://dom.spec.whatwg.org/#create-a-dependent-abort-signal */
export function create_a_dependent_abort_signal(signals, SignalInterface = AbortSignal) {
  // 1. Make the result signal.
  const result_signal = new SignalInterface();
  // 2. If one of the signals is aborted, so is the result, for the same reason.
  for (const signal of signals) {
    if (signal.aborted) {
      result_signal.reason = signal.reason;
      return result_signal;
    }
  }
  // 3. The result is a dependent signal.
  result_signal.dependent = true;
  // 4. Its source signals are those signals that are not dependent themselves, and the sources of those that are.
  for (const signal of signals) {
    for (const source_signal of signal.dependent ? signal.source_signals : [signal]) {
      if (!result_signal.source_signals.has(source_signal)) {
        result_signal.source_signals.add(source_signal);
        source_signal.append_dependent_signal(result_signal);
      }
    }
  }
  // 5. The result signal.
  return result_signal;
}
