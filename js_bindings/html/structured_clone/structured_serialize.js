import { implementation_of } from "../../webidl/platform_objects.js";
import { describe_view, is_detached, max_byte_length, serialize_array_buffer, transfer_array_buffer } from "./buffers.js";
import { data_clone_error } from "./errors.js";
import { kind_of } from "./internal_slots.js";
import { number_node, record_node, SubSerialization } from "./records.js";

/**
 * Structured serialization, https://html.spec.whatwg.org/multipage/structured-data.html#safe-passing-of-structured-data
 *
 * A serialized value is `{ root, buffers, transferred }`. `root` is a tree of *nodes* that JSON can carry:
 *
 *     null true false "…" 1.5     themselves (only finite numbers, and not -0)
 *     ["undefined"]               ["number", "NaN" | "Infinity" | "-Infinity" | "-0"]       ["bigint", decimal]
 *     ["back", index]             an object met before: they are counted in the order in which they begin
 *     ["Boolean", true]           ["Number", node]     ["String", "…"]     ["BigInt", decimal]
 *     ["Date", node]              ["RegExp", source, flags]
 *     ["ArrayBuffer", buffer] or ["ArrayBuffer", buffer, maximum length], where `buffer` is an index into `buffers`
 *     ["view", constructor, node of the buffer, offset, length or null where it follows the buffer]
 *     ["Map", [key, value, …]]    ["Set", [value, …]]
 *     ["Error", name, message | null, stack | null, cause node?]    ["DOMException", message, name, stack | null, {quota, requested}?]
 *     ["list", [node, …], {key: node}?]    an array without holes      ["Array", length, {key: node}]    any other
 *     ["Object", {key: node}]
 *     ["platform", interface, record]      what its serialization steps wrote, see `record_node`
 *     ["transferred", index]               an index into `transferred`, its data holders
 *
 * `buffers` holds ArrayBuffers and Uint8Arrays that belong to the serialization: it can be deserialized in this agent once.
 */

const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;

const boolean_value_of = Boolean.prototype.valueOf;
const number_value_of = Number.prototype.valueOf;
const string_value_of = String.prototype.valueOf;
const bigint_value_of = BigInt.prototype.valueOf;
const time_value_of = Date.prototype.getTime;
const source_of = getter(RegExp.prototype, "source");
const flag_letters = [
  ["hasIndices", "d"], ["global", "g"], ["ignoreCase", "i"], ["multiline", "m"], ["dotAll", "s"], ["unicode", "u"], ["unicodeSets", "v"], ["sticky", "y"],
].map(([name, letter]) => [getter(RegExp.prototype, name), letter]);
const map_for_each = Map.prototype.forEach;
const set_for_each = Set.prototype.forEach;
const stack_of = getter(Error.prototype, "stack");
const dom_exception_getters = ["message", "name"].map((name) => getter(DOMException.prototype, name));

const ERROR_NAMES = ["EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];

/** The state of one serialization. */
class Memory {
  indices = new Map();      // the specification's memory: object → its number
  buffers = [];
  transferred = [];         // the objects that are transferred, in order
  for_storage;

  constructor(for_storage) {
    this.for_storage = for_storage;
  }
}

/** https://html.spec.whatwg.org/multipage/structured-data.html#structuredserialize */
export function structured_serialize(value) {
  return serialize_whole(value, new Memory(false));
}

/** https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeforstorage */
export function structured_serialize_for_storage(value) {
  return serialize_whole(value, new Memory(true));
}

function serialize_whole(value, memory) {
  const root = structured_serialize_internal(value, memory);
  return { root, buffers: memory.buffers, transferred: [] };
}

/** https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal */
function structured_serialize_internal(value, memory) {
  // 4. A primitive value is itself, unless it is a symbol.
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return number_node(value);
    case "undefined":
      return ["undefined"];
    case "bigint":
      return ["bigint", String(value)];
    case "symbol":
    case "function":
      // 5, 22. Neither a symbol nor anything callable can be cloned.
      throw data_clone_error(value, "cannot be cloned");
  }
  if (value === null) {
    return null;
  }
  // 1–3. A value that is in the memory is that object again.
  const known = memory.indices.get(value);
  if (known !== undefined) {
    return typeof known === "number" ? ["back", known] : known;
  }
  // 6. Put the value into the memory (which is step 26.1 too).
  memory.indices.set(value, memory.indices.size - memory.transferred.length);
  const kind = kind_of(value);
  // 20. NB: platform objects are recognized first; they have no other slots, but for the errors among them.
  const implementation = implementation_of(value);
  if (implementation !== null && implementation !== undefined && kind !== "DOMException") {
    return serialize_platform_object(value, implementation, memory);
  }
  switch (kind) {
    // 7–10. A Boolean, Number, BigInt or String object.
    case "Boolean":
      return [kind, boolean_value_of.call(value)];
    case "Number":
      return [kind, number_node(number_value_of.call(value))];
    case "BigInt":
      return [kind, String(bigint_value_of.call(value))];
    case "String":
      return [kind, string_value_of.call(value)];
    // 11. A Date.
    case "Date":
      return [kind, number_node(time_value_of.call(value))];
    // 12. A RegExp; its lastIndex is not kept.
    case "RegExp":
      return [kind, source_of.call(value), flag_letters.map(([flag, letter]) => (flag.call(value) ? letter : "")).join("")];
    // 13. A buffer.
    case "ArrayBuffer":
      return serialize_array_buffer(value, memory.buffers);
    case "SharedArrayBuffer":
      // 13.1. NB: we are never cross-origin isolated, and our agents share no memory.
      throw data_clone_error(value, "is shared memory, which stays in its agent");
    // 15. A Map (deep, see below).
    case "Map":
      return [kind, serialize_map_data(value, memory)];
    // 16. A Set (deep).
    case "Set":
      return [kind, serialize_set_data(value, memory)];
    // 17. An error.
    case "Error":
      return serialize_error(value, memory);
    case "DOMException":
      return serialize_dom_exception(value, implementation);
    // 18. An Array (deep).
    case "Array":
      return serialize_array(value, memory);
    // 24. An Object (deep).
    case "Object":
      return ["Object", serialize_properties(value, Object.keys(value), memory)];
    // 21, 23. Objects with other internal slots, and exotic objects, cannot be cloned.
    case undefined:
      throw data_clone_error(value, "cannot be cloned");
    // 14. A view, whose buffer is a value of its own.
    default: {
      const { buffer, byte_offset, length } = describe_view(value, kind);
      return ["view", kind, structured_serialize_internal(buffer, memory), byte_offset, length];
    }
  }
}

/** Step 26.1 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal */
function serialize_map_data(value, memory) {
  // 26.1.1–26.1.2. Copy the entries of the map first: getters that run below may change it.
  const copied = [];
  map_for_each.call(value, (entry_value, key) => copied.push(key, entry_value));
  // 26.1.3. Serialize keys and values.
  return copied.map((item) => structured_serialize_internal(item, memory));
}

/** Step 26.2 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal */
function serialize_set_data(value, memory) {
  // 26.2.1–26.2.2. Copy the members of the set first.
  const copied = [];
  set_for_each.call(value, (entry) => copied.push(entry));
  // 26.2.3. Serialize the members.
  return copied.map((entry) => structured_serialize_internal(entry, memory));
}

/** Step 17 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal */
function serialize_error(value, memory) {
  // 17.1–17.2. The name is that of a native error, otherwise "Error".
  let name = value.name;
  name = ERROR_NAMES.includes(name) ? name : "Error";
  // 17.3–17.4. The message is that of a data property of its own.
  const message_descriptor = Object.getOwnPropertyDescriptor(value, "message");
  const message = message_descriptor !== undefined && "value" in message_descriptor ? `${message_descriptor.value}` : null;
  // 17.5–17.6. The stack is worth sending along, and so is the cause.
  const stack = stack_of.call(value);
  const node = ["Error", name, message, typeof stack === "string" ? stack : null];
  const cause_descriptor = Object.getOwnPropertyDescriptor(value, "cause");
  if (cause_descriptor !== undefined && "value" in cause_descriptor) {
    node.push(structured_serialize_internal(cause_descriptor.value, memory));
  }
  return node;
}

/** https://webidl.spec.whatwg.org/#js-DOMException-specialness , the serialization steps */
function serialize_dom_exception(value, implementation) {
  const [message, name] = dom_exception_getters.map((get) => get.call(value));
  const stack = Object.getOwnPropertyDescriptor(value, "stack")?.value;
  const node = ["DOMException", message, name, typeof stack === "string" ? stack : null];
  // NB: those of a QuotaExceededError, the only one that is more: https://webidl.spec.whatwg.org/#quotaexceedederror
  if (implementation !== undefined) {
    node.push({ quota: number_node(implementation.quota), requested: number_node(implementation.requested) });
  }
  return node;
}

/** Steps 18 and 26.4 for an array. */
function serialize_array(value, memory) {
  const keys = Object.keys(value);
  const length = value.length;
  // OPTIMIZATION: an array without holes needs no keys.
  if (keys.length >= length && (length === 0 || keys[length - 1] === String(length - 1))) {
    const items = [];
    for (let index = 0; index < length; ++index) {
      if (!Object.hasOwn(value, index)) {
        // A getter has taken this one away: it is a hole after all.
        return ["Array", length, rest_of_array(items, value, keys, index, memory)];
      }
      items.push(structured_serialize_internal(value[index], memory));
    }
    return keys.length === length ? ["list", items] : ["list", items, serialize_properties(value, keys.slice(length), memory)];
  }
  return ["Array", length, serialize_properties(value, keys, memory)];
}

function rest_of_array(items, value, keys, index, memory) {
  const properties = serialize_properties(value, keys.slice(index), memory);
  items.forEach((item, at) => {
    properties[at] = item;
  });
  return properties;
}

/** Step 26.4 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal */
function serialize_properties(value, keys, memory) {
  const properties = { __proto__: null };
  // 26.4.1. Each key of the object that is still there.
  for (const key of keys) {
    if (Object.hasOwn(value, key)) {
      properties[key] = structured_serialize_internal(value[key], memory);
    }
  }
  return properties;
}

/** Step 20 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal */
function serialize_platform_object(value, implementation, memory) {
  const Interface = implementation.constructor;
  if (Interface.serialization_steps === undefined) {
    throw data_clone_error(value, `is a ${Interface.name}, which cannot be cloned`);
  }
  // 20.1. NB: no platform object of ours that can be serialized can be detached.
  // 20.2–20.3. Run the serialization steps of its interface (26.3: with `sub_serialize` for what it holds).
  const record = {};
  Interface.serialization_steps(implementation, record, {
    for_storage: memory.for_storage,
    sub_serialize: (sub_value) => new SubSerialization(structured_serialize_internal(sub_value, memory)),
  });
  return ["platform", Interface.name, record_node(record, memory.buffers)];
}

/**
 * https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializewithtransfer
 *
 * `transfer_list` holds the script's own objects.
 */
export function structured_serialize_with_transfer(value, transfer_list = []) {
  // 1. Make the memory.
  const memory = new Memory(false);
  // 2. Each transferable must be one, and be in the list once.
  for (const transferable of transfer_list) {
    const is_buffer = is_array_buffer(transferable);
    const implementation = is_buffer ? null : implementation_of(transferable);
    if (!is_buffer && implementation?.constructor.transfer_steps === undefined) {
      throw data_clone_error(transferable, "cannot be transferred");
    }
    // 2.3. NB: shared memory is refused above already.
    if (memory.indices.has(transferable)) {
      throw data_clone_error(transferable, "is in the transfer list twice");
    }
    // 2.4. A mention of it in the value is a mention of what arrives.
    memory.indices.set(transferable, ["transferred", memory.transferred.length]);
    memory.transferred.push(transferable);
  }
  // 3. Serialize the value, which can still fail without anything being transferred.
  const root = structured_serialize_internal(value, memory);
  // 4–5. Transfer the objects.
  const transferred = memory.transferred.map((transferable) => transfer(transferable, memory.buffers));
  // 6. The serialized value and the transfer data holders.
  return { root, buffers: memory.buffers, transferred };
}

function is_array_buffer(value) {
  return typeof value === "object" && value !== null && kind_of(value) === "ArrayBuffer";
}

/** Step 5 of https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializewithtransfer */
function transfer(transferable, buffers) {
  if (is_array_buffer(transferable)) {
    // 5.1. A detached buffer cannot be transferred.
    if (is_detached(transferable)) {
      throw data_clone_error(transferable, "is a detached buffer");
    }
    // 5.4. Detach the buffer, whose bytes are transferred. One that cannot be detached throws a TypeError here.
    const maximum = max_byte_length(transferable);
    buffers.push(transfer_array_buffer(transferable));
    return maximum === null ? ["ArrayBuffer", buffers.length - 1] : ["ArrayBuffer", buffers.length - 1, maximum];
  }
  const implementation = implementation_of(transferable);
  const Interface = implementation.constructor;
  // 5.2. A detached object cannot be transferred.
  if (implementation.detached) {
    throw data_clone_error(transferable, `is a ${Interface.name} that has been transferred already`);
  }
  // 5.5. Run the transfer steps of its interface.
  const data_holder = {};
  Interface.transfer_steps(implementation, data_holder);
  implementation.detached = true;
  return ["platform", Interface.name, record_node(data_holder, buffers)];
}
