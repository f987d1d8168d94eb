import { EventTarget } from "../dom/EventTarget.js";
import { current_high_resolution_time, get_time_origin_timestamp } from "./high_resolution_time.js";

/** https://w3c.github.io/hr-time/#sec-performance */
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
}

let performance = null;

/** Ours: the one of this realm. */
export function performance_of_this_realm() {
  performance ??= new Performance();
  return performance;
}
