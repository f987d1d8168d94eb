import { EventTarget } from "../dom/EventTarget.js";
import { load } from "../webidl/lazy.js";
import { current_high_resolution_time, get_time_origin_timestamp } from "../realm/high_resolution_time.js";

/** https://w3c.github.io/hr-time/#sec-performance , with what the performance timeline and user timing add. */
export class Performance extends EventTarget {
  /** https://w3c.github.io/hr-time/#now-method */
  now() {
    return current_high_resolution_time();
  }

  /** https://w3c.github.io/hr-time/#timeorigin-attribute */
  get timeOrigin() {
    return get_time_origin_timestamp();
  }

  /** https://webidl.spec.whatwg.org/#default-tojson-steps */
  toJSON() {
    return { timeOrigin: this.timeOrigin };
  }

  /** https://w3c.github.io/performance-timeline/#getentries-method and the two after it */
  getEntries() {
    return load("performance/timeline.js").entries_by_name(undefined);
  }

  getEntriesByType(type) {
    return load("performance/timeline.js").entries_by_name(undefined, type);
  }

  getEntriesByName(name, type) {
    return load("performance/timeline.js").entries_by_name(name, type);
  }

  mark(mark_name, mark_options) {
    return load("performance/user_timing.js").mark(mark_name, mark_options);
  }

  measure(measure_name, start_or_options, end_mark) {
    return load("performance/user_timing.js").measure(measure_name, start_or_options, end_mark);
  }

  clearMarks(mark_name) {
    load("performance/timeline.js").remove_entries("mark", mark_name);
  }

  clearMeasures(measure_name) {
    load("performance/timeline.js").remove_entries("measure", measure_name);
  }
}

let performance = null;

/** Ours: the one of this realm. */
export function performance_of_this_realm() {
  performance ??= new Performance();
  return performance;
}
