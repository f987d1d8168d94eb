import {
  char_code_at, getOwnPropertyDescriptor, getPrototypeOf, has_own, ownKeys, proxy, reflect_define_property, reflect_delete_property, reflect_get,
  reflect_has, reflect_set,
} from "../intrinsics.js";
import { converter_of } from "./converters.js";
import { is_object } from "./kinds.js";
import { legacy_platform_objects } from "./legacy_platform_objects.js";
import { list_includes, map_list } from "./lists.js";
import { implementation_of } from "./platform_objects.js";
import { descriptor_of } from "./properties.js";
import { result_converter } from "./results.js";

/**
 * Objects with indexed and named properties: https://webidl.spec.whatwg.org/#js-legacy-platform-objects
 *
 * The platform object is a proxy whose target is an ordinary object with the interface's prototype; what a script puts on it is kept there.
 */

const ZERO = 48;
const NINE = 57;

/** https://webidl.spec.whatwg.org/#is-an-array-index ; the index, or -1. */
function array_index(property) {
  if (typeof property !== "string" || property === "") {
    return -1;
  }
  const first = char_code_at(property, 0);
  if (first < ZERO || first > NINE) {
    return -1;
  }
  const number = property >>> 0;
  return "" + number === property && number !== 2 ** 32 - 1 ? number : -1;
}

/** `special`: the members of an interface and of those it inherits, by kind. */
export function decorator(table, special) {
  const traits = {
    __proto__: null,
    indexed_getter: special.indexed_getter,
    indexed_setter: special.indexed_setter,
    named_getter: special.named_getter,
    named_setter: special.named_setter,
    named_deleter: special.named_deleter,
    overrides_builtins: table.legacyOverrideBuiltIns === true,
    names_are_enumerable: table.legacyUnenumerableNamedProperties !== true,
    interface_name: table.name,
  };
  return (target, implementation) => {
    const handler = new LegacyPlatformObject(implementation, traits);
    const object = proxy(target, handler);
    legacy_platform_objects.set(object, { __proto__: null, handler, target });
    return object;
  };
}

/** The [[DefineOwnProperty]] of a legacy platform object; `attributes` as a script gave them. */
export function define_own_property({ handler, target }, key, attributes) {
  return handler.defineProperty(target, key, to_property_descriptor(attributes));
}

const ATTRIBUTES = ["enumerable", "configurable", "value", "writable", "get", "set"];

/** https://tc39.es/ecma262/#sec-topropertydescriptor , without a prototype */
function to_property_descriptor(attributes) {
  // 1. Only an object is a descriptor.
  if (!is_object(attributes)) {
    throw new TypeError("a property descriptor must be an object");
  }
  // 2–14. Its fields, in this order.
  const descriptor = { __proto__: null };
  for (let index = 0; index < ATTRIBUTES.length; ++index) {
    const name = ATTRIBUTES[index];
    if (reflect_has(attributes, name)) {
      const value = reflect_get(attributes, name);
      if ((name === "get" || name === "set") && value !== undefined && typeof value !== "function") {
        throw new TypeError("a " + name + "ter must be a function");
      }
      descriptor[name] = name === "value" || name === "get" || name === "set" ? value : !!value;
    }
  }
  // 15. A descriptor is either an accessor's or a data property's.
  if (("get" in descriptor || "set" in descriptor) && ("value" in descriptor || "writable" in descriptor)) {
    throw new TypeError("a property descriptor has either accessors or a value");
  }
  return descriptor;
}

/** The handler of one proxy. Its methods are the internal methods of the specification. */
class LegacyPlatformObject {
  implementation;
  traits;

  constructor(implementation, traits) {
    this.implementation = implementation;
    this.traits = traits;
  }

  is_supported_index(index) {
    return index < this.implementation.length;
  }

  indexed_value(index) {
    return result_converter(this.traits.indexed_getter.type)(this.implementation.get_indexed(index));
  }

  named_value(name) {
    return result_converter(this.traits.named_getter.type)(this.implementation.get_named(name));
  }

  is_supported_name(name) {
    if (this.traits.named_getter === undefined || typeof name !== "string") {
      return false;
    }
    // OPTIMIZATION: an implementation may know whether it supports a name without listing them all.
    const { implementation } = this;
    return implementation.supports_name === undefined ? list_includes(implementation.supported_names(), name) : implementation.supports_name(name);
  }

  /** https://webidl.spec.whatwg.org/#dfn-named-property-visibility */
  is_visible_name(target, name) {
    if (this.traits.named_getter === undefined || typeof name !== "string") {
      return false;
    }
    // 2–6. Without LegacyOverrideBuiltIns own and inherited properties of the object hide the name. (OPTIMIZATION: asked first.)
    if (!this.traits.overrides_builtins) {
      for (let holder = target; holder !== null; holder = getPrototypeOf(holder)) {
        if (has_own(holder, name)) {
          return false;
        }
      }
    }
    // 1. The name must be supported.
    return this.is_supported_name(name);
  }

  /** https://webidl.spec.whatwg.org/#legacyplatformobjectgetownproperty */
  own_property(target, property, ignore_named_properties) {
    const { indexed_getter, indexed_setter, named_setter, names_are_enumerable } = this.traits;
    // 1. The indexed properties.
    const index = indexed_getter === undefined ? -1 : array_index(property);
    if (index >= 0) {
      return this.is_supported_index(index)
        ? { __proto__: null, value: this.indexed_value(index), writable: indexed_setter !== undefined, enumerable: true, configurable: true }
        : undefined;
    }
    // 2. The visible named properties.
    if (!ignore_named_properties && this.is_visible_name(target, property)) {
      return {
        __proto__: null, value: this.named_value(property), writable: named_setter !== undefined, enumerable: names_are_enumerable, configurable: true,
      };
    }
    // 3. The ordinary properties.
    return descriptor_of(target, property);
  }

  getOwnPropertyDescriptor(target, property) {
    return this.own_property(target, property, false);
  }

  has(target, property) {
    return reflect_has(target, property) || this.own_property(target, property, false) !== undefined;
  }

  get(target, property, receiver) {
    if (typeof property === "string") {
      const index = this.traits.indexed_getter === undefined ? -1 : array_index(property);
      if (index >= 0) {
        return this.is_supported_index(index) ? this.indexed_value(index) : reflect_get(target, property, receiver);
      }
      if (this.is_visible_name(target, property)) {
        return this.named_value(property);
      }
    }
    return reflect_get(target, property, receiver);
  }

  /** https://webidl.spec.whatwg.org/#legacy-platform-object-set */
  set(target, property, value, receiver) {
    const { indexed_getter, indexed_setter, named_setter } = this.traits;
    // 1. What is assigned to the object itself, and not to one that inherits from it, goes to its setters.
    const index = array_index(property);
    if (is_platform_object_of(receiver, this)) {
      if (indexed_setter !== undefined && index >= 0) {
        this.invoke_indexed_setter(index, value);
        return true;
      }
      if (named_setter !== undefined && typeof property === "string" && !(indexed_getter !== undefined && index >= 0)) {
        this.invoke_named_setter(property, value);
        return true;
      }
    }
    // 2–3. Otherwise as for ordinary objects, but without the named properties.
    const own = this.own_property(target, property, true);
    return ordinary_set_with_own_descriptor(target, property, value, receiver, own);
  }

  /** https://webidl.spec.whatwg.org/#invoke-indexed-setter */
  invoke_indexed_setter(index, value) {
    const { indexed_setter, interface_name } = this.traits;
    this.implementation.set_indexed(index, converter_of(indexed_setter.type)(value, interface_name + "[" + index + "]"));
  }

  /** https://webidl.spec.whatwg.org/#invoke-named-setter */
  invoke_named_setter(name, value) {
    const { named_setter, interface_name } = this.traits;
    this.implementation.set_named(name, converter_of(named_setter.type)(value, interface_name + "." + name));
  }

  /** https://webidl.spec.whatwg.org/#legacy-platform-object-defineownproperty */
  defineProperty(target, property, descriptor) {
    const { indexed_getter, indexed_setter, named_getter, named_setter, overrides_builtins } = this.traits;
    const is_data = has_own(descriptor, "value") || has_own(descriptor, "writable");
    // 1. The indexed properties.
    const index = indexed_getter === undefined ? -1 : array_index(property);
    if (index >= 0) {
      if (!is_data || indexed_setter === undefined) {
        return false;
      }
      this.invoke_indexed_setter(index, descriptor.value);
      return true;
    }
    // 2. The named properties, unless the object has an ordinary one of that name.
    if (named_getter !== undefined && typeof property === "string" && (overrides_builtins || !has_own(target, property))) {
      if (named_setter === undefined) {
        if (this.is_supported_name(property)) {
          return false;
        }
      } else {
        if (!is_data) {
          return false;
        }
        this.invoke_named_setter(property, descriptor.value);
        return true;
      }
    }
    // 3. The ordinary properties.
    return reflect_define_property(target, property, without_prototype(descriptor));
  }

  /** https://webidl.spec.whatwg.org/#legacy-platform-object-delete */
  deleteProperty(target, property) {
    // 1. The indexed properties cannot be deleted.
    const index = this.traits.indexed_getter === undefined ? -1 : array_index(property);
    if (index >= 0) {
      return !this.is_supported_index(index);
    }
    // 2. The named properties go to the deleter.
    if (this.is_visible_name(target, property)) {
      return this.traits.named_deleter !== undefined && this.implementation.delete_named(property) !== false;
    }
    // 3–4. The ordinary properties.
    return reflect_delete_property(target, property);
  }

  /** https://webidl.spec.whatwg.org/#legacy-platform-object-preventextensions */
  preventExtensions() {
    return false;
  }

  /** https://webidl.spec.whatwg.org/#legacy-platform-object-ownpropertykeys */
  ownKeys(target) {
    const keys = [];
    const seen = new Set();
    const add = (key) => {
      if (!seen.has(key)) {
        seen.add(key);
        keys[keys.length] = key;
      }
    };
    // 1. The indexed properties.
    if (this.traits.indexed_getter !== undefined) {
      for (let index = 0; index < this.implementation.length; ++index) {
        add("" + index);
      }
    }
    // 2. The visible named properties.
    if (this.traits.named_getter !== undefined) {
      map_list(this.implementation.supported_names(), (name) => this.is_visible_name(target, name) && add(name));
    }
    // 3–4. The ordinary properties.
    map_list(ownKeys(target), add);
    return keys;
  }
}

function without_prototype(descriptor) {
  const result = { __proto__: null };
  map_list(ownKeys(descriptor), (key) => { result[key] = descriptor[key]; });
  return result;
}

/** https://tc39.es/ecma262/#sec-ordinarysetwithowndescriptor , for a target that may not see its own names. */
function ordinary_set_with_own_descriptor(target, property, value, receiver, own) {
  if (own === undefined) {
    const parent = getPrototypeOf(target);
    if (parent !== null && reflect_has(parent, property)) {
      return reflect_set(parent, property, value, receiver);
    }
  } else if (has_own(own, "get") || has_own(own, "set")) {
    return reflect_set(target, property, value, receiver);
  } else if (!own.writable) {
    return false;
  }
  if ((typeof receiver !== "object" || receiver === null) && typeof receiver !== "function") {
    return false;
  }
  const existing = getOwnPropertyDescriptor(receiver, property);
  if (existing === undefined) {
    return reflect_define_property(receiver, property, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  }
  if (has_own(existing, "get") || has_own(existing, "set") || !existing.writable) {
    return false;
  }
  return reflect_define_property(receiver, property, { __proto__: null, value });
}

function is_platform_object_of(receiver, handler) {
  return implementation_of(receiver) === handler.implementation;
}
