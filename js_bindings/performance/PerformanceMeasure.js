import { PerformanceEntry } from "./PerformanceEntry.js";

/** https://w3c.github.io/user-timing/#performancemeasure */
export class PerformanceMeasure extends PerformanceEntry {
  detail;

  constructor(name, start_time, duration, detail) {
    super(name, "measure", start_time, duration);
    this.detail = detail;
  }
}
