import { create, defineProperty, IteratorPrototype } from "../intrinsics.js";
import { invoke_callback } from "./callbacks.js";
import { converter_of } from "./converters.js";
import { receiver_of } from "./members.js";
import { platform_object_of } from "./platform_objects.js";
import { result_converter } from "./results.js";

/** https://webidl.spec.whatwg.org/#js-iterable */

const method = { writable: true, enumerable: true, configurable: true };
const hidden = { writable: true, enumerable: false, configurable: true };

export function define_iterable(prototype, interface_name, member) {
  if (!member.key) {
    define_value_iterable(prototype);
    return;
  }
  const receive = (name) => receiver_of(interface_name, `${interface_name}.${name}`);
  const convert_pair = pair_converter(member);
  const iterate = pair_iterators(interface_name, convert_pair);
  const receive_entries = receive("entries");
  const receive_keys = receive("keys");
  const receive_values = receive("values");
  const receive_for_each = receive("forEach");
  const methods = {
    entries() {
      return iterate(receive_entries(this), "key+value");
    },
    keys() {
      return iterate(receive_keys(this), "key");
    },
    values() {
      return iterate(receive_values(this), "value");
    },
    forEach(callback, this_argument = undefined) {
      const implementation = receive_for_each(this);
      if (typeof callback !== "function") {
        throw new TypeError(`${interface_name}.forEach: argument 1 (callback) is not a function`);
      }
      for (let index = 0, pairs = implementation.value_pairs(); index < pairs.length; ++index, pairs = implementation.value_pairs()) {
        const [key, value] = convert_pair(pairs[index]);
        invoke_callback(callback, this_argument, [value, key, platform_object_of(implementation)]);
      }
    },
  };
  defineProperty(methods.forEach, "length", { value: 1, configurable: true });
  for (const name of ["entries", "keys", "values", "forEach"]) {
    defineProperty(prototype, name, { value: methods[name], ...method });
  }
  defineProperty(prototype, Symbol.iterator, { value: methods.entries, ...hidden });
}

function pair_converter(member) {
  const key = result_converter(member.key);
  const value = result_converter(member.value);
  return (pair) => [key(pair[0]), value(pair[1])];
}

/** https://webidl.spec.whatwg.org/#js-default-iterator-object */
function pair_iterators(interface_name, convert_pair) {
  const states = new WeakMap();
  const prototype = create(IteratorPrototype);
  const { next } = {
    next() {
      const state = states.get(this);
      if (state === undefined) {
        throw new TypeError(`this is not a ${interface_name} Iterator`);
      }
      const pairs = state.implementation.value_pairs();
      if (state.index >= pairs.length) {
        return { value: undefined, done: true };
      }
      const [key, value] = convert_pair(pairs[state.index++]);
      return { value: state.kind === "key" ? key : state.kind === "value" ? value : [key, value], done: false };
    },
  };
  defineProperty(prototype, "next", { value: next, ...method });
  defineProperty(prototype, Symbol.toStringTag, { value: `${interface_name} Iterator`, configurable: true });
  return (implementation, kind) => {
    const iterator = create(prototype);
    states.set(iterator, { implementation, kind, index: 0 });
    return iterator;
  };
}

/** Indexed interfaces iterate as arrays do. */
function define_value_iterable(prototype) {
  for (const name of ["entries", "keys", "values", "forEach"]) {
    defineProperty(prototype, name, { value: Array.prototype[name], ...method });
  }
  defineProperty(prototype, Symbol.iterator, { value: Array.prototype.values, ...hidden });
}

/** https://webidl.spec.whatwg.org/#js-maplike */
export function define_maplike(prototype, interface_name, member) {
  const key = converter_of(member.key);
  const out = result_converter(member.value);
  const entries_of = (implementation) => implementation.map_entries;
  define_collection(prototype, interface_name, entries_of, {
    get: [1, (entries, [name]) => out(entries.get(key(name, `${interface_name}.get`)))],
    has: [1, (entries, [name]) => entries.has(key(name, `${interface_name}.has`))],
    entries: [0, (entries) => new Map([...entries].map(([name, value]) => [name, out(value)])).entries()],
    keys: [0, (entries) => entries.keys()],
    values: [0, (entries) => [...entries.values()].map(out).values()],
  }, "entries", (entries, visit) => entries.forEach((value, name) => visit(out(value), name)));
}

/** https://webidl.spec.whatwg.org/#js-setlike */
export function define_setlike(prototype, interface_name, member) {
  const value_in = converter_of(member.value);
  const out = result_converter(member.value);
  const entries_of = (implementation) => implementation.set_entries;
  const list = (entries) => [...entries].map(out);
  define_collection(prototype, interface_name, entries_of, {
    has: [1, (entries, [value]) => entries.has(value_in(value, `${interface_name}.has`))],
    entries: [0, (entries) => new Set(list(entries)).entries()],
    values: [0, (entries) => new Set(list(entries)).values()],
  }, "values", (entries, visit) => list(entries).forEach((value) => visit(value, value)));
  defineProperty(prototype, "keys", { value: prototype.values, ...method });
}

function define_collection(prototype, interface_name, entries_of, methods, iterator_name, each) {
  const entries = (name) => {
    const receive = receiver_of(interface_name, `${interface_name}.${name}`);
    return (this_value) => entries_of(receive(this_value));
  };
  for (const [name, [length, steps]] of Object.entries(methods)) {
    const of_this = entries(name);
    const { [name]: operation } = {
      [name](...args) {
        const own = of_this(this);
        if (args.length < length) {
          throw new TypeError(`${interface_name}.${name} needs ${length} argument`);
        }
        return steps(own, args);
      },
    };
    defineProperty(operation, "length", { value: length, configurable: true });
    defineProperty(prototype, name, { value: operation, ...method });
  }
  const of_this = entries("forEach");
  const { forEach } = {
    forEach(callback, this_argument = undefined) {
      const own = of_this(this);
      if (typeof callback !== "function") {
        throw new TypeError(`${interface_name}.forEach: argument 1 (callback) is not a function`);
      }
      each(own, (value, key) => invoke_callback(callback, this_argument, [value, key, this]));
    },
  };
  defineProperty(forEach, "length", { value: 1, configurable: true });
  defineProperty(prototype, "forEach", { value: forEach, ...method });
  const size_of = entries("size");
  const { get } = Object.getOwnPropertyDescriptor({
    get size() {
      return size_of(this).size;
    },
  }, "size");
  defineProperty(prototype, "size", { get, set: undefined, enumerable: true, configurable: true });
  defineProperty(prototype, Symbol.iterator, { value: prototype[iterator_name], ...hidden });
}

