import { buffer_kind, converter_of, is_object } from "./converters.js";
import { is_numeric } from "./numbers.js";
import { implementation_of, implementation_of_interface } from "./platform_objects.js";
import { brand_of } from "./tables.js";

const STRINGS = new Set(["DOMString", "USVString", "ByteString", "enum"]);

/** https://webidl.spec.whatwg.org/#js-union */
export function union_converter(type) {
  const members = type.of;
  const of_kind = (kind) => members.find((member) => member.t === kind);
  const interfaces = members.filter((member) => member.t === "interface");
  const buffers = members.filter((member) => member.t === "buffer");
  const dictionary = of_kind("dictionary");
  const record = of_kind("record");
  const sequence = of_kind("sequence") ?? of_kind("FrozenArray");
  const callback = of_kind("callback");
  const callback_interface = of_kind("callback interface");
  const object = of_kind("object");
  const any = of_kind("any");
  const string = members.find((member) => STRINGS.has(member.t));
  const number = members.find(is_numeric);
  const boolean = of_kind("boolean");
  const bigint = of_kind("bigint");
  const has_undefined = of_kind("undefined") !== undefined;

  return (value, context) => {
    // 1-4. Nothing: undefined, or an empty dictionary. (Null, where it may be, is seen to before: the whole union is nullable.)
    if (value === undefined && has_undefined) {
      return undefined;
    }
    if ((value === null || value === undefined) && dictionary !== undefined) {
      return converter_of(dictionary)(value, context);
    }
    if (is_object(value)) {
      // 5. Platform objects.
      if (interfaces.length > 0 || object !== undefined) {
        for (const member of interfaces) {
          const implementation = implementation_of_interface(value, brand_of(member.name));
          if (implementation !== undefined) {
            return implementation;
          }
        }
        if (object !== undefined && implementation_of(value) !== undefined) {
          return value;
        }
      }
      // 6-8. Buffers and their views.
      if (buffers.length > 0) {
        const kind = buffer_kind(value);
        if (kind !== null) {
          const member = buffers.find((candidate) => buffer_fits(candidate.name, kind));
          if (member !== undefined) {
            return converter_of(member)(value, context);
          }
        }
      }
      // 9-10. Functions.
      if (callback !== undefined && typeof value === "function") {
        return value;
      }
      // 11. The rest of the objects: by what is iterable, then by members.
      if (sequence !== undefined) {
        const method = value[Symbol.iterator];
        if (method !== undefined && method !== null) {
          if (typeof method !== "function") {
            throw new TypeError(`${context} has an @@iterator that is not a function`);
          }
          return sequence_of(sequence, value, method, context);
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
    // 12-14. Primitive values of the right kind.
    if (typeof value === "boolean" && boolean !== undefined) {
      return value;
    }
    if (typeof value === "number" && number !== undefined) {
      return converter_of(number)(value, context);
    }
    if (typeof value === "bigint" && bigint !== undefined) {
      return value;
    }
    // 15-19. Whatever can be converted, in this order.
    for (const member of [string, number, boolean, bigint, any]) {
      if (member !== undefined) {
        return converter_of(member)(value, context);
      }
    }
    throw new TypeError(`${context} is not of any of the types ${members.map((member) => member.name ?? member.t).join(", ")}`);
  };
}

function sequence_of(type, value, method, context) {
  const convert = converter_of(type);
  return convert.from_iterable === undefined ? convert(value, context) : convert.from_iterable(value, method, context);
}

export function buffer_fits(wanted, kind) {
  switch (wanted) {
    case "BufferSource":
    case "AllowSharedBufferSource":
      return true;
    case "ArrayBufferView":
      return kind !== "ArrayBuffer" && kind !== "SharedArrayBuffer";
    default:
      return wanted === kind;
  }
}
