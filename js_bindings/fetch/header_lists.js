// Header lists. Specification: https://fetch.spec.whatwg.org/#concept-header-list (2025-09)
//
// A header list is an array of `[name, value]` pairs of binary strings, names in the case they came with: exactly what crosses the border as
// a member of a request or response record. `lower` is always a name that is lowercased already.

// OPTIMIZATION: the headers of long lists by their lowercased names, while the list is as long as it was when it was looked at last.
const indexes = new WeakMap();
const SHORT = 16;

/** The headers of a lowercased name in their order; undefined or empty: there are none. */
function headers_named(list, lower) {
  return list.length > SHORT ? index_of(list).names.get(lower) : list.filter((header) => header[0].toLowerCase() === lower);
}

/** Of a long list { length, names: lowercase → its headers in their order }. */
function index_of(list) {
  let index = indexes.get(list);
  if (index === undefined || index.length !== list.length) {
    index = { length: list.length, names: new Map() };
    for (const header of list) add_to_index(index, header);
    indexes.set(list, index);
  }
  return index;
}

function add_to_index(index, header) {
  const lower = header[0].toLowerCase();
  const headers = index.names.get(lower);
  if (headers === undefined) index.names.set(lower, [header]);
  else headers.push(header);
}

/** One name has other headers now, or none. */
function index_has_changed(list, lower, headers) {
  const index = indexes.get(list);
  if (index === undefined) return;
  if (headers === undefined) index.names.delete(lower);
  else index.names.set(lower, headers);
  if (list.length > SHORT) index.length = list.length;
  else indexes.delete(list);
}

/** One more at the end. */
function push(list, header) {
  const index = list.length > SHORT ? index_of(list) : null;
  list.push(header);
  if (index !== null) {
    add_to_index(index, header);
    index.length = list.length;
  }
}

/** https://fetch.spec.whatwg.org/#header-list-contains */
export function header_list_contains(list, lower) {
  const headers = headers_named(list, lower);
  return headers !== undefined && headers.length > 0;
}

/** https://fetch.spec.whatwg.org/#concept-header-list-get */
export function header_list_get(list, lower) {
  // 1–2. Combine all values of that name by a comma and a space; null if there is none.
  const values = header_list_get_all(list, lower);
  return values.length === 0 ? null : values.join(", ");
}

/** Ours: the values of all headers of that name, in order. */
export function header_list_get_all(list, lower) {
  const headers = headers_named(list, lower);
  return headers === undefined ? [] : headers.map((header) => header[1]);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-append */
export function header_list_append(list, name, value) {
  // 1. A name that is in the list already keeps the case of the first.
  const first = headers_named(list, name.toLowerCase())?.[0];
  // 2. Append the header.
  push(list, [first === undefined ? name : first[0], value]);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-delete */
export function header_list_delete(list, lower) {
  const headers = headers_named(list, lower);
  if (headers === undefined || headers.length === 0) return;
  if (headers.length === 1) {
    // OPTIMIZATION: the engine finds and removes one in a moment.
    list.splice(list.indexOf(headers[0]), 1);
  } else {
    const gone = new Set(headers);
    let kept = 0;
    for (const header of list) if (!gone.has(header)) list[kept++] = header;
    list.length = kept;
  }
  index_has_changed(list, lower, undefined);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-set */
export function header_list_set(list, name, value) {
  const lower = name.toLowerCase();
  const first = headers_named(list, lower)?.[0];
  if (first !== undefined) {
    // 1. The first header of that name takes the value, the others are removed.
    const at = list.indexOf(first);
    header_list_delete(list, lower);
    list.splice(at, 0, [first[0], value]);
    index_has_changed(list, lower, [list[at]]);
  } else {
    // 2. Append a new header.
    push(list, [name, value]);
  }
}

/** Ours: a header list of its own with the same headers. */
export function copy_of_header_list(list) {
  return list.map((header) => [header[0], header[1]]);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine */
export function sort_and_combine(list) {
  // 2. Sort the names, in lower case and each once; with all their values.
  const values_of = new Map();
  for (const header of list) {
    const lower = header[0].toLowerCase();
    const values = values_of.get(lower);
    if (values === undefined) values_of.set(lower, [header[1]]);
    else values.push(header[1]);
  }
  const names = [...values_of.keys()].sort();
  // 1, 3. One header for each name, but each Set-Cookie on its own.
  const headers = [];
  for (const name of names) {
    const values = values_of.get(name);
    if (name === "set-cookie") {
      for (const value of values) headers.push([name, value]);
    } else {
      headers.push([name, values.length === 1 ? values[0] : values.join(", ")]);
    }
  }
  // 4. The headers.
  return headers;
}
