/** https://w3c.github.io/performance-timeline/#performanceobserverentrylist-interface */
export class PerformanceObserverEntryList {
  entry_list = [];

  constructor(entry_list = []) {
    this.entry_list = [...entry_list].sort((one, other) => one.startTime - other.startTime || one.id - other.id);
  }

  getEntries() {
    return this.entry_list;
  }

  getEntriesByType(type) {
    return this.entry_list.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type) {
    return this.entry_list.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type));
  }
}
