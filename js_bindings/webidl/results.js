import { freeze, getPrototypeOf, has_own, isArray, ownKeys, promise_then, SafeWeakMap, SafeWeakSet } from "../intrinsics.js";
import { interface_name_of } from "./define_interface.js";
import { find_in_list, map_list, some_in_list } from "./lists.js";
import { platform_object_of } from "./platform_objects.js";
import { define_value } from "./properties.js";
import { table_of } from "./tables.js";
import { flattened_members } from "./unions.js";

/**
 * From the implementation's result to the script's value.
 *
 * `result_converter(type)` gives a function; for types that need no conversion it is `unchanged`. Lists and records are made anew, so
 * that a script cannot change those of the implementation. A promise is handed on as it is if what it resolves with is made of nothing
 * that must be converted: a specification that counts microtasks counts these too.
 */

export const unchanged = (value) => value;

const converters = new SafeWeakMap();

export function result_converter(type) {
  let convert = converters.get(type);
  if (convert === undefined) {
    convert = make_converter(type);
    if (convert !== unchanged) {
      const inner = convert;
      convert = (value) => (value === null || value === undefined ? value : inner(value));
    }
    converters.set(type, convert);
  }
  return convert;
}

function make_converter(type) {
  switch (type.t) {
    case "undefined":
      return nothing;
    case "interface":
      return platform_object_of;
    case "Promise":
      return promise_converter(type);
    case "sequence":
      return sequence_converter(type);
    case "FrozenArray":
    case "ObservableArray":
      return frozen_array_converter(type);
    case "record":
      return record_converter(type);
    case "dictionary":
      return dictionary_converter(type);
    case "union":
      return union_converter(type);
    default:
      return unchanged;
  }
}

const nothing = () => undefined;

function promise_converter(type) {
  if (type.of.t === "undefined" || !needs_conversion(type.of)) {
    return unchanged;
  }
  const convert = result_converter(type.of);
  return (promise) => (for_scripts.has(promise) ? promise : promise_then(promise, convert));
}

const for_scripts = new SafeWeakSet();

/** A promise whose value its maker has converted (`platform_object_of`): it is handed on as it is, for algorithms that count microtasks. */
export function promise_for_script(promise) {
  for_scripts.add(promise);
  return promise;
}

/** Is there an implementation object in it, or a frozen array? */
function needs_conversion(type) {
  switch (type.t) {
    case "interface":
    case "FrozenArray":
    case "ObservableArray":
      return true;
    case "Promise":
    case "sequence":
    case "record":
      return needs_conversion(type.of);
    case "dictionary":
      return some_in_list(table_of(type.name).members, (member) => needs_conversion(member.type));
    case "union":
      return some_in_list(type.of, needs_conversion);
    default:
      return false;
  }
}

function sequence_converter(type) {
  const convert = result_converter(type.of);
  return (values) => map_list(values, convert);
}

/** The same array of the implementation is always the same frozen array of the script. */
function frozen_array_converter(type) {
  const convert = result_converter(type.of);
  const frozen = new SafeWeakMap();
  return (values) => {
    let array = frozen.get(values);
    if (array === undefined) {
      array = freeze(map_list(values, convert));
      frozen.set(values, array);
    }
    return array;
  };
}

function record_converter(type) {
  const convert = result_converter(type.of);
  return (values) => {
    const result = {};
    map_list(ownKeys(values), (key) => define_value(result, key, convert(values[key])));
    return result;
  };
}

function dictionary_converter(type) {
  let members;
  return (value) => {
    members ??= map_list(table_of(type.name).members, (member) => ({ __proto__: null, name: member.name, convert: result_converter(member.type) }));
    const prototype = getPrototypeOf(value);
    const is_plain = prototype === null || prototype === Object.prototype;
    const result = {};
    for (let index = 0; index < members.length; ++index) {
      const { name, convert } = members[index];
      const given = is_plain && !has_own(value, name) ? undefined : value[name];
      if (given !== undefined) {
        define_value(result, name, convert(given));
      }
    }
    return result;
  };
}

const OTHER_OBJECTS = { __proto__: null, any: true, buffer: true, callback: true, "callback interface": true, dictionary: true, object: true, record: true };

function union_converter(type) {
  if (!some_in_list(type.of, (member) => member.t !== "undefined" && result_converter(member) !== unchanged)) {
    return unchanged;
  }
  const members = flattened_members(type);
  const sequence = find_in_list(members, (member) => member.t === "sequence" || member.t === "FrozenArray");
  const dictionary = find_in_list(members, (member) => member.t === "dictionary" || member.t === "record");
  const has_interfaces = some_in_list(members, (member) => member.t === "interface");
  const has_other_objects = some_in_list(members, (member) => OTHER_OBJECTS[member.t] === true);
  return (value) => {
    if (typeof value !== "object") {
      return value;
    }
    if (sequence !== undefined && isArray(value)) {
      return result_converter(sequence)(value);
    }
    if (has_interfaces && (!has_other_objects || interface_name_of(value.constructor) !== null)) {
      return platform_object_of(value);
    }
    return dictionary === undefined ? value : result_converter(dictionary)(value);
  };
}
