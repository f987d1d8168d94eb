import {
  array_buffer_kind, array_buffer_resizable, array_iterator_next, array_methods, ArrayIteratorPrototype, big_int_as_signed, call_script,
  data_view_buffer, freeze, getOwnPropertyDescriptor, is_dom_exception, isArray, ownKeys, promise_resolve, reflect_get, regexp_exec,
  shared_array_buffer_growable, string_of, to_well_formed, typed_array_buffer,
} from "../intrinsics.js";
import { buffer_fits, buffer_kind, is_object, iterator_method } from "./kinds.js";
import { map_list, some_in_list } from "./lists.js";
import { converter_of_numbers } from "./numbers.js";
import { implementation_of_interface } from "./platform_objects.js";
import { brand_of, table_of } from "./tables.js";
import { union_converter } from "./unions.js";

/**
 * From a script's value to the implementation's: https://webidl.spec.whatwg.org/#js-type-mapping
 *
 * `converter_of(type)` gives a function (value, context) → converted value; `context` begins the message of the TypeError.
 */

const converters = new WeakMap();

export function converter_of(type) {
  let convert = converters.get(type);
  if (convert === undefined) {
    convert = make_converter(type);
    if (type.nullable) {
      const inner = convert;
      const keeps_undefined = type.t === "union" && some_in_list(type.of, (member) => member.t === "undefined");
      convert = (value, context) => (value === null || (value === undefined && !keeps_undefined) ? null : inner(value, context));
    }
    converters.set(type, convert);
  }
  return convert;
}

const identity = (value) => value;
const MANY_BITS = 2 ** 53 - 1;

const SIMPLE = {
  __proto__: null,
  any: identity,
  undefined: () => undefined,
  boolean: (value) => !!value,
  bigint(value, context) {
    if (typeof value === "number") {
      throw new TypeError(context + " is a number, which is not converted to a bigint");
    }
    return big_int_as_signed(MANY_BITS, value);    // ToBigInt, which BigInt() is not: that takes numbers too
  },
  DOMString: to_string,
  USVString: (value, context) => to_well_formed(to_string(value, context)),
  ByteString: to_byte_string,
  object(value, context) {
    if (!is_object(value)) {
      throw new TypeError(context + " is not an object");
    }
    return value;
  },
  symbol(value, context) {
    if (typeof value !== "symbol") {
      throw new TypeError(context + " is not a symbol");
    }
    return value;
  },
  DOMException(value, context) {
    if (!is_dom_exception(value)) {
      throw new TypeError(context + " is not a DOMException");
    }
    return value;
  },
  // AD-HOC: a promise of this realm stays what it is, as in browsers, where the standard has a new one: web-platform-tests count microtasks.
  Promise: (value) => promise_resolve(value),
  callback(value, context) {
    if (typeof value !== "function") {
      throw new TypeError(context + " is not a function");
    }
    return value;
  },
  "callback interface"(value, context) {
    if (!is_object(value)) {
      throw new TypeError(context + " is not an object");
    }
    return value;
  },
  "event handler": (value) => (is_object(value) ? value : null),
};

function make_converter(type) {
  const simple = SIMPLE[type.t];
  if (simple !== undefined) {
    return type.legacyNullToEmptyString ? (value, context) => (value === null ? "" : simple(value, context)) : simple;
  }
  switch (type.t) {
    case "interface":
      return interface_converter(type);
    case "dictionary":
      return dictionary_converter(type);
    case "enum":
      return enumeration_converter(type);
    case "sequence":
      return sequence_converter(type);
    case "FrozenArray": {
      const convert = sequence_converter(type);
      return (value, context) => freeze(convert(value, context));
    }
    case "ObservableArray":
      return sequence_converter(type);
    case "record":
      return record_converter(type);
    case "union":
      return union_converter(type, converter_of);
    case "buffer":
      return buffer_converter(type);
    default:
      return converter_of_numbers(type);
  }
}

/** ToString, which `String()` is but for symbols. */
export function to_string(value, context) {
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "symbol") {
    throw new TypeError(context + " is a symbol, which cannot be converted to a string");
  }
  return string_of(value);
}

const NOT_A_BYTE = /[^\0-\xff]/;

function to_byte_string(value, context) {
  const string = to_string(value, context);
  if (regexp_exec(NOT_A_BYTE, string) !== null) {
    throw new TypeError(context + " has a character above U+00FF, which a byte string cannot have");
  }
  return string;
}

function interface_converter(type) {
  const brand = brand_of(type.name);
  return (value, context) => {
    const implementation = implementation_of_interface(value, brand);
    if (implementation === undefined) {
      throw new TypeError(context + " is not of type " + type.name);
    }
    return implementation;
  };
}

function enumeration_converter(type) {
  const values = new Set();
  map_list(table_of(type.name).values, (value) => values.add(value));
  return (value, context) => {
    const string = to_string(value, context);
    if (!values.has(string)) {
      throw new TypeError(context + ": \"" + string + "\" is not a value of " + type.name);
    }
    return string;
  };
}

/** https://webidl.spec.whatwg.org/#js-dictionary */
function dictionary_converter(type) {
  let members;
  return (value, context) => {
    // 1. Only objects, undefined and null make a dictionary.
    const absent = value === undefined || value === null;
    if (!absent && !is_object(value)) {
      throw new TypeError(context + " is not an object");
    }
    members ??= map_list(table_of(type.name).members, ({ name, type: type_of_member, required, default: by_default }) => ({
      __proto__: null, name, required, convert: converter_of(type_of_member), fallback: default_of(by_default),
    }));
    // 2–4. Convert the members in order: those of ancestors first, then by name.
    const result = { __proto__: null };
    for (let index = 0; index < members.length; ++index) {
      const member = members[index];
      const given = absent ? undefined : reflect_get(value, member.name);
      if (given !== undefined) {
        result[member.name] = member.convert(given, context + ": " + member.name);
      } else if (member.fallback !== undefined) {
        result[member.name] = member.fallback(member.convert);
      } else if (member.required) {
        throw new TypeError(context + ": the required member " + member.name + " is missing");
      }
    }
    return result;
  };
}

/** What an absent member or argument becomes: a function of its converter, or undefined where there is no default. */
export function default_of(definition) {
  if (definition === undefined) {
    return undefined;
  }
  if (definition.dictionary) {
    return (convert) => convert(undefined, "");
  }
  if (definition.sequence) {
    return () => [];
  }
  if (definition.undefined) {
    return () => undefined;
  }
  return () => definition.value;
}

/** https://webidl.spec.whatwg.org/#create-sequence-from-iterable */
function sequence_converter(type) {
  const convert = convert_lazily(type.of);
  const from_iterable = (value, method, context) => {
    const result = [];
    if (method === array_methods.values && isArray(value) && ArrayIteratorPrototype.next === array_iterator_next) {
      // OPTIMIZATION: an array that iterates as arrays do.
      for (let index = 0; index < value.length; ++index) {
        result[index] = convert(reflect_get(value, index), context + ": item " + index);
      }
      return result;
    }
    const iterator = call_script(method, value, []);
    if (!is_object(iterator)) {
      throw new TypeError(context + " has an iterator that is not an object");
    }
    const next = reflect_get(iterator, "next");
    for (;;) {
      const step = call_script(next, iterator, []);
      if (!is_object(step)) {
        throw new TypeError(context + " has an iterator whose result is not an object");
      }
      if (reflect_get(step, "done")) {
        return result;
      }
      result[result.length] = convert(reflect_get(step, "value"), context + ": item " + result.length);
    }
  };
  const from_value = (value, context) => {
    const method = iterator_method(value, context);
    if (method === undefined) {
      throw new TypeError(context + " is not iterable");
    }
    return from_iterable(value, method, context);
  };
  from_value.from_iterable = from_iterable;
  return from_value;
}

/** https://webidl.spec.whatwg.org/#js-record */
function record_converter(type) {
  const convert_key = convert_lazily(type.key);
  const convert_value = convert_lazily(type.of);
  return (value, context) => {
    if (!is_object(value)) {
      throw new TypeError(context + " is not an object");
    }
    const result = { __proto__: null };
    const keys = ownKeys(value);
    for (let index = 0; index < keys.length; ++index) {
      const key = keys[index];
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (descriptor !== undefined && descriptor.enumerable) {
        const name = convert_key(key, context + ": a key");
        result[name] = convert_value(reflect_get(value, key), context + ": " + name);
      }
    }
    return result;
  };
}

function convert_lazily(type) {
  let convert;
  return (value, context) => (convert ??= converter_of(type))(value, context);
}

/** https://webidl.spec.whatwg.org/#js-buffer-source-types */
function buffer_converter(type) {
  const wanted = type.name;
  const shared_allowed = type.allowShared || wanted === "AllowSharedBufferSource" || wanted === "SharedArrayBuffer";
  return (value, context) => {
    const kind = buffer_kind(value);
    if (kind === null || !buffer_fits(wanted, kind)) {
      throw new TypeError(context + " is not of type " + wanted);
    }
    const buffer = kind === "ArrayBuffer" || kind === "SharedArrayBuffer" ? value : kind === "DataView" ? data_view_buffer(value) : typed_array_buffer(value);
    const buffer_is_shared = array_buffer_kind(buffer) === "SharedArrayBuffer";
    if (buffer_is_shared && !shared_allowed) {
      throw new TypeError(context + " is backed by a SharedArrayBuffer, which is not allowed here");
    }
    if (!type.allowResizable && (buffer_is_shared ? shared_array_buffer_growable : array_buffer_resizable)(buffer)) {
      throw new TypeError(context + " is backed by a resizable ArrayBuffer, which is not allowed here");
    }
    return value;
  };
}
