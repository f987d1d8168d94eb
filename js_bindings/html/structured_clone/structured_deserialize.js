import { add_to_set, array_buffer_resizable, buffer_constructors, home, page_intrinsics, put_into_map } from "../../intrinsics.js";
import { host } from "../../ops.js";
import { platform_object_of } from "../../webidl/platform_objects.js";
import { implementation_class } from "../../webidl/tables.js";
import { record_of } from "./records.js";

/**
 * Structured deserialization, https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize
 *
 * What the nodes are is told in structured_serialize.js. Everything is made in this realm.
 */

const ERRORS = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** The state of one deserialization. */
class Memory {
  objects = [];        // the specification's memory, in the order in which objects begin
  buffers;
  transferred = [];    // what arrived for each data holder

  constructor(buffers) {
    this.buffers = buffers;
  }
}

/** https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
export function structured_deserialize(serialized) {
  return structured_deserialize_node(serialized.root, new Memory(serialized.buffers));
}

/**
 * https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserializewithtransfer
 *
 * Returns `{ deserialized, transferred_values }`, both as scripts see them.
 */
export function structured_deserialize_with_transfer(serialized) {
  // 1–2. Make the memory and the list of transferred values.
  const memory = new Memory(serialized.buffers);
  // 3. Receive the transferred objects,
  for (const data_holder of serialized.transferred) {
    memory.transferred.push(receive(data_holder, memory));
  }
  // 4. then deserialize the value, which may mention them.
  const deserialized = structured_deserialize_node(serialized.root, memory);
  // 5. The value, and the transferred values.
  return { deserialized, transferred_values: memory.transferred };
}

/** Step 3 of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserializewithtransfer */
function receive(data_holder, memory) {
  // 3.2–3.3. A buffer of the bytes that were transferred.
  if (data_holder[0] === "ArrayBuffer") {
    return make_array_buffer(data_holder, memory);
  }
  // 3.4. A platform object:
  const [, name, record] = data_holder;
  // 3.4.2. its interface must be exposed here;
  const Interface = exposed_interface(name);
  // 3.4.3–3.4.4. run the transfer-receiving steps on a new object.
  const value = new Interface();
  Interface.transfer_receiving_steps(read_record(record, memory), value);
  return platform_object_of(value);
}

function exposed_interface(name) {
  if (!host.exposed.includes(name)) {
    throw new DOMException(`there is no ${name} here`, "DataCloneError");
  }
  return implementation_class(name);
}

/** The steps of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
function structured_deserialize_node(node, memory) {
  // 4–5. A primitive value.
  if (node === null || typeof node !== "object") {
    return node;
  }
  return begin(node, memory);
}

/** A node that is not a primitive: makes the object, remembers it, then fills it (so that it may contain itself). */
function begin(node, memory) {
  const { objects } = memory;
  switch (node[0]) {
    // 5. A primitive value that JSON has no word for.
    case "undefined":
      return undefined;
    case "number":
      return Number(node[1]);
    case "bigint":
      return BigInt(node[1]);
    // 1–2. A value that is in the memory already.
    case "back":
      return objects[node[1]];
    case "transferred":
      return memory.transferred[node[1]];
    // 6–9. A Boolean, Number, BigInt or String object.
    case "Boolean":
      return remember(memory, home(Object(node[1])));
    case "Number":
      return remember(memory, home(Object(structured_deserialize_node(node[1], memory))));
    case "BigInt":
      return remember(memory, home(Object(BigInt(node[1]))));
    case "String":
      return remember(memory, home(Object(node[1])));
    // 10–11. A Date or RegExp.
    case "Date":
      return remember(memory, new page_intrinsics.Date(structured_deserialize_node(node[1], memory)));
    case "RegExp":
      return remember(memory, new page_intrinsics.RegExp(node[1], node[2]));
    // 12–15. A buffer or a view.
    case "ArrayBuffer":
      return remember(memory, make_array_buffer(node, memory));
    case "view":
      return make_view(node, memory);
    // 16, 24.1. A Map, with its entries.
    case "Map": {
      const map = remember(memory, new page_intrinsics.Map());
      const entries = node[1];
      for (let index = 0; index < entries.length; index += 2) {
        const key = structured_deserialize_node(entries[index], memory);
        put_into_map(map, key, structured_deserialize_node(entries[index + 1], memory));
      }
      return map;
    }
    // 17, 24.2. A Set, with its members.
    case "Set": {
      const set = remember(memory, new page_intrinsics.Set());
      for (const entry of node[1]) {
        add_to_set(set, structured_deserialize_node(entry, memory));
      }
      return set;
    }
    // 18, 24.3. An Array, with its properties.
    case "list": {
      const array = remember(memory, home([...node[1]]));
      for (let index = 0; index < array.length; ++index) {
        array[index] = structured_deserialize_node(array[index], memory);
      }
      return node.length > 2 ? fill(array, node[2], memory) : array;
    }
    case "Array": {
      const array = remember(memory, home([]));
      array.length = node[1];
      return fill(array, node[2], memory);
    }
    // 19, 24.3. An Object, with its properties.
    case "Object": {
      // OPTIMIZATION: the nodes take the places of the values, so that each value can be assigned to an own property.
      const object = remember(memory, home({ ...node[1] }));
      for (const key of Object.keys(object)) {
        object[key] = structured_deserialize_node(object[key], memory);
      }
      return object;
    }
    // 20. An error.
    case "Error":
      return make_error(node, memory);
    case "DOMException":
      return make_dom_exception(node, memory);
    // 21. A platform object.
    case "platform":
      return make_platform_object(node, memory);
  }
  throw new DOMException("not a serialized value", "DataCloneError");
}

function remember(memory, value) {
  memory.objects.push(value);
  return value;
}

/** Step 24.3 of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
function fill(object, properties, memory) {
  for (const key of Object.keys(properties)) {
    const value = structured_deserialize_node(properties[key], memory);
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return object;
}

/** Steps 12-14 of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
function make_array_buffer(node, memory) {
  // 12–13. NB: no shared memory arrives. 14.1. The serialization's own copy becomes the buffer.
  const [, index, maximum] = node;
  const bytes = memory.buffers[index];
  if (maximum === undefined || array_buffer_resizable(bytes)) {
    return home(bytes);
  }
  // 14.2. A resizable buffer, from another agent.
  const arrived = new Uint8Array(bytes);
  const buffer = new ArrayBuffer(arrived.length, { maxByteLength: maximum });
  new Uint8Array(buffer).set(arrived);
  return home(buffer);
}

/** Step 15 of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
function make_view([, name, buffer_node, byte_offset, length], memory) {
  // 15.1. NB: the view began before its buffer.
  const index = memory.objects.push(undefined) - 1;
  const buffer = structured_deserialize_node(buffer_node, memory);
  // 15.2–15.3. A view of that constructor; without a length where it follows the buffer.
  const view = length === null ? new buffer_constructors[name](buffer, byte_offset) : new buffer_constructors[name](buffer, byte_offset, length);
  memory.objects[index] = view;
  return view;
}

/** Step 20 of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
function make_error([, name, message, stack, ...cause], memory) {
  // 20.1–20.9. An error of that prototype, with the message, the stack and the cause.
  const error = remember(memory, new ERRORS[name]());
  define_hidden(error, "stack", stack);
  if (message !== null) {
    define_hidden(error, "message", message);
  }
  if (cause.length > 0) {
    define_hidden(error, "cause", structured_deserialize_node(cause[0], memory));
  }
  return error;
}

function define_hidden(object, name, value) {
  if (value !== null) {
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  }
}

/** https://webidl.spec.whatwg.org/#js-DOMException-specialness , the deserialization steps */
function make_dom_exception([, message, name, stack, derived], memory) {
  const exception = remember(memory, derived === undefined ? new DOMException(message, name) : make_quota_exceeded_error(message, derived, memory));
  define_hidden(exception, "stack", stack);
  return exception;
}

/** https://webidl.spec.whatwg.org/#quotaexceedederror , the deserialization steps */
function make_quota_exceeded_error(message, { quota, requested }, memory) {
  const Interface = exposed_interface("QuotaExceededError");
  return platform_object_of(new Interface(message, {
    quota: structured_deserialize_node(quota, memory), requested: structured_deserialize_node(requested, memory),
  }));
}

/** Step 21 of https://html.spec.whatwg.org/multipage/structured-data.html#structureddeserialize */
function make_platform_object([, name, record], memory) {
  // 21.1–21.2. The interface must be exposed here.
  const Interface = exposed_interface(name);
  // 21.3. Make a new instance.
  const implementation = new Interface();
  const value = remember(memory, platform_object_of(implementation));
  // 24.4. Run the deserialization steps.
  Interface.deserialization_steps(read_record(record, memory), implementation);
  return value;
}

function read_record(node, memory) {
  return record_of(node, memory.buffers, (sub_node) => structured_deserialize_node(sub_node, memory));
}
