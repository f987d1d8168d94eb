/** Ours: what serialization and transfer steps write and read, as nodes: see structured_serialize.js. */

/** Ours: JSON has no word for some numbers. */
export function number_node(number) {
  if (number !== number || number === Infinity || number === -Infinity || Object.is(number, -0)) {
    return ["number", Object.is(number, -0) ? "-0" : String(number)];
  }
  return number;
}

/** Ours: what `sub_serialize` gives, to be put into the record. */
export class SubSerialization {
  node;

  constructor(node) {
    this.node = node;
  }
}

/**
 * Ours: a record that serialization or transfer steps wrote, made fit for a node. It may hold null, booleans, numbers, strings, lists, records,
 * Uint8Arrays (which nobody writes to from now on), and what `sub_serialize` gave.
 */
export function record_node(item, buffers) {
  if (Array.isArray(item)) {
    return ["items", item.map((each) => record_node(each, buffers))];
  }
  if (item instanceof SubSerialization) {
    return ["sub", item.node];
  }
  if (item instanceof Uint8Array) {
    buffers.push(item);
    return ["bytes", buffers.length - 1];
  }
  if (typeof item === "object" && item !== null) {
    const members = { __proto__: null };
    for (const key of Object.keys(item)) {
      if (item[key] !== undefined) {
        members[key] = record_node(item[key], buffers);
      }
    }
    return ["record", members];
  }
  return typeof item === "number" ? number_node(item) : item;
}

/** Ours: the record that serialization or transfer steps wrote, from its node; bytes are Uint8Arrays,
 * sub-serializations what `sub_deserialize` gives. */
export function record_of(node, buffers, sub_deserialize) {
  if (node === null || typeof node !== "object") {
    return node;
  }
  switch (node[0]) {
    case "number":
      return Number(node[1]);
    case "items":
      return node[1].map((item) => record_of(item, buffers, sub_deserialize));
    case "bytes": {
      const bytes = buffers[node[1]];
      return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    }
    case "sub":
      return sub_deserialize(node[1]);
  }
  const record = {};
  for (const key of Object.keys(node[1])) {
    record[key] = record_of(node[1][key], buffers, sub_deserialize);
  }
  return record;
}
