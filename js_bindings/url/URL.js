import { load } from "../webidl/lazy.js";
import { URLSearchParams } from "./URLSearchParams.js";
import { parse_url } from "./url_record.js";
import { parse_urlencoded_string } from "./urlencoded.js";

/** https://url.spec.whatwg.org/#url-class */
export class URL {
  record = null;          // https://url.spec.whatwg.org/#concept-url-url
  query_object = null;    // https://url.spec.whatwg.org/#concept-url-query-object; made when it is first asked for

  /** Internal creation: `new URL(url record)`. */
  constructor(record) {
    this.record = record;
  }

  /** https://url.spec.whatwg.org/#dom-url-url */
  static constructor_steps(url, base) {
    // 1. Parse the URL.
    const parsed = parse_url(url, base ?? null);
    // 2. Failure throws.
    if (parsed === null) throw new TypeError(`Invalid URL: ${shorten(url)}${base === undefined ? "" : ` (base ${shorten(base)})`}`);
    // 3. Initialize the object.
    return new URL(parsed);
  }

  /** https://url.spec.whatwg.org/#dom-url-parse */
  static parse(url, base) {
    const parsed = parse_url(url, base ?? null);
    return parsed === null ? null : new URL(parsed);
  }

  /** https://url.spec.whatwg.org/#dom-url-canparse */
  static canParse(url, base) {
    return parse_url(url, base ?? null) !== null;
  }

  /** https://w3c.github.io/FileAPI/#dfn-createObjectURL */
  static createObjectURL(object) {
    return load("file/blob_url.js").add_an_entry_to_the_blob_url_store(object);
  }

  /** https://w3c.github.io/FileAPI/#dfn-revokeObjectURL */
  static revokeObjectURL(url) {
    load("file/blob_url.js").revoke_object_url(url);
  }

  /** https://url.spec.whatwg.org/#dom-url-href */
  get href() {
    return this.record.href;
  }

  set href(value) {
    // 1. Parse the URL.
    const parsed = parse_url(value);
    // 2. Failure throws.
    if (parsed === null) throw new TypeError(`Invalid URL: ${shorten(value)}`);
    // 3. Set the URL record.
    this.record = parsed;
    // 4–6. Fill the query object's list anew.
    this.refresh_query_object(parsed.query ?? "");
  }

  /** https://url.spec.whatwg.org/#dom-url-origin */
  get origin() {
    return this.record.origin;
  }

  /** https://url.spec.whatwg.org/#dom-url-protocol */
  get protocol() {
    return this.record.protocol;
  }

  set protocol(value) {
    this.record = this.record.with("protocol", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-username */
  get username() {
    return this.record.username;
  }

  set username(value) {
    this.record = this.record.with("username", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-password */
  get password() {
    return this.record.password;
  }

  set password(value) {
    this.record = this.record.with("password", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-host */
  get host() {
    return this.record.host;
  }

  set host(value) {
    this.record = this.record.with("host", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-hostname */
  get hostname() {
    return this.record.hostname;
  }

  set hostname(value) {
    this.record = this.record.with("hostname", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-port */
  get port() {
    return this.record.port;
  }

  set port(value) {
    this.record = this.record.with("port", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-pathname */
  get pathname() {
    return this.record.pathname;
  }

  set pathname(value) {
    this.record = this.record.with("pathname", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-search */
  get search() {
    return this.record.search;
  }

  set search(value) {
    // 1–2, 4–5. Set the query of the record; null for the empty string.
    this.record = this.record.with("search", value);
    // 3, 6. The list of the query object comes from the value as it was given.
    this.refresh_query_object(value.startsWith("?") ? value.slice(1) : value);
  }

  /** https://url.spec.whatwg.org/#dom-url-searchparams */
  get searchParams() {
    if (this.query_object === null) {
      // OPTIMIZATION: initializing waits until here; until now nothing could change the list but what changes the record's query too.
      this.query_object = new URLSearchParams(parse_urlencoded_string(this.search_input ?? this.record.query ?? ""));
      this.query_object.url_object = this;
    }
    return this.query_object;
  }

  search_input = null;    // what the search setter was last given, while there is no query object

  /** https://url.spec.whatwg.org/#dom-url-hash */
  get hash() {
    return this.record.hash;
  }

  set hash(value) {
    this.record = this.record.with("hash", value);
  }

  /** https://url.spec.whatwg.org/#dom-url-tojson */
  toJSON() {
    return this.record.href;
  }

  toString() {
    return this.record.href;
  }

  /** Ours: the step of the setters that fills the query object's list again. */
  refresh_query_object(input) {
    if (this.query_object === null) this.search_input = input;
    else this.query_object.list = parse_urlencoded_string(input);
  }

  /** Ours: the last steps of https://url.spec.whatwg.org/#concept-urlsearchparams-update; the empty string means no query. */
  set_query(serialized_query) {
    this.record = this.record.with_query(serialized_query === "" ? null : serialized_query);
  }
}

function shorten(string) {
  return `"${string.length > 200 ? `${string.slice(0, 200)}…` : string}"`;
}
