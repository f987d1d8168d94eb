import { current_high_resolution_time } from "../realm/high_resolution_time.js";
import { copy_of_detail, PerformanceMark } from "./PerformanceMark.js";
import { PerformanceMeasure } from "./PerformanceMeasure.js";
import { latest_mark, queue_a_performance_entry } from "./timeline.js";

/** https://w3c.github.io/user-timing/ */

/** https://w3c.github.io/user-timing/#dom-performance-mark */
export function mark(mark_name, mark_options) {
  // 1. Construct the mark.
  const entry = PerformanceMark.constructor_steps(mark_name, mark_options);
  // 2–3. Queue the entry, and add it to the buffer.
  queue_a_performance_entry(entry);
  // 4. The entry.
  return entry;
}

/** https://w3c.github.io/user-timing/#dom-performance-measure */
export function measure(measure_name, start_or_options, end_mark) {
  const options = typeof start_or_options === "object" && start_or_options !== null ? start_or_options : {};
  const { start, end, duration, detail } = options;
  // 1. The options give at most two of start, end and duration, and no end mark beside them.
  if (start !== undefined || end !== undefined || duration !== undefined || detail !== undefined) {
    if (end_mark !== undefined) {
      throw new TypeError("an end mark cannot be combined with options");
    }
    if (start === undefined && end === undefined) {
      throw new TypeError("a measure needs a start or an end");
    }
    if (start !== undefined && end !== undefined && duration !== undefined) {
      throw new TypeError("start, end and duration cannot all be given");
    }
  }
  // 2. The end time.
  let end_time;
  if (end_mark !== undefined) {
    end_time = convert_a_mark_to_a_timestamp(end_mark);
  } else if (end !== undefined) {
    end_time = convert_a_mark_to_a_timestamp(end);
  } else if (start !== undefined && duration !== undefined) {
    end_time = convert_a_mark_to_a_timestamp(start) + convert_a_mark_to_a_timestamp(duration);
  } else {
    end_time = current_high_resolution_time();
  }
  // 3. The start time.
  let start_time;
  if (start !== undefined) {
    start_time = convert_a_mark_to_a_timestamp(start);
  } else if (duration !== undefined && end !== undefined) {
    start_time = convert_a_mark_to_a_timestamp(end) - convert_a_mark_to_a_timestamp(duration);
  } else if (typeof start_or_options === "string") {
    start_time = convert_a_mark_to_a_timestamp(start_or_options);
  } else {
    start_time = 0;
  }
  // 4–9. Make the entry, with a clone of the detail.
  const entry = new PerformanceMeasure(measure_name, start_time, end_time - start_time, copy_of_detail(detail));
  // 10–11. Queue the entry, and add it to the buffer.
  queue_a_performance_entry(entry);
  // 12. The entry.
  return entry;
}

/** https://w3c.github.io/user-timing/#convert-a-mark-to-a-timestamp */
function convert_a_mark_to_a_timestamp(mark_or_time) {
  // 3. A number is a timestamp already.
  if (typeof mark_or_time === "number") {
    if (mark_or_time < 0) {
      throw new TypeError("a time cannot be before the time origin");
    }
    return mark_or_time;
  }
  // 1. FIXME: the attributes of PerformanceTiming, which we do not have.
  // 2. The start time of the latest mark of that name.
  const mark = latest_mark(mark_or_time);
  if (mark === undefined) {
    throw new DOMException(`there is no mark "${mark_or_time}"`, "SyntaxError");
  }
  return mark.startTime;
}
