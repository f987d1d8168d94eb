import { freeze, promise_then } from "../intrinsics.js";
import { platform_object_of } from "./platform_objects.js";
import { table_of } from "./tables.js";

/**
 * From the implementation's result to the script's value.
 *
 * `result_converter(type)` gives a function; for types that need no conversion it is `unchanged`, and then promises are handed on as
 * they are: a specification that counts microtasks counts these too.
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
      return to_platform_object;
    case "Promise":
      return promise_converter(type);
    case "sequence":
      return items_converter(type, unchanged);
    case "FrozenArray":
    case "ObservableArray":
      return frozen_array_converter(type);
    case "record":
      return record_converter(type);
    case "dictionary":
      return dictionary_converter(type);
    case "union":
      return type.of.some((member) => member.t !== "undefined" && result_converter(member) !== unchanged) ? (value) => union_value(type, value) : unchanged;
    default:
      return unchanged;
  }
}

const nothing = () => undefined;

/** Only implementation objects are converted: a class may also keep a script's own object where the type is an interface. */
function to_platform_object(value) {
  return platform_object_of(value);
}

function promise_converter(type) {
  const convert = type.of.t === "undefined" ? unchanged : result_converter(type.of);
  return convert === unchanged ? unchanged : (promise) => (for_scripts.has(promise) ? promise : promise_then(promise, convert));
}

const for_scripts = new WeakSet();

/** A promise whose value its maker has converted (`platform_object_of`): it is handed on as it is, for algorithms that count microtasks. */
export function promise_for_script(promise) {
  for_scripts.add(promise);
  return promise;
}

function items_converter(type) {
  const convert = result_converter(type.of);
  return convert === unchanged ? unchanged : (values) => values.map((value) => convert(value));
}

/** The same array of the implementation is always the same frozen array of the script. */
function frozen_array_converter(type) {
  const convert = result_converter(type.of);
  const frozen = new WeakMap();
  return (values) => {
    let array = frozen.get(values);
    if (array === undefined) {
      array = freeze(values.map((value) => convert(value)));
      frozen.set(values, array);
    }
    return array;
  };
}

function record_converter(type) {
  const convert = result_converter(type.of);
  return (values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, convert(value)]));
}

function dictionary_converter(type) {
  const members = table_of(type.name).members
    .map((member) => ({ name: member.name, convert: result_converter(member.type) }))
    .filter((member) => member.convert !== unchanged);
  return members.length === 0 ? unchanged : (value) => {
    const result = { ...value };
    for (const { name, convert } of members) {
      if (result[name] !== undefined) {
        result[name] = convert(result[name]);
      }
    }
    return result;
  };
}

function union_value(type, value) {
  if (typeof value !== "object") {
    return value;
  }
  if (Array.isArray(value)) {
    const sequence = type.of.find((member) => member.t === "sequence" || member.t === "FrozenArray");
    return sequence === undefined ? value : result_converter(sequence)(value);
  }
  return type.of.some((member) => member.t === "interface") && implements_some_interface(value) ? platform_object_of(value) : value;
}

function implements_some_interface(value) {
  return !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer) && value.constructor !== Object;
}
