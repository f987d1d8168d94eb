// URLs as the bindings see them. Specification: https://url.spec.whatwg.org/ (2025-11)
//
// NB: a URL record is held as its serialization, in which every component can be found again; only parsing and those setters that have to parse cross the
// border. A record never changes: setting a component gives another record.

import { op_url_parse, op_url_set } from "../ops.js";

const SPECIAL_PROTOCOLS = new Set(["ftp:", "file:", "http:", "https:", "ws:", "wss:"]);
const PLAIN_QUERY = /^[\x21\x24-\x26\x28-\x3b\x3d\x3f-\x7e]*$/;        // outside the special-query percent-encode set
const PLAIN_FRAGMENT = /^[\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7e]*$/;     // outside the fragment percent-encode set

/** https://url.spec.whatwg.org/#concept-url */
export class URLRecord {
  href = "";              // https://url.spec.whatwg.org/#concept-url-serializer
  scheme_end = 0;         // where the components are in the serialization:
  authority_start = -1;   // -1: the host is null
  path_start = 0;
  query_start = 0;        // of the question mark, if there is one
  fragment_start = 0;     // of the number sign, if there is one

  /** Internal creation: `href` must be the serialization of a URL. */
  constructor(href) {
    this.href = href;
    const scheme_end = this.scheme_end = href.indexOf(":") + 1;
    const hash = href.indexOf("#", scheme_end);
    this.fragment_start = hash < 0 ? href.length : hash;
    const question = href.indexOf("?", scheme_end);
    this.query_start = question < 0 || question > this.fragment_start ? this.fragment_start : question;
    if (href.startsWith("//", scheme_end)) {
      this.authority_start = scheme_end + 2;
      const slash = href.indexOf("/", this.authority_start);
      this.path_start = slash < 0 || slash > this.query_start ? this.query_start : slash;
    } else {
      // Without a host the serializer puts "/." before a path that begins with two slashes.
      this.path_start = href.startsWith("/.//", scheme_end) ? scheme_end + 2 : scheme_end;
    }
  }

  get protocol() {
    return this.href.slice(0, this.scheme_end);
  }

  get scheme() {
    return this.href.slice(0, this.scheme_end - 1);
  }

  get is_special() {
    return SPECIAL_PROTOCOLS.has(this.protocol);
  }

  /** https://url.spec.whatwg.org/#url-opaque-path */
  get has_an_opaque_path() {
    return this.href[this.scheme_end] !== "/";
  }

  get username() {
    const credentials = this.credentials;
    const colon = credentials.indexOf(":");
    return colon < 0 ? credentials : credentials.slice(0, colon);
  }

  get password() {
    const credentials = this.credentials;
    const colon = credentials.indexOf(":");
    return colon < 0 ? "" : credentials.slice(colon + 1);
  }

  /** Ours: what stands before the "@", or the empty string. */
  get credentials() {
    const authority = this.authority;
    return authority.slice(0, Math.max(authority.indexOf("@"), 0));
  }

  get authority() {
    return this.authority_start < 0 ? "" : this.href.slice(this.authority_start, this.path_start);
  }

  /** The host and the port, serialized; the empty string also for a null host. */
  get host() {
    const authority = this.authority;
    return authority.slice(authority.indexOf("@") + 1);
  }

  get hostname() {
    const host = this.host;
    const colon = port_colon(host);
    return colon < 0 ? host : host.slice(0, colon);
  }

  get port() {
    const host = this.host;
    const colon = port_colon(host);
    return colon < 0 ? "" : host.slice(colon + 1);
  }

  /** https://url.spec.whatwg.org/#url-path-serializer */
  get pathname() {
    return this.href.slice(this.path_start, this.query_start);
  }

  /** The query, or null. */
  get query() {
    return this.query_start === this.fragment_start ? null : this.href.slice(this.query_start + 1, this.fragment_start);
  }

  get search() {
    return this.fragment_start - this.query_start < 2 ? "" : this.href.slice(this.query_start, this.fragment_start);
  }

  /** The fragment, or null. */
  get fragment() {
    return this.fragment_start === this.href.length ? null : this.href.slice(this.fragment_start + 1);
  }

  get hash() {
    return this.href.length - this.fragment_start < 2 ? "" : this.href.slice(this.fragment_start);
  }

  /** https://url.spec.whatwg.org/#url-serializing (with exclude fragment) */
  get href_without_fragment() {
    return this.href.slice(0, this.fragment_start);
  }

  /**
   * https://url.spec.whatwg.org/#concept-url-origin
   * Serialized: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
   */
  get origin() {
    switch (this.protocol) {
      case "blob:": {
        // 1. NB: a blob URL that is in the store was given its environment's origin as path, so its entry need not be asked.
        // 2. The origin of the path, if that is an HTTP(S) URL.
        const inner = parse_url(this.pathname);
        return inner !== null && (inner.protocol === "http:" || inner.protocol === "https:") ? inner.origin : "null";
      }
      case "ftp:": case "http:": case "https:": case "ws:": case "wss:":
        return `${this.protocol}//${this.host}`;
      default:
        return "null";
    }
  }

  /** A record with that query (a string in which nothing needs percent-encoding), or without one if it is null. */
  with_query(query) {
    const search = query === null ? "" : `?${query}`;
    return new URLRecord(this.href.slice(0, this.query_start) + search + this.href.slice(this.fragment_start));
  }

  with_fragment(fragment) {
    return new URLRecord(this.href_without_fragment + (fragment === null ? "" : `#${fragment}`));
  }

  /**
   * Ours: the record after the setter steps of the URL class for `part` ("protocol", "username", "password", "host", "hostname", "port",
   * "pathname", "search" or "hash"), which leave it as it is where they fail.
   */
  with(part, value) {
    if (part === "search" && PLAIN_QUERY.test(value)) {
      return this.with_query(value === "" ? null : value[0] === "?" ? value.slice(1) : value);
    }
    if (part === "hash" && PLAIN_FRAGMENT.test(value)) {
      return this.with_fragment(value === "" ? null : value[0] === "#" ? value.slice(1) : value);
    }
    const href = op_url_set(this.href, part, value);
    return href === this.href ? this : new URLRecord(href);
  }
}

/** Ours: the place of the colon before the port in a serialized host with port; -1 without one. */
function port_colon(host) {
  const colon = host.lastIndexOf(":");
  return colon > host.lastIndexOf("]") ? colon : -1;
}

const CACHE_ENTRIES = 128;
const CACHED_LENGTH = 512;
const cache = new Map();    // OPTIMIZATION: the latest inputs, and what came of them; null is failure.

/**
 * https://url.spec.whatwg.org/#api-url-parser
 * Both are scalar value strings, `base` may be null. Gives a URLRecord, or null for failure.
 */
export function parse_url(url, base = null) {
  const key = base === null ? url : `${base}\n${url}`;
  let record = cache.get(key);
  if (record !== undefined && record.key_base === base) return record.value;
  const href = op_url_parse(url, base);
  record = { key_base: base, value: href === null ? null : new URLRecord(href) };
  if (key.length <= CACHED_LENGTH) {
    if (cache.size >= CACHE_ENTRIES) cache.delete(cache.keys().next().value);
    cache.set(key, record);
  }
  return record.value;
}
