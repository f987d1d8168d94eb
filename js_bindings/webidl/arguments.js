import { is_dom_exception, isArray, ITERATOR, reflect_get } from "../intrinsics.js";
import { converter_of, default_of } from "./converters.js";
import { buffer_fits, buffer_kind, is_object } from "./kinds.js";
import { filter_list, find_in_list, map_list, some_in_list } from "./lists.js";
import { is_numeric } from "./numbers.js";
import { implementation_of, implementation_of_interface } from "./platform_objects.js";
import { brand_of } from "./tables.js";
import { flattened_members } from "./unions.js";

/** Arguments of calls, and which overload they mean: https://webidl.spec.whatwg.org/#js-overloads */

/** A function from the arguments of a call to the arguments of an implementation, for overloads whose results do not differ. */
export function arguments_converter(overloads, length, context) {
  const resolve = overload_resolver(overloads, length, context);
  return (args) => resolve(args).convert(args);
}

/**
 * A function from the arguments of a call to the overload that is meant: `{number, convert(args)}`.
 *
 * `length`: how many arguments there must be at least. `overloads`: lists of parameters, or records with such `args`.
 */
export function overload_resolver(overloads, length, context) {
  const choices = map_list(overloads, (overload, number) => one_overload(isArray(overload) ? overload : overload.args, number, context));
  const check = (args) => {
    if (args.length < length) {
      throw new TypeError(context + " needs " + length + " argument" + (length === 1 ? "" : "s") + ", but got " + args.length);
    }
  };
  if (choices.length === 1) {
    const only = choices[0];
    return length === 0 ? () => only : (args) => {
      check(args);
      return only;
    };
  }
  return (args) => {
    check(args);
    return resolve_overload(choices, args, context);
  };
}

function one_overload(parameters, number, context) {
  const count = parameters.length;
  const variadic = count > 0 && parameters[count - 1].variadic === true;
  const prepared = map_list(parameters, (parameter, index) => ({
    __proto__: null,
    type: parameter.type,
    optional: parameter.optional === true || parameter.variadic === true,
    convert: converter_of(parameter.type),
    fallback: default_of(parameter.default),
    context: context + ": argument " + (index + 1) + " (" + parameter.name + ")",
    alternatives: flattened_members(parameter.type),
    takes_null: takes_null(parameter.type),
  }));
  const rest = variadic ? prepared[count - 1] : undefined;
  const fixed = variadic ? count - 1 : count;
  const required = filter_list(prepared, (parameter) => !parameter.optional).length;
  const convert = (args) => {
    const converted = [];
    for (let index = 0; index < fixed; ++index) {
      const parameter = prepared[index];
      const value = index < args.length ? args[index] : undefined;
      if (value === undefined && parameter.optional) {
        converted[index] = parameter.fallback === undefined ? undefined : parameter.fallback(parameter.convert);
      } else {
        converted[index] = parameter.convert(value, parameter.context);
      }
    }
    if (rest !== undefined) {
      for (let index = fixed; index < args.length; ++index) {
        converted[index] = rest.convert(args[index], context + ": argument " + (index + 1));
      }
    }
    return converted;
  };
  const parameter_at = (index) => prepared[index] ?? rest;
  return { __proto__: null, number, required, maximum: variadic ? Infinity : count, convert, parameter_at };
}

function takes_null(type) {
  return type.nullable === true || (type.t === "union" && some_in_list(type.of, takes_null));
}

/** https://webidl.spec.whatwg.org/#dfn-overload-resolution-algorithm */
function resolve_overload(choices, args, context) {
  // 1–4. The overloads with that number of arguments (those too many do not count).
  let longest = 0;
  for (let index = 0; index < choices.length; ++index) {
    longest = choices[index].maximum > longest ? choices[index].maximum : longest;
  }
  const count = longest < args.length ? longest : args.length;
  const left = filter_list(choices, (choice) => choice.required <= count && count <= choice.maximum);
  if (left.length === 0) {
    throw new TypeError(context + " cannot be called with " + args.length + " arguments");
  }
  if (left.length === 1) {
    return left[0];
  }
  // 5–12. The overload whose type at the distinguishing argument index the value is of.
  const at = distinguishing_argument_index(left, count);
  const found = choose(left, at, args[at]);
  // 13. Without an overload throw.
  if (found === undefined) {
    throw new TypeError(context + ": argument " + (at + 1) + " is of a type that no form of it takes");
  }
  return found;
}

/** https://webidl.spec.whatwg.org/#dfn-distinguishing-argument-index : the types at all places before are the same. */
function distinguishing_argument_index(choices, count) {
  for (let index = 0; index < count; ++index) {
    const first = choices[0].parameter_at(index);
    if (some_in_list(choices, (choice) => !same_type(choice.parameter_at(index)?.type, first?.type))) {
      return index;
    }
  }
  throw new Error("two overloads cannot be told apart");
}

function same_type(one, other) {
  return one === other || (one !== undefined && other !== undefined && one.t === other.t && one.name === other.name && one.t !== "union"
    && one.nullable === other.nullable && same_type(one.of, other.of) && same_type(one.key, other.key));
}

const has_kind = (kinds) => (parameter) => some_in_list(parameter.alternatives, (type) => kinds[type.t] === true);

const takes_strings = has_kind({ __proto__: null, DOMString: true, USVString: true, ByteString: true, enum: true });
const takes_numbers = (parameter) => some_in_list(parameter.alternatives, is_numeric);
const takes_booleans = has_kind({ __proto__: null, boolean: true });
const takes_bigints = has_kind({ __proto__: null, bigint: true });
const takes_symbols = has_kind({ __proto__: null, symbol: true });
const takes_anything = has_kind({ __proto__: null, any: true });
const takes_dictionaries = has_kind({ __proto__: null, dictionary: true });
const takes_functions = has_kind({ __proto__: null, callback: true, object: true });
const takes_sequences = has_kind({ __proto__: null, sequence: true, FrozenArray: true });
const takes_objects = has_kind({ __proto__: null, "callback interface": true, dictionary: true, record: true, object: true });

/** The one of `left` that takes `value` at the place `at`; undefined if none does. The first line that finds one decides. */
function choose(left, at, value) {
  const one_that = (takes) => find_in_list(left, (choice) => {
    const parameter = choice.parameter_at(at);
    return parameter !== undefined && takes(parameter);
  });
  const nothing = value === undefined || value === null;
  return (value === undefined ? one_that((parameter) => parameter.optional) : undefined)
    ?? (nothing ? one_that((parameter) => parameter.takes_null || takes_dictionaries(parameter)) : undefined)
    ?? (is_object(value) ? choose_for_object(one_that, value) : undefined)
    ?? (typeof value === "boolean" ? one_that(takes_booleans) : undefined)
    ?? (typeof value === "number" ? one_that(takes_numbers) : undefined)
    ?? (typeof value === "bigint" ? one_that(takes_bigints) : undefined)
    ?? (typeof value === "symbol" ? one_that(takes_symbols) : undefined)
    ?? one_that(takes_strings) ?? one_that(takes_numbers) ?? one_that(takes_booleans) ?? one_that(takes_bigints) ?? one_that(takes_anything);
}

function choose_for_object(one_that, value) {
  const kind = buffer_kind(value);
  const is_platform_object = implementation_of(value) !== undefined || is_dom_exception(value);
  const one_with_type = (fits) => one_that((parameter) => some_in_list(parameter.alternatives, fits));
  return (is_platform_object ? one_with_type((type) => type.t === "object" || takes_platform_object(type, value)) : undefined)
    ?? (kind !== null ? one_with_type((type) => type.t === "object" || (type.t === "buffer" && buffer_fits(type.name, kind))) : undefined)
    ?? (typeof value === "function" ? one_that(takes_functions) : undefined)
    // NB: a sequence asks for the iterator once more when it is converted.
    ?? (one_that(takes_sequences) !== undefined && is_iterable(value) ? one_that(takes_sequences) : undefined)
    ?? one_that(takes_objects);
}

function takes_platform_object(type, value) {
  return type.t === "interface" ? implementation_of_interface(value, brand_of(type.name)) !== undefined
    : type.t === "DOMException" && is_dom_exception(value);
}

function is_iterable(value) {
  const method = reflect_get(value, ITERATOR);
  return method !== undefined && method !== null;
}
