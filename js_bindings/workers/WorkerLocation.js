import { URLRecord } from "../url/url_record.js";
import { environment_facts } from "../realm/environment_facts.js";

/** https://html.spec.whatwg.org/multipage/workers.html#workerlocation */
export class WorkerLocation {
  record = new URLRecord(environment_facts().url);   // the global's url

  get href() {
    return this.record.href;
  }

  get origin() {
    return this.record.origin;
  }

  get protocol() {
    return this.record.protocol;
  }

  get host() {
    return this.record.host;
  }

  get hostname() {
    return this.record.hostname;
  }

  get port() {
    return this.record.port;
  }

  get pathname() {
    return this.record.pathname;
  }

  get search() {
    return this.record.search;
  }

  get hash() {
    return this.record.hash;
  }

  toString() {
    return this.href;
  }
}
