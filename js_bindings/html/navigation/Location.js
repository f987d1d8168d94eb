import { parse_url, URLRecord } from "../../url/url_record.js";
import { environment_facts } from "../../realm/environment_facts.js";
import { incumbent_window, navigate, PLAIN, reload } from "./navigate.js";
import { DOMStringList } from "./DOMStringList.js";

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-location-interface */
export class Location {
  window;
  ancestor_origins = new DOMStringList(environment_facts().ancestor_origins);
  parsed = null;      // the record of `document.url`

  constructor(window) {
    this.window = window;
  }

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#concept-location-url */
  get record() {
    const { url } = this.window.document;
    if (this.parsed?.href !== url) {
      this.parsed = new URLRecord(url);
    }
    return this.parsed;
  }

  get href() {
    return this.record.href;
  }

  set href(value) {
    location_navigate(this.window, value, "auto");
  }

  toString() {
    return this.href;
  }

  get origin() {
    return this.record.origin;
  }

  get ancestorOrigins() {
    return this.ancestor_origins;
  }

  assign(url) {
    location_navigate(this.window, url, "auto");
  }

  replace(url) {
    location_navigate(this.window, url, "replace");
  }

  reload() {
    reload(this.window);
  }
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#location-object-navigate , to a URL that is relative to whose script says it */
function location_navigate(window, url, history_handling) {
  const source = incumbent_window();
  const parsed = parse_url(url, source.api_base_url);
  if (parsed === null) {
    throw new DOMException(`"${url}" is no URL`, "SyntaxError");
  }
  navigate(window, parsed.href, history_handling, PLAIN, source);
}

for (const member of ["protocol", "host", "hostname", "port", "pathname", "search", "hash"]) {
  Object.defineProperty(Location.prototype, member, {
    get() {
      return this.record[member];
    },
    /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-location-hash and its like */
    set(value) {
      // NB: an empty fragment is one too, else it were a navigation to another document; one that stays as it is leads nowhere.
      const changed = member === "hash" && value === "" ? this.record.with_fragment("") : this.record.with(member, value);
      if (member === "hash" && changed.hash === this.record.hash) {
        return;
      }
      navigate(this.window, changed.href, "auto", PLAIN, incumbent_window());
    },
    configurable: true,
  });
}
