import { implementation_of } from "../../webidl/platform_objects.js";
import { kind_of } from "../structured_clone/internal_slots.js";
import { number_node } from "../structured_clone/records.js";

const TOO_LARGE = 10n ** 4300n; // Python reads no number that has more digits

/**
 * A script's value as whoever runs the browser gets it. Ours: `Page.evaluate` is no part of any specification.
 *
 * A tree of nodes that JSON can carry, and the bytes of all buffers in it one after the other; engine/window/evaluation_values.py reads them:
 *
 *     null true false "…" 1.5     themselves        ["undefined"]       ["number", "NaN" | "Infinity" | "-Infinity" | "-0"]
 *     ["bigint", decimal]         ["date", milliseconds]                ["bytes", length]
 *     ["list", [node, …]]         ["record", [[key, node], …]]
 */

const DEEPEST = 200;
// What Python's datetime can hold: the years 1 to 9999.
const FIRST_MOMENT = -62135596800000;
const LAST_MOMENT = 253402300799999;

const time_value_of = Date.prototype.getTime;
const tag_of = Object.prototype.toString;

/** → `[text, bytes]`. Throws a TypeError for what cannot leave the page, and what the value's own getters throw. */
export function value_for_python(value) {
  const state = { chunks: [], size: 0, above: new Set() };
  const text = JSON.stringify(node_of(value, "", state));
  const bytes = new Uint8Array(state.size);
  let offset = 0;
  for (let index = 0; index < state.chunks.length; ++index) {
    const chunk = state.chunks[index];
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return [text, bytes];
}

function node_of(value, where, state) {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return number_node(value);
    case "undefined":
      return ["undefined"];
    case "bigint":
      if (value >= TOO_LARGE || value <= -TOO_LARGE) {
        throw refusal("a BigInt of more than 4300 digits", where);
      }
      return ["bigint", `${value}`];
    case "symbol":
      throw refusal("a symbol", where);
    case "function":
      throw refusal("a function", where);
  }
  if (value === null) {
    return null;
  }
  const implementation = implementation_of(value);
  if (implementation !== null && implementation !== undefined) {
    throw refusal(with_article(implementation.constructor.name), where);
  }
  const kind = kind_of(value);
  switch (kind) {
    case "Array":
    case "Object":
      return node_of_container(value, kind, where, state);
    case "Date":
      return node_of_date(value, where);
    case "ArrayBuffer":
      return node_of_bytes(new Uint8Array(value), state);
    case undefined:
    case "SharedArrayBuffer":
    case "Boolean":
    case "Number":
    case "String":
    case "BigInt":
    case "RegExp":
    case "Map":
    case "Set":
    case "Error":
    case "DOMException":
      throw refusal(with_article(kind ?? name_of(value)), where);
  }
  // A view of a buffer.
  return node_of_bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), state);
}

function node_of_container(value, kind, where, state) {
  if (state.above.has(value)) {
    throw refusal("an object that has itself in it", where);
  }
  if (state.above.size >= DEEPEST) {
    throw refusal(`something nested more than ${DEEPEST} deep`, "");
  }
  state.above.add(value);
  let node;
  if (kind === "Array") {
    const items = [];
    for (let index = 0; index < value.length; ++index) {
      items.push(node_of(value[index], `${where}[${index}]`, state));
    }
    node = ["list", items];
  } else {
    node = ["record", Object.keys(value).map((key) => [key, node_of(value[key], `${where}[${JSON.stringify(key)}]`, state)])];
  }
  state.above.delete(value);
  return node;
}

function node_of_date(value, where) {
  const time = time_value_of.call(value);
  if (!(time >= FIRST_MOMENT && time <= LAST_MOMENT)) {
    throw refusal("a Date outside of the years 1 to 9999", where);
  }
  return ["date", time];
}

function node_of_bytes(bytes, state) {
  state.chunks.push(bytes.slice());
  state.size += bytes.byteLength;
  return ["bytes", bytes.byteLength];
}

function refusal(what, where) {
  const at = where === "" ? "" : ` (at value${where})`;
  return new TypeError(
    `${what}${at} cannot leave the page: texts, numbers, booleans, null, undefined, dates, bytes, arrays and plain objects of those can`,
  );
}

/** Ours: what the object calls itself. */
function name_of(value) {
  try {
    return tag_of.call(value).slice("[object ".length, -1);
  } catch {
    return "Proxy";
  }
}

const with_article = (name) => (/^(?:[AEIOU](?!RL)|H[A-Z])/.test(name) ? `an ${name}` : `a ${name}`);
