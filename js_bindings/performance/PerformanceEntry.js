let last_id = 0;

/** https://w3c.github.io/performance-timeline/#dom-performanceentry */
export class PerformanceEntry {
  id = ++last_id;
  name;
  entryType;
  startTime;
  duration;
  navigationId = 0;

  constructor(name, entry_type, start_time, duration = 0) {
    this.name = name;
    this.entryType = entry_type;
    this.startTime = start_time;
    this.duration = duration;
  }

  /** https://webidl.spec.whatwg.org/#default-tojson-steps */
  toJSON() {
    const { id, name, entryType, startTime, duration, navigationId } = this;
    return { id, name, entryType, startTime, duration, navigationId };
  }
}
