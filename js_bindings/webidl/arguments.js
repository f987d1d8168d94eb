import { buffer_kind, converter_of, default_of, is_object } from "./converters.js";
import { is_numeric } from "./numbers.js";
import { implementation_of_interface } from "./platform_objects.js";
import { brand_of } from "./tables.js";
import { buffer_fits } from "./unions.js";

/** A function from the arguments of a call to the arguments of an implementation: https://webidl.spec.whatwg.org/#dfn-create-operation-function */
export function arguments_converter(overloads, length, context) {
  const choices = overloads.map((overload) => one_overload(overload.args ?? overload, context));
  const only = choices.length === 1 ? choices[0] : undefined;
  return (args) => {
    if (args.length < length) {
      throw new TypeError(`${context} needs ${length} argument${length === 1 ? "" : "s"}, but got ${args.length}`);
    }
    return (only ?? resolve_overload(choices, args, context)).convert(args);
  };
}

function one_overload(parameters, context) {
  const variadic = parameters.length > 0 && parameters[parameters.length - 1].variadic;
  const required = parameters.filter((parameter) => !parameter.optional && !parameter.variadic).length;
  const prepared = parameters.map((parameter, index) => ({
    name: parameter.name,
    type: parameter.type,
    optional: parameter.optional || parameter.variadic,
    convert: converter_of(parameter.type),
    fallback: default_of(parameter.default),
    context: `${context}: argument ${index + 1} (${parameter.name})`,
  }));
  const rest = variadic ? prepared.pop() : undefined;
  const convert = (args) => {
    const converted = [];
    for (let index = 0; index < prepared.length; ++index) {
      const { optional, convert: convert_one, fallback, context: where } = prepared[index];
      const value = args[index];
      if (value === undefined && optional) {
        converted.push(fallback === undefined ? undefined : fallback(convert_one));
      } else {
        converted.push(convert_one(value, where));
      }
    }
    if (rest !== undefined) {
      for (let index = prepared.length; index < args.length; ++index) {
        converted.push(rest.convert(args[index], `${context}: argument ${index + 1}`));
      }
    }
    return converted;
  };
  return { prepared, rest, required, maximum: variadic ? Infinity : prepared.length, convert };
}

const parameter_at = (choice, index) => choice.prepared[index] ?? choice.rest;

/** https://webidl.spec.whatwg.org/#es-overloads */
function resolve_overload(choices, args, context) {
  // 1-4. By the number of arguments (those too many do not count).
  const longest = Math.max(...choices.map((choice) => choice.maximum));
  const count = Math.min(longest, args.length);
  let left = choices.filter((choice) => choice.required <= count && count <= choice.maximum);
  if (left.length === 0) {
    throw new TypeError(`${context} cannot be called with ${args.length} arguments`);
  }
  if (left.length === 1) {
    return left[0];
  }
  // 7-12. By the first argument whose types tell them apart.
  let index = 0;
  while (left.every((choice) => parameter_at(choice, index)?.type.t === parameter_at(left[0], index)?.type.t
    && parameter_at(choice, index)?.type.name === parameter_at(left[0], index)?.type.name)) {
    ++index;
  }
  const value = args[index];
  const test = tests_for(value).find((matches) => left.some((choice) => matches_type(parameter_at(choice, index), matches)));
  if (test === undefined) {
    throw new TypeError(`${context}: argument ${index + 1} is of a type that no form of it takes`);
  }
  return left.find((choice) => matches_type(parameter_at(choice, index), test));
}

function matches_type(parameter, test) {
  if (parameter === undefined) {
    return false;
  }
  const { type } = parameter;
  return test(type, parameter) || (type.t === "union" && type.of.some((member) => test(member, parameter)));
}

/** What to look for among the types, in order, for a given value. */
function tests_for(value) {
  const is = (...kinds) => (type) => kinds.includes(type.t);
  const strings = is("DOMString", "USVString", "ByteString", "enum");
  const fallbacks = [strings, is_numeric, is("boolean"), is("bigint"), is("any")];
  if (value === undefined) {
    return [(type, parameter) => parameter.optional, (type) => type.nullable, is("dictionary"), ...fallbacks];
  }
  if (value === null) {
    return [(type) => type.nullable, is("dictionary"), ...fallbacks];
  }
  if (is_object(value)) {
    const kind = buffer_kind(value);
    return [
      (type) => type.t === "interface" && implementation_of_interface(value, brand_of(type.name)) !== undefined,
      (type) => kind !== null && type.t === "buffer" && buffer_fits(type.name, kind),
      (type) => type.t === "DOMException" && value instanceof DOMException,
      (type) => type.t === "callback" && typeof value === "function",
      (type) => (type.t === "sequence" || type.t === "FrozenArray") && value[Symbol.iterator] !== undefined && value[Symbol.iterator] !== null,
      is("callback interface", "dictionary", "record", "object"),
      ...fallbacks,
    ];
  }
  switch (typeof value) {
    case "boolean":
      return [is("boolean"), ...fallbacks];
    case "number":
      return [is_numeric, ...fallbacks];
    case "bigint":
      return [is("bigint"), ...fallbacks];
    default:
      return fallbacks;
  }
}
