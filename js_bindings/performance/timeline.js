import { queue_a_global_task } from "../realm/tasks.js";
import { home } from "../intrinsics.js";
import { invoke_callback_and_report } from "../webidl/callbacks.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { PerformanceObserverEntryList } from "./PerformanceObserverEntryList.js";

/** https://w3c.github.io/performance-timeline/ */

export const SUPPORTED_ENTRY_TYPES = ["mark", "measure"];

// https://w3c.github.io/performance-timeline/#dfn-performance-entry-buffer , of all types together
let buffer = [];
const latest_marks = new Map();  // OPTIMIZATION: name → its latest mark
const registered_observers = new Set();
let task_is_queued = false;

/** Ours: entries by time, and of one time by their age. */
export function in_order(entries) {
  return [...entries].sort((one, other) => one.startTime - other.startTime || one.id - other.id);
}

/** https://w3c.github.io/performance-timeline/#dfn-filter-buffer-map-by-name-and-type */
export function entries_by_name(name, type = undefined) {
  return in_order(buffer.filter((entry) => (name === undefined || entry.name === name) && (type === undefined || entry.entryType === type)));
}

/** Ours: the latest mark of a name, or undefined. */
export function latest_mark(name) {
  return latest_marks.get(name);
}

/** Ours: clearMarks() and clearMeasures(). */
export function remove_entries(type, name) {
  buffer = buffer.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== name));
  if (type === "mark" && name === undefined) {
    latest_marks.clear();
  } else if (type === "mark") {
    latest_marks.delete(name);
  }
}

export function register(observer) {
  registered_observers.add(observer);
}

export function unregister(observer) {
  registered_observers.delete(observer);
}

/** https://w3c.github.io/performance-timeline/#queue-a-performanceentry */
export function queue_a_performance_entry(entry) {
  // 1–7. Append the entry to the buffer of each observer of its type.
  for (const observer of registered_observers) {
    if (observer.types.has(entry.entryType)) {
      observer.observer_buffer.push(entry);
    }
  }
  // 8–11. NB: user timing has no limit.
  buffer.push(entry);
  if (entry.entryType === "mark" && !(latest_marks.get(entry.name)?.startTime > entry.startTime)) {
    latest_marks.set(entry.name, entry);
  }
  // 12. Queue the performance observer task.
  queue_the_performance_observer_task();
}

/** https://w3c.github.io/performance-timeline/#queue-the-performanceobserver-task */
export function queue_the_performance_observer_task() {
  // 1–2. One task is queued at a time.
  if (task_is_queued || registered_observers.size === 0) {
    return;
  }
  task_is_queued = true;
  // 3. In it, call each observer with the entries that it has not seen yet.
  queue_a_global_task("performance timeline task source", () => {
    task_is_queued = false;
    for (const observer of [...registered_observers]) {
      const entries = observer.observer_buffer;
      if (entries.length === 0) {
        continue;
      }
      observer.observer_buffer = [];
      const options = home(observer.requires_dropped_entries ? { droppedEntriesCount: 0 } : {});
      observer.requires_dropped_entries = false;
      const observer_object = platform_object_of(observer);
      const list = platform_object_of(new PerformanceObserverEntryList(entries));
      invoke_callback_and_report(observer.callback, observer_object, [list, observer_object, options]);
    }
  });
}
