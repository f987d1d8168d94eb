import {
  array_buffer_kind, freeze, getPrototypeOf, has_own, home, is_internal_promise, is_view, isArray, ownKeys, page_intrinsics, promise_for_script, promise_then,
  view_for_script,
} from "../intrinsics.js";
import { find_in_list, map_list, some_in_list } from "./lists.js";
import { platform_object_of } from "./platform_objects.js";
import { define_value } from "./properties.js";
import { interface_name_of, table_of } from "./tables.js";
import { flattened_members } from "./unions.js";

/**
 * From the implementation's result to the script's value.
 *
 * `result_converter(type)` gives a function; for types that need no conversion it is `unchanged`. Lists and records are made anew, so
 * that a script cannot change those of the implementation. A promise is handed on as it is if what it resolves with is made of nothing
 * that must be converted: a specification that counts microtasks counts these too.
 *
 * All objects that are made for scripts become objects of their realm (`home`).
 */

export const unchanged = (value) => value;

const converters = new WeakMap();

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
    case "buffer":
      return buffer_for_script;
    default:
      return unchanged;
  }
}

const is_buffer = (value) => is_view(value) || array_buffer_kind(value) !== null;
const buffer_for_script = (buffer) => (is_view(buffer) ? view_for_script(buffer) : home(buffer));

const nothing = () => undefined;

/** What has been handed out is not converted again: its maker has (see `promise_for_script`), or it is the script's own. */
function promise_converter(type) {
  const convert = type.of.t !== "undefined" && needs_conversion(type.of) ? result_converter(type.of) : unchanged;
  return (promise) => {
    if (!is_internal_promise(promise)) {
      return promise;
    }
    return promise_for_script(convert === unchanged ? promise : promise_then(promise, convert));
  };
}

/** Is there anything in it that the implementation and the script have each of their own? */
function needs_conversion(type) {
  switch (type.t) {
    case "interface":
    case "FrozenArray":
    case "ObservableArray":
    case "sequence":
    case "record":
    case "dictionary":
    case "buffer":
      return true;
    case "Promise":
      return needs_conversion(type.of);
    case "union":
      return some_in_list(type.of, needs_conversion);
    default:
      return false;
  }
}

function sequence_converter(type) {
  const convert = result_converter(type.of);
  return (values) => home(map_list(values, convert));
}

/** The same array of the implementation is always the same frozen array of the script. */
function frozen_array_converter(type) {
  const convert = result_converter(type.of);
  const frozen = new WeakMap();
  return (values) => {
    let array = frozen.get(values);
    if (array === undefined) {
      array = freeze(home(map_list(values, convert)));
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
    return home(result);
  };
}

function dictionary_converter(type) {
  let members;
  return (value) => {
    members ??= map_list(table_of(type.name).members, (member) => ({ __proto__: null, name: member.name, convert: result_converter(member.type) }));
    const prototype = getPrototypeOf(value);
    const is_plain = prototype === null || prototype === Object.prototype || prototype === page_intrinsics.Object.prototype;
    const result = {};
    for (let index = 0; index < members.length; ++index) {
      const { name, convert } = members[index];
      const given = is_plain && !has_own(value, name) ? undefined : value[name];
      if (given !== undefined) {
        define_value(result, name, convert(given));
      }
    }
    return home(result);
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
  const has_buffers = some_in_list(members, (member) => member.t === "buffer");
  const has_interfaces = some_in_list(members, (member) => member.t === "interface");
  const has_other_objects = some_in_list(members, (member) => OTHER_OBJECTS[member.t] === true);
  return (value) => {
    if (typeof value !== "object") {
      return value;
    }
    if (sequence !== undefined && isArray(value)) {
      return result_converter(sequence)(value);
    }
    if (has_buffers && is_buffer(value)) {
      return buffer_for_script(value);
    }
    if (has_interfaces && (!has_other_objects || interface_name_of(value.constructor) !== null)) {
      return platform_object_of(value);
    }
    return dictionary === undefined ? value : result_converter(dictionary)(value);
  };
}
