import { host } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { current_high_resolution_time } from "../realm/high_resolution_time.js";
import { PerformanceEntry } from "./PerformanceEntry.js";

const TIMING_ATTRIBUTES = [
  "navigationStart", "unloadEventStart", "unloadEventEnd", "redirectStart", "redirectEnd", "fetchStart", "domainLookupStart",
  "domainLookupEnd", "connectStart", "connectEnd", "secureConnectionStart", "requestStart", "responseStart", "responseEnd", "domLoading",
  "domInteractive", "domContentLoadedEventStart", "domContentLoadedEventEnd", "domComplete", "loadEventStart", "loadEventEnd",
];

/** Ours: windows keep the names of PerformanceTiming's attributes to themselves. */
function is_name_of_performance_timing(name) {
  return host.global_names.includes("Window") && TIMING_ATTRIBUTES.includes(name);
}

/** https://w3c.github.io/user-timing/#performancemark */
export class PerformanceMark extends PerformanceEntry {
  detail;

  constructor(name, start_time, detail) {
    super(name, "mark", start_time);
    this.detail = detail;
  }

  /** https://w3c.github.io/user-timing/#the-performancemark-constructor */
  static constructor_steps(mark_name, mark_options) {
    // 1. In a window the names of PerformanceTiming cannot be marks.
    if (is_name_of_performance_timing(mark_name)) {
      throw new DOMException(`"${mark_name}" is the name of a navigation timing attribute`, "SyntaxError");
    }
    // 2–4. The start time: the one given, or now.
    if (mark_options.startTime < 0) {
      throw new TypeError("a mark cannot be before the time origin");
    }
    const start_time = mark_options.startTime ?? current_high_resolution_time();
    // 5–7. Make the entry, with a clone of the detail.
    return new PerformanceMark(mark_name, start_time, copy_of_detail(mark_options.detail));
  }
}

/** Ours: the detail as the entry keeps it. */
export function copy_of_detail(detail) {
  if (detail === undefined || detail === null) {
    return null;
  }
  const { structured_serialize } = load("html/structured_clone/structured_serialize.js");
  return load("html/structured_clone/structured_deserialize.js").structured_deserialize(structured_serialize(detail));
}
