import { SUPPORTED_ENTRY_TYPES, entries_by_name, queue_the_performance_observer_task, register, unregister } from "./timeline.js";

/** https://w3c.github.io/performance-timeline/#dom-performanceobserver */
export class PerformanceObserver {
  callback;
  observer_buffer = [];
  observer_type = "undefined";          // "undefined", "single" or "multiple"
  requires_dropped_entries = true;
  types = new Set();                    // what the options list asks for

  constructor(callback = null) {
    this.callback = callback;
  }

  static constructor_steps(callback) {
    return new PerformanceObserver(callback);
  }

  static supportedEntryTypes = SUPPORTED_ENTRY_TYPES;

  /** https://w3c.github.io/performance-timeline/#observe-method */
  observe(options) {
    const { entryTypes: entry_types, type, buffered } = options;
    // 2–4. Either entryTypes, or type with its own options.
    if (entry_types === undefined && type === undefined) {
      throw new TypeError("observe() needs entryTypes or type");
    }
    if (entry_types !== undefined && (type !== undefined || buffered !== undefined)) {
      throw new TypeError("entryTypes cannot be combined with other options");
    }
    // 5–7. The observer type, "multiple" or "single", stays as it was first.
    const wanted = entry_types === undefined ? "single" : "multiple";
    if (this.observer_type === "undefined") {
      this.observer_type = wanted;
    } else if (this.observer_type !== wanted) {
      throw new DOMException("an observer uses either entryTypes or type, always", "InvalidModificationError");
    }
    this.requires_dropped_entries = true;
    if (wanted === "multiple") {
      // 8. Keep the supported entry types.
      const known = entry_types.filter((each) => SUPPORTED_ENTRY_TYPES.includes(each));
      if (known.length > 0) {
        this.types = new Set(known);
        register(this);
      }
      return;
    }
    // 9. Append a supported type, and enqueue the buffered entries if they are asked for.
    if (!SUPPORTED_ENTRY_TYPES.includes(type)) {
      return;
    }
    this.types.add(type);
    register(this);
    if (buffered) {
      this.observer_buffer.push(...entries_by_name(undefined, type));
      queue_the_performance_observer_task();
    }
  }

  /** https://w3c.github.io/performance-timeline/#disconnect-method */
  disconnect() {
    unregister(this);
    this.observer_buffer = [];
    this.types = new Set();
  }

  /** https://w3c.github.io/performance-timeline/#takerecords-method */
  takeRecords() {
    const records = this.observer_buffer;
    this.observer_buffer = [];
    return records;
  }
}
