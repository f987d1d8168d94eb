import { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } from "../intrinsics.js";
import { converter_of } from "./converters.js";
import { result_converter } from "./results.js";

/** Objects with indexed and named properties: https://webidl.spec.whatwg.org/#js-legacy-platform-objects */

/** https://webidl.spec.whatwg.org/#is-an-array-index ; the index, or -1. */
function array_index(property) {
  if (typeof property !== "string") {
    return -1;
  }
  const number = property >>> 0;
  return String(number) === property && number !== 2 ** 32 - 1 ? number : -1;
}

/** OPTIMIZATION: an implementation may know whether it supports a name without listing them all. */
function supports_name(implementation, name) {
  return implementation.supports_name === undefined ? implementation.supported_names().includes(name) : implementation.supports_name(name);
}

export function decorator(table, special) {
  const of_kind = (kind) => special.find((member) => member.kind === kind);
  const traps = {
    indexed_getter: of_kind("indexed_getter"),
    indexed_setter: of_kind("indexed_setter"),
    named_getter: of_kind("named_getter"),
    named_setter: of_kind("named_setter"),
    named_deleter: of_kind("named_deleter"),
    overrides_builtins: table.legacyOverrideBuiltIns === true,
    names_are_enumerable: table.legacyUnenumerableNamedProperties !== true,
  };
  return (object, implementation) => new Proxy(object, make_handler(traps, implementation));
}

function make_handler(traps, implementation) {
  const { indexed_getter, indexed_setter, named_getter, named_setter, named_deleter } = traps;
  const indexed_out = indexed_getter && result_converter(indexed_getter.type);
  const named_out = named_getter && result_converter(named_getter.type);

  const is_supported_index = (index) => indexed_getter !== undefined && index >= 0 && index < implementation.length;

  /** https://webidl.spec.whatwg.org/#dfn-named-property-visibility */
  const is_visible_name = (target, property) => {
    if (named_getter === undefined || typeof property !== "string" || !supports_name(implementation, property)) {
      return false;
    }
    if (traps.overrides_builtins) {
      return true;
    }
    if (Object.hasOwn(target, property)) {
      return false;
    }
    for (let prototype = getPrototypeOf(target); prototype !== null; prototype = getPrototypeOf(prototype)) {
      if (Object.hasOwn(prototype, property)) {
        return false;
      }
    }
    return true;
  };

  const descriptor_of = (target, property) => {
    const index = array_index(property);
    if (indexed_getter !== undefined && index >= 0) {
      return is_supported_index(index)
        ? { value: indexed_out(implementation.get_indexed(index)), writable: indexed_setter !== undefined, enumerable: true, configurable: true }
        : undefined;
    }
    if (is_visible_name(target, property)) {
      return {
        value: named_out(implementation.get_named(property)),
        writable: named_setter !== undefined,
        enumerable: traps.names_are_enumerable,
        configurable: true,
      };
    }
    return getOwnPropertyDescriptor(target, property);
  };

  return {
    getOwnPropertyDescriptor: descriptor_of,
    has(target, property) {
      return descriptor_of(target, property) !== undefined || Reflect.has(target, property);
    },
    get(target, property, receiver) {
      if (typeof property === "string") {
        const index = array_index(property);
        if (index >= 0 && indexed_getter !== undefined) {
          return is_supported_index(index) ? indexed_out(implementation.get_indexed(index)) : Reflect.get(getPrototypeOf(target), property, receiver);
        }
        if (is_visible_name(target, property)) {
          return named_out(implementation.get_named(property));
        }
      }
      return Reflect.get(target, property, receiver);
    },
    set(target, property, value, receiver) {
      const index = array_index(property);
      if (indexed_setter !== undefined && index >= 0) {
        implementation.set_indexed(index, converter_of(indexed_setter.type)(value, `[${index}]`));
        return true;
      }
      if (named_setter !== undefined && typeof property === "string") {
        implementation.set_named(property, converter_of(named_setter.type)(value, property));
        return true;
      }
      if (descriptor_of(target, property)?.writable === false && !Object.hasOwn(target, property)) {
        return false;
      }
      return Reflect.set(target, property, value, receiver);
    },
    defineProperty(target, property, descriptor) {
      const index = array_index(property);
      if (indexed_getter !== undefined && index >= 0) {
        if (indexed_setter === undefined || !("value" in descriptor)) {
          return false;
        }
        implementation.set_indexed(index, converter_of(indexed_setter.type)(descriptor.value, `[${index}]`));
        return true;
      }
      if (named_setter !== undefined && typeof property === "string" && "value" in descriptor) {
        implementation.set_named(property, converter_of(named_setter.type)(descriptor.value, property));
        return true;
      }
      if (is_visible_name(target, property) && named_setter === undefined) {
        return false;
      }
      defineProperty(target, property, descriptor);
      return true;
    },
    deleteProperty(target, property) {
      const index = array_index(property);
      if (indexed_getter !== undefined && index >= 0) {
        return !is_supported_index(index);
      }
      if (is_visible_name(target, property)) {
        if (named_deleter === undefined) {
          return false;
        }
        implementation.delete_named(property);
        return true;
      }
      return Reflect.deleteProperty(target, property);
    },
    ownKeys(target) {
      const keys = [];
      if (indexed_getter !== undefined) {
        for (let index = 0; index < implementation.length; ++index) {
          keys.push(String(index));
        }
      }
      if (named_getter !== undefined) {
        keys.push(...implementation.supported_names().filter((name) => is_visible_name(target, name)));
      }
      return [...new Set([...keys, ...Reflect.ownKeys(target)])];
    },
    preventExtensions() {
      return false;
    },
  };
}
