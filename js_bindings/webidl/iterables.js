import {
  array_methods, create, getOwnPropertyDescriptor, getter, home, ITERATOR, iterator_result, IteratorPrototype, method, shared,
  TO_STRING_TAG,
} from "../intrinsics.js";
import { invoke_callback } from "./callbacks.js";
import { converter_of } from "./converters.js";
import { receiver_of } from "./members.js";
import { platform_object_of } from "./platform_objects.js";
import { define_accessor, define_fixed, define_value } from "./properties.js";
import { result_converter } from "./results.js";

/** https://webidl.spec.whatwg.org/#js-iterable */
export function define_iterable(prototype, interface_name, member) {
  if (!member.key) {
    define_value_iterable(prototype);
    return;
  }
  const key_out = result_converter(member.key);
  const value_out = result_converter(member.value);
  const convert_pair = (pair) => ({ __proto__: null, key: key_out(pair[0]), value: value_out(pair[1]) });
  const iterate = iterators(interface_name, (implementation, index) => {
    const pairs = implementation.value_pairs();
    return index < pairs.length ? convert_pair(pairs[index]) : undefined;
  });
  const define = (name, kind) => {
    const receive = receiver_of(interface_name, interface_name + "." + name);
    define_value(prototype, name, method(name, (this_value) => iterate(receive(this_value), kind)));
  };
  define("entries", "key+value");
  define("keys", "key");
  define("values", "value");
  define_for_each(prototype, interface_name, (implementation, visit) => {
    for (let index = 0, pairs = implementation.value_pairs(); index < pairs.length; ++index, pairs = implementation.value_pairs()) {
      const { key, value } = convert_pair(pairs[index]);
      visit(value, key);
    }
  });
  define_value(prototype, ITERATOR, prototype.entries, false);
}

/** `each(implementation, visit)` calls `visit(value, key)` for every entry. */
function define_for_each(prototype, interface_name, each) {
  const context = interface_name + ".forEach";
  const receive = receiver_of(interface_name, context);
  const for_each = method("forEach", (this_value, args) => {
    const implementation = receive(this_value);
    const callback = args.length > 0 ? args[0] : undefined;
    const this_argument = args.length > 1 ? args[1] : undefined;
    if (typeof callback !== "function") {
      throw new TypeError(context + ": argument 1 (callback) is not a function");
    }
    each(implementation, (value, key) => invoke_callback(callback, this_argument, [value, key, platform_object_of(implementation)]));
  });
  define_fixed(for_each, "length", 1);
  define_value(prototype, "forEach", for_each);
}

/** What an iterator is at, for those of all realms of this agent: interface name → (iterator object → its state). */
const states_of_iterators = shared.states_of_iterators ??= { __proto__: null };

/** https://webidl.spec.whatwg.org/#js-default-iterator-object ; `entry_at(implementation, index)` gives `{key, value}` or undefined. */
function iterators(interface_name, entry_at) {
  const states = states_of_iterators[interface_name] ??= new WeakMap();
  const prototype = create(IteratorPrototype);
  const next = method("next", (this_value) => {
    const state = states.get(this_value);
    if (state === undefined) {
      throw new TypeError("this is not a " + interface_name + " Iterator");
    }
    const entry = entry_at(state.implementation, state.index);
    if (entry === undefined) {
      return iterator_result(undefined, true);
    }
    state.index += 1;
    const { key, value } = entry;
    return iterator_result(state.kind === "key" ? key : state.kind === "value" ? value : home([key, value]), false);
  });
  define_value(prototype, "next", next);
  define_fixed(prototype, TO_STRING_TAG, interface_name + " Iterator");
  return (implementation, kind) => {
    const iterator = create(prototype);
    states.set(iterator, { __proto__: null, implementation, kind, index: 0 });
    return iterator;
  };
}

/** Indexed interfaces iterate as arrays do. */
function define_value_iterable(prototype) {
  define_value(prototype, "entries", array_methods.entries);
  define_value(prototype, "keys", array_methods.keys);
  define_value(prototype, "values", array_methods.values);
  define_value(prototype, "forEach", array_methods.forEach);
  define_value(prototype, ITERATOR, array_methods.values, false);
}

/** https://webidl.spec.whatwg.org/#js-maplike ; the implementation keeps a Map in `map_entries`. */
export function define_maplike(prototype, interface_name, member) {
  const key_in = converter_of(member.key);
  const key_out = result_converter(member.key);
  const value_in = converter_of(member.value);
  const value_out = result_converter(member.value);
  const entries_of = (implementation) => implementation.map_entries;
  const define = collection_definer(prototype, interface_name, entries_of);
  define("get", 1, (entries, key) => value_out(entries.get(key_in(key, interface_name + ".get: argument 1 (key)"))));
  define("has", 1, (entries, key) => entries.has(key_in(key, interface_name + ".has: argument 1 (key)")));
  if (!member.readonly) {
    define("set", 2, (entries, key, value, this_value) => {
      entries.set(key_in(key, interface_name + ".set: argument 1 (key)"), value_in(value, interface_name + ".set: argument 2 (value)"));
      return this_value;
    });
    define("delete", 1, (entries, key) => entries.delete(key_in(key, interface_name + ".delete: argument 1 (key)")));
    define("clear", 0, (entries) => entries.clear());
  }
  define_visits(prototype, interface_name, entries_of, (value, key) => ({ __proto__: null, key: key_out(key), value: value_out(value) }), "entries");
}

/** https://webidl.spec.whatwg.org/#js-setlike ; the implementation keeps a Set in `set_entries`. */
export function define_setlike(prototype, interface_name, member) {
  const value_in = converter_of(member.value);
  const value_out = result_converter(member.value);
  const entries_of = (implementation) => implementation.set_entries;
  const define = collection_definer(prototype, interface_name, entries_of);
  const in_of = (name) => (value) => value_in(value, interface_name + "." + name + ": argument 1 (value)");
  define("has", 1, (entries, value) => entries.has(in_of("has")(value)));
  if (!member.readonly) {
    define("add", 1, (entries, value, _, this_value) => {
      entries.add(in_of("add")(value));
      return this_value;
    });
    define("delete", 1, (entries, value) => entries.delete(in_of("delete")(value)));
    define("clear", 0, (entries) => entries.clear());
  }
  define_visits(prototype, interface_name, entries_of, (value) => {
    const converted = value_out(value);
    return { __proto__: null, key: converted, value: converted };
  }, "values");
  define_value(prototype, "keys", prototype.values);
}

/** `define(name, length, steps)`: steps(entries, first argument, second argument, this). A member of the implementation's own wins. */
function collection_definer(prototype, interface_name, entries_of) {
  return (name, length, steps) => {
    if (getOwnPropertyDescriptor(prototype, name) !== undefined) {
      return;
    }
    const context = interface_name + "." + name;
    const receive = receiver_of(interface_name, context);
    const operation = method(name, (this_value, args) => {
      const implementation = receive(this_value);
      if (args.length < length) {
        throw new TypeError(context + " needs " + length + " argument" + (length === 1 ? "" : "s") + ", but got " + args.length);
      }
      return steps(entries_of(implementation), length > 0 ? args[0] : undefined, length > 1 ? args[1] : undefined, this_value);
    });
    define_fixed(operation, "length", length);
    define_value(prototype, name, operation);
  };
}

/** entries, keys, values, forEach, size and @@iterator. Iterators look at the entries as they are when they are asked. */
function define_visits(prototype, interface_name, entries_of, convert_entry, by_default) {
  const iterate = iterators(interface_name, (implementation, index) => entry_number(entries_of(implementation), index, convert_entry));
  const visitor = (name, kind) => {
    const receive = receiver_of(interface_name, interface_name + "." + name);
    define_value(prototype, name, method(name, (this_value) => iterate(receive(this_value), kind)));
  };
  visitor("entries", "key+value");
  visitor("keys", "key");
  visitor("values", "value");
  define_for_each(prototype, interface_name, (implementation, visit) => {
    entries_of(implementation).forEach((value, key) => {
      const entry = convert_entry(value, key);
      visit(entry.value, entry.key);
    });
  });
  const receive = receiver_of(interface_name, interface_name + ".size");
  define_accessor(prototype, "size", getter("size", (this_value) => entries_of(receive(this_value)).size), undefined);
  define_value(prototype, ITERATOR, prototype[by_default], false);
}

function entry_number(entries, wanted, convert_entry) {
  let found;
  let index = 0;
  entries.forEach((value, key) => {
    if (index === wanted) {
      found = convert_entry(value, key);
    }
    index += 1;
  });
  return found;
}
