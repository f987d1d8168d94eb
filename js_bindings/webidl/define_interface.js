import { interfaces } from "../interfaces.js";
import { apply, construct, create, defineProperty, setPrototypeOf } from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { define_async_iterable } from "./async_iterables.js";
import { define_iterable, define_maplike, define_setlike } from "./iterables.js";
import { load } from "./lazy.js";
import { legacy_decorator } from "./legacy_platform_objects.js";
import { define_attribute, define_constant, define_operation, define_stringifier, is_exposed_here } from "./members.js";
import { construct_platform_object } from "./platform_objects.js";
import { brand_of, table_of } from "./tables.js";

/**
 * Interfaces of this realm, each made when it is first asked for: https://webidl.spec.whatwg.org/#js-interfaces
 *
 * @typedef {object} Interface
 * @property {string} name
 * @property {object} table         its definition
 * @property {Function} Class       the implementation class
 * @property {Function} constructor the interface object
 * @property {object} prototype     the interface prototype object
 * @property {(object, implementation) => object} decorate  finishes a new platform object: unforgeable members, indexed properties
 */

const made = new Map();

export function interface_of(name) {
  return made.get(name) ?? define_interface(name);
}

const names_of_classes = new WeakMap();

/** The interface that objects of an implementation class implement: its own, or the nearest one it inherits; null for other classes. */
export function interface_name_of(Class) {
  if (typeof Class !== "function") {
    return null;
  }
  let name = names_of_classes.get(Class);
  if (name === undefined) {
    const own = Class.name;
    name = Object.hasOwn(interfaces, own) && load(interfaces[own])[own] === Class ? own : interface_name_of(Object.getPrototypeOf(Class));
    names_of_classes.set(Class, name);
  }
  return name;
}

/** The implementation class of an interface. */
export function implementation_class(name) {
  if (!Object.hasOwn(interfaces, name)) {
    throw new Error(`the interface ${name} is not registered in interfaces.js`);
  }
  const Class = load(interfaces[name])[name];
  if (Class === undefined) {
    throw new Error(`${interfaces[name]} does not export ${name}`);
  }
  return Class;
}

function define_interface(name) {
  const table = table_of(name);
  const Class = implementation_class(name);
  if (table.kind === "namespace") {
    return define_namespace(name, table, Class);
  }
  const parent = table.inherits ? interface_of(table.inherits) : null;
  defineProperty(Class.prototype, brand_of(name), { value: true });

  const interface_object = make_interface_object(name, table, Class);
  const prototype = interface_object.prototype;
  if (parent !== null) {
    setPrototypeOf(interface_object, parent.constructor);
    setPrototypeOf(prototype, parent.prototype);
  }
  defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  const made_interface = { name, table, Class, constructor: interface_object, prototype, unforgeables: [], decorate: undefined };
  made.set(name, made_interface);
  define_members(made_interface, table.global ? globalThis : prototype);
  if (table.members.some((member) => member.kind === "indexed_getter") && !Object.hasOwn(prototype, Symbol.iterator)) {
    // https://webidl.spec.whatwg.org/#js-iterator : what has indices can be iterated as an array can.
    defineProperty(prototype, Symbol.iterator, { value: Array.prototype.values, writable: true, enumerable: false, configurable: true });
  }
  define_unscopables(table, prototype);
  made_interface.decorate = make_decorator(made_interface, parent);
  return made_interface;
}

/** https://webidl.spec.whatwg.org/#interface-object */
function make_interface_object(name, table, Class) {
  const definition = table.constructor;
  let convert;
  const interface_object = function (...args) {
    if (new.target === undefined) {
      throw new TypeError(`${name} is a constructor: use new`);
    }
    if (!definition) {
      throw new TypeError(`${name} cannot be constructed by scripts`);
    }
    convert ??= arguments_converter(definition.overloads, definition.length, `new ${name}`);
    const converted = convert(args);
    const implementation = Object.hasOwn(Class, "constructor_steps") ? apply(Class.constructor_steps, Class, converted) : construct(Class, converted);
    return construct_platform_object(name, new.target, implementation);
  };
  defineProperty(interface_object, "length", { value: definition ? definition.length : 0, configurable: true });
  defineProperty(interface_object, "name", { value: name, configurable: true });
  defineProperty(interface_object, "prototype", { writable: false });
  return interface_object;
}

function define_members({ name, table, Class, constructor, prototype, unforgeables }, target) {
  for (const member of table.members) {
    if (!is_exposed_here(member)) {
      continue;
    }
    switch (member.kind) {
      case "attribute":
        if (member.static) {
          define_attribute(constructor, name, member, Class);
        } else if (member.unforgeable && target === prototype) {
          unforgeables.push(member);
        } else {
          define_attribute(target, name, member);
        }
        break;
      case "operation":
        if (member.static) {
          define_operation(constructor, name, member, Class);
        } else if (member.unforgeable && target === prototype) {
          unforgeables.push(member);
        } else {
          define_operation(target, name, member);
        }
        break;
      case "constant":
        define_constant(constructor, member);
        define_constant(prototype, member);
        break;
      case "stringifier":
        define_stringifier(prototype, name, member);
        break;
      case "iterable":
        define_iterable(prototype, name, member);
        break;
      case "async_iterable":
        define_async_iterable(prototype, name, member);
        break;
      case "maplike":
        define_maplike(prototype, name, member);
        break;
      case "setlike":
        define_setlike(prototype, name, member);
        break;
    }
  }
}

/** https://webidl.spec.whatwg.org/#Unscopable */
function define_unscopables(table, prototype) {
  const names = table.members.filter((member) => member.unscopable && is_exposed_here(member)).map((member) => member.name);
  if (names.length > 0) {
    const value = create(null);
    names.forEach((name) => { value[name] = true; });
    defineProperty(prototype, Symbol.unscopables, { value, configurable: true });
  }
}

/** What every new platform object needs on top of its prototype: its parent's needs first, then its own. */
function make_decorator({ name, table, unforgeables }, parent) {
  const legacy = legacy_decorator(table);
  const inherited = parent === null ? undefined : parent.decorate;
  // [LegacyUnforgeable] members are the same functions on every object.
  const holder = create(null);
  for (const member of unforgeables) {
    (member.kind === "attribute" ? define_attribute : define_operation)(holder, name, member);
  }
  const descriptors = Object.getOwnPropertyDescriptors(holder);
  const own = unforgeables.length === 0 ? undefined : (object) => Object.defineProperties(object, descriptors);
  return (object, implementation) => {
    let decorated = inherited === undefined ? object : inherited(object, implementation);
    decorated = own === undefined ? decorated : own(decorated);
    return legacy === undefined ? decorated : legacy(decorated, implementation);
  };
}

/** https://webidl.spec.whatwg.org/#js-namespaces : the implementation is an object with functions. */
function define_namespace(name, table, implementation) {
  const namespace = create(name === "console" ? create(Object.prototype) : Object.prototype);
  for (const member of table.members) {
    (member.kind === "attribute" ? define_attribute : define_operation)(namespace, name, member, implementation);
  }
  defineProperty(namespace, Symbol.toStringTag, { value: name, configurable: true });
  const made_namespace = { name, table, Class: implementation, constructor: namespace, prototype: null, decorate: undefined };
  made.set(name, made_namespace);
  return made_namespace;
}
