// Header lists. Specification: https://fetch.spec.whatwg.org/#concept-header-list (2025-09)
//
// A header list is an array of `[name, value]` pairs of binary strings, names in the case they came with: exactly what crosses the border as
// a member of a request or response record. `lower` is always a name that is lowercased already.

/** https://fetch.spec.whatwg.org/#header-list-contains */
export function header_list_contains(list, lower) {
  for (const header of list) if (header[0].toLowerCase() === lower) return true;
  return false;
}

/** https://fetch.spec.whatwg.org/#concept-header-list-get */
export function header_list_get(list, lower) {
  let value = null;
  // 1–2. All values of that name, joined by a comma and a space; null if there is none.
  for (const header of list) if (header[0].toLowerCase() === lower) value = value === null ? header[1] : value + ", " + header[1];
  return value;
}

/** Ours: the values of all headers of that name, in order. */
export function header_list_get_all(list, lower) {
  const values = [];
  for (const header of list) if (header[0].toLowerCase() === lower) values.push(header[1]);
  return values;
}

// OPTIMIZATION: of a long list, the names as they were first written: { length: of the list then, names: lowercase → name }.
const first_names = new WeakMap();
const SHORT = 16;

function append_to_a_long_list(list, name, value) {
  let known = first_names.get(list);
  if (known === undefined || known.length !== list.length) {
    known = { length: 0, names: new Map() };
    first_names.set(list, known);
    for (const header of list) {
      const lower = header[0].toLowerCase();
      if (!known.names.has(lower)) known.names.set(lower, header[0]);
    }
  }
  const lower = name.toLowerCase();
  if (!known.names.has(lower)) known.names.set(lower, name);
  list.push([known.names.get(lower), value]);
  known.length = list.length;
}

/** https://fetch.spec.whatwg.org/#concept-header-list-append */
export function header_list_append(list, name, value) {
  if (list.length > SHORT) {
    append_to_a_long_list(list, name, value);
    return;
  }
  // 1. The first of that name gives its case to those that follow.
  const lower = name.toLowerCase();
  for (const header of list) {
    if (header[0].toLowerCase() === lower) {
      name = header[0];
      break;
    }
  }
  // 2. To the end.
  list.push([name, value]);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-delete */
export function header_list_delete(list, lower) {
  let kept = 0;
  for (const header of list) if (header[0].toLowerCase() !== lower) list[kept++] = header;
  list.length = kept;
  first_names.delete(list);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-set */
export function header_list_set(list, name, value) {
  const lower = name.toLowerCase();
  const first = list.findIndex((header) => header[0].toLowerCase() === lower);
  if (first >= 0) {
    // 1. The first of that name takes the value, the others go.
    const header = [list[first][0], value];
    header_list_delete(list, lower);
    list.splice(first, 0, header);
  } else {
    // 2. A new one.
    list.push([name, value]);
  }
}

/** Ours: a header list of its own with the same headers. */
export function copy_of_header_list(list) {
  return list.map((header) => [header[0], header[1]]);
}

/** https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine */
export function sort_and_combine(list) {
  // 2. The lowercased names in order, each once; with all their values.
  const values_of = new Map();
  for (const header of list) {
    const lower = header[0].toLowerCase();
    const values = values_of.get(lower);
    if (values === undefined) values_of.set(lower, [header[1]]);
    else values.push(header[1]);
  }
  const names = [...values_of.keys()].sort();
  // 1. 3. One header for each name, but cookies never share one.
  const headers = [];
  for (const name of names) {
    const values = values_of.get(name);
    if (name === "set-cookie") {
      for (const value of values) headers.push([name, value]);
    } else {
      headers.push([name, values.length === 1 ? values[0] : values.join(", ")]);
    }
  }
  // 4. That is it.
  return headers;
}
