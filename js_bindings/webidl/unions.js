import { is_dom_exception, numeric_of } from "../intrinsics.js";
import { buffer_fits, buffer_kind, is_object, iterator_method } from "./kinds.js";
import { filter_list, find_in_list, map_list } from "./lists.js";
import { is_numeric } from "./numbers.js";
import { implementation_of, implementation_of_interface } from "./platform_objects.js";
import { brand_of } from "./tables.js";

const STRINGS = { __proto__: null, DOMString: true, USVString: true, ByteString: true, enum: true };

/** https://webidl.spec.whatwg.org/#dfn-flattened-union-member-types ; of any other type, the type alone. */
export function flattened_members(type) {
  if (type.t !== "union") {
    return [type];
  }
  const found = [];
  map_list(type.of, (member) => map_list(flattened_members(member), (one) => { found[found.length] = one; }));
  return found;
}

/** https://webidl.spec.whatwg.org/#js-union ; `converter_of` gives the converters of its members. */
export function union_converter(type, converter_of) {
  const members = flattened_members(type);
  const of_kind = (kind) => find_in_list(members, (member) => member.t === kind);
  const interfaces = map_list(filter_list(members, (member) => member.t === "interface"), (member) => brand_of(member.name));
  const dom_exception = of_kind("DOMException");
  const buffers = filter_list(members, (member) => member.t === "buffer");
  const dictionary = of_kind("dictionary");
  const record = of_kind("record");
  const sequence = of_kind("sequence") ?? of_kind("FrozenArray");
  const callback = of_kind("callback");
  const callback_interface = of_kind("callback interface");
  const object = of_kind("object");
  const any = of_kind("any");
  const string = find_in_list(members, (member) => STRINGS[member.t] === true);
  const number = find_in_list(members, is_numeric);
  const boolean = of_kind("boolean");
  const bigint = of_kind("bigint");
  const has_undefined = of_kind("undefined") !== undefined;

  return (value, context) => {
    // 1–4. Undefined, or an empty dictionary. (Null, where it may be, is seen to before: the whole union is nullable.)
    if (value === undefined && has_undefined) {
      return undefined;
    }
    if ((value === null || value === undefined) && dictionary !== undefined) {
      return converter_of(dictionary)(value, context);
    }
    if (is_object(value)) {
      // 5. Platform objects.
      for (let index = 0; index < interfaces.length; ++index) {
        const implementation = implementation_of_interface(value, interfaces[index]);
        if (implementation !== undefined) {
          return implementation;
        }
      }
      if ((object !== undefined && implementation_of(value) !== undefined) || (dom_exception !== undefined && is_dom_exception(value))) {
        return value;
      }
      // 6–8. Buffers and views.
      if (buffers.length > 0) {
        const kind = buffer_kind(value);
        const member = kind === null ? undefined : find_in_list(buffers, (candidate) => buffer_fits(candidate.name, kind));
        if (member !== undefined) {
          return converter_of(member)(value, context);
        }
      }
      // 9–10. Callback functions.
      if (callback !== undefined && typeof value === "function") {
        return value;
      }
      // 11. Other objects: sequences by their iterator, then dictionaries, records and callback interfaces.
      if (sequence !== undefined) {
        const method = iterator_method(value, context);
        if (method !== undefined) {
          return sequence_of(converter_of(sequence), value, method, context);
        }
      }
      if (dictionary !== undefined) {
        return converter_of(dictionary)(value, context);
      }
      if (record !== undefined) {
        return converter_of(record)(value, context);
      }
      if (callback_interface !== undefined || object !== undefined) {
        return value;
      }
    }
    // 12–14. Primitive values of a type in the union.
    if (typeof value === "boolean" && boolean !== undefined) {
      return value;
    }
    if (typeof value === "number" && number !== undefined) {
      return converter_of(number)(value, context);
    }
    if (typeof value === "bigint" && bigint !== undefined) {
      return value;
    }
    // 15. A string type converts any value.
    if (string !== undefined) {
      return converter_of(string)(value, context);
    }
    // 16. Of both numeric types and bigint, whichever the value converts to.
    if (number !== undefined && bigint !== undefined) {
      const before = numeric_of(value);
      return typeof before === "bigint" ? before : converter_of(number)(before, context);
    }
    // 17–20. One of the numeric types, boolean, bigint or any, in this order.
    const last = number ?? boolean ?? bigint ?? any;
    if (last !== undefined) {
      return converter_of(last)(value, context);
    }
    let names = "";
    map_list(members, (member) => { names += (names === "" ? "" : ", ") + (member.name ?? member.t); });
    throw new TypeError(context + " is not of any of the types " + names);
  };
}

function sequence_of(convert, value, method, context) {
  return convert.from_iterable === undefined ? convert(value, context) : convert.from_iterable(value, method, context);
}
