import { parse_urlencoded_string, serialize_urlencoded } from "./urlencoded.js";

/** https://url.spec.whatwg.org/#urlsearchparams */
export class URLSearchParams {
  list = [];             // [name, value] pairs: https://url.spec.whatwg.org/#concept-urlsearchparams-list
  url_object = null;     // the URL (implementation) whose query this is: https://url.spec.whatwg.org/#concept-urlsearchparams-url-object

  /** Internal creation: `new URLSearchParams(list of [name, value])`. */
  constructor(list = []) {
    this.list = list;
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-urlsearchparams */
  static constructor_steps(init) {
    const query = new URLSearchParams();
    // 1. Remove one leading question mark of a string.
    if (typeof init === "string" && init.startsWith("?")) init = init.slice(1);
    // 2. Initialize the list.
    query.initialize(init);
    return query;
  }

  /** https://url.spec.whatwg.org/#urlsearchparams-initialize */
  initialize(init) {
    if (Array.isArray(init)) {
      // 1. A sequence has pairs of name and value.
      for (const pair of init) {
        if (pair.length !== 2) throw new TypeError(`A pair of a name and a value is expected, not ${pair.length} items`);
        this.list.push([pair[0], pair[1]]);
      }
    } else if (typeof init === "object") {
      // 2. A record has names as its keys.
      this.list = init instanceof Map ? [...init] : Object.entries(init);
    } else {
      // 3. A string is parsed.
      this.list = parse_urlencoded_string(init);
    }
  }

  /** https://url.spec.whatwg.org/#concept-urlsearchparams-update */
  update() {
    // 1. Without a URL object there is nothing to update.
    if (this.url_object === null) return;
    // 2–5. Set its query to the serialized list; the empty string is null.
    this.url_object.set_query(serialize_urlencoded(this.list));
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-size */
  get size() {
    return this.list.length;
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-append */
  append(name, value) {
    this.list.push([name, value]);
    this.update();
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-delete */
  delete(name, value) {
    this.list = this.list.filter((tuple) => tuple[0] !== name || (value !== undefined && tuple[1] !== value));
    this.update();
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-get */
  get(name) {
    for (const tuple of this.list) if (tuple[0] === name) return tuple[1];
    return null;
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-getall */
  getAll(name) {
    return this.list.filter((tuple) => tuple[0] === name).map((tuple) => tuple[1]);
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-has */
  has(name, value) {
    return this.list.some((tuple) => tuple[0] === name && (value === undefined || tuple[1] === value));
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-set */
  set(name, value) {
    const first = this.list.findIndex((tuple) => tuple[0] === name);
    if (first < 0) {
      // 2. Append a name that is new.
      this.list.push([name, value]);
    } else {
      // 1. The first tuple of that name gets the value, the others are removed.
      this.list[first] = [name, value];
      this.list = this.list.filter((tuple, index) => index <= first || tuple[0] !== name);
    }
    // 3. Update the URL.
    this.update();
  }

  /** https://url.spec.whatwg.org/#dom-urlsearchparams-sort */
  sort() {
    // 1. Sort by the code units of the names; equal names keep their order.
    this.list.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    // 2. Update the URL.
    this.update();
  }

  value_pairs() {
    return this.list;
  }

  /** https://url.spec.whatwg.org/#urlsearchparams-stringification-behavior */
  toString() {
    return serialize_urlencoded(this.list);
  }
}
