import {
  array_methods, create, getPrototypeOf, global_object, has_own, interface_object, ITERATOR, method, ownKeys, page_intrinsics, setPrototypeOf,
  TO_STRING_TAG, UNSCOPABLES,
} from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { load } from "./lazy.js";
import { legacy_decorator, special_members } from "./legacy_platform_objects.js";
import { filter_list } from "./lists.js";
import { define_attribute, define_constant, define_operation, define_stringifier, gap_of, is_exposed_here } from "./members.js";
import { construct_platform_object } from "./platform_objects.js";
import { copy_property, define_fixed, define_value } from "./properties.js";
import { brand_of, implementation_class, interface_of, remember_interface, table_of } from "./tables.js";

/** How interfaces are made: https://webidl.spec.whatwg.org/#js-interfaces . Those that have been are in tables.js. */

/** The engine's own class, as the parent of interfaces that inherit from it: https://webidl.spec.whatwg.org/#idl-DOMException-derived-predefineds */
const DOM_EXCEPTION = {
  __proto__: null, name: "DOMException", parent: null, constructor: DOMException, prototype: DOMException.prototype, special: null,
  add_unforgeables: nothing_to_add,
};

/** Makes one that `interface_of` has been asked for. */
export function define_interface(name) {
  const table = table_of(name);
  if (table.kind === "callback interface") {
    return define_callback_interface(name, table);
  }
  const Class = implementation_class(name);
  if (table.kind === "namespace") {
    return define_namespace(name, table, Class);
  }
  const parent = !table.inherits ? null : table.inherits === "DOMException" ? DOM_EXCEPTION : interface_of(table.inherits);
  prepare_class(Class, name);

  const own = {
    __proto__: null, name, table, Class, parent, constructor: undefined, prototype: undefined,
    special: special_members(table, parent === null ? null : parent.special), add_unforgeables: undefined, decorate: undefined,
  };
  own.constructor = make_interface_object(own);
  own.prototype = own.constructor.prototype;
  if (parent !== null) {
    setPrototypeOf(own.constructor, parent.constructor);
    setPrototypeOf(own.prototype, parent.prototype);
  }
  define_fixed(own.prototype, TO_STRING_TAG, name);
  remember_interface(own);
  const unforgeables = define_members(own, table.global ? global_object : own.prototype);
  define_unscopables(own);
  own.add_unforgeables = make_unforgeable_adder(own, unforgeables);
  own.decorate = make_decorator(own);
  return own;
}

/** The class says what its objects implement; and what its objects lack, no script can add by way of Object.prototype. */
function prepare_class(Class, name) {
  define_fixed(Class.prototype, brand_of(name), true);
  for (let prototype = Class.prototype; prototype !== null; prototype = getPrototypeOf(prototype)) {
    if (getPrototypeOf(prototype) === Object.prototype) {
      setPrototypeOf(prototype, null);
    }
  }
}

/** https://webidl.spec.whatwg.org/#interface-object */
function make_interface_object(own) {
  const { name, Class } = own;
  const definition = own.table.constructor;
  let convert;
  const made = interface_object((new_target, args) => {
    // FIXME: custom elements, https://html.spec.whatwg.org/multipage/dom.html#html-element-constructors
    if (!definition || definition.htmlConstructor) {
      throw new TypeError(name + " cannot be constructed by scripts");
    }
    convert ??= arguments_converter(definition.overloads, definition.length, "new " + name);
    const converted = convert(args);
    return construct_platform_object(own, new_target, () => (
      has_own(Class, "constructor_steps") ? Class.constructor_steps(...converted) : new Class(...converted)
    ));
  });
  define_fixed(made, "length", definition ? definition.length : 0);
  define_fixed(made, "name", name);
  return made;
}

/** Returns the members that each object has for itself: those that are [LegacyUnforgeable]. */
function define_members({ name, table, Class, constructor, prototype }, target) {
  const unforgeables = [];
  const { members } = table;
  for (let index = 0; index < members.length; ++index) {
    const member = members[index];
    if (!is_exposed_here(member) || gap_of(member, Class) !== null) {
      continue;
    }
    if (member.unforgeable && target === prototype) {
      unforgeables[unforgeables.length] = member;
      continue;
    }
    switch (member.kind) {
      case "attribute":
        define_attribute(member.static ? constructor : target, name, member, Class);
        break;
      case "operation":
        define_operation(member.static ? constructor : target, name, member, Class);
        break;
      case "constant":
        define_constant(constructor, member);
        define_constant(prototype, member);
        break;
      case "stringifier":
        define_stringifier(target, name, member);
        break;
      case "iterable":
        load("webidl/iterables.js").define_iterable(prototype, name, member);
        break;
      case "async_iterable":
        load("webidl/async_iterables.js").define_async_iterable(prototype, name, member, Class);
        break;
      case "maplike":
        load("webidl/iterables.js").define_maplike(prototype, name, member);
        break;
      case "setlike":
        load("webidl/iterables.js").define_setlike(prototype, name, member);
        break;
      case "indexed_getter":
        // https://webidl.spec.whatwg.org/#js-iterator : what has indices can be iterated as an array can.
        define_value(prototype, ITERATOR, array_methods.values, false);
        break;
    }
  }
  return unforgeables;
}

/** https://webidl.spec.whatwg.org/#Unscopable */
function define_unscopables({ table, prototype }) {
  const hidden = filter_list(table.members, (member) => member.unscopable && is_exposed_here(member));
  if (hidden.length > 0) {
    const unscopables = create(null);
    for (let index = 0; index < hidden.length; ++index) {
      unscopables[hidden[index].name] = true;
    }
    define_fixed(prototype, UNSCOPABLES, unscopables);
  }
}

function nothing_to_add(object) {
  return object;
}

/** Gives a new platform object the [LegacyUnforgeable] members of the interface and of those it inherits, ancestors' first. */
function make_unforgeable_adder({ name, Class, parent }, unforgeables) {
  const inherited = parent === null ? nothing_to_add : parent.add_unforgeables;
  if (unforgeables.length === 0) {
    return inherited;
  }
  // They are the same functions on every object.
  const holder = create(null);
  for (let index = 0; index < unforgeables.length; ++index) {
    const member = unforgeables[index];
    if (member.kind === "stringifier") {
      define_stringifier(holder, name, member);
    } else {
      (member.kind === "attribute" ? define_attribute : define_operation)(holder, name, member, Class);
    }
  }
  const keys = ownKeys(holder);
  return (object) => {
    inherited(object);
    for (let index = 0; index < keys.length; ++index) {
      copy_property(object, holder, keys[index]);
    }
    return object;
  };
}

/** What every new platform object needs on top of its prototype. */
function make_decorator({ name, table, parent, special, add_unforgeables }) {
  if (parent === DOM_EXCEPTION) {
    // Its internal slots are those of the engine's class: such an object takes the place of the one that was to be finished.
    return (object, { message }) => setPrototypeOf(new DOMException(message, name), getPrototypeOf(object));
  }
  if (special === null || table.global) {
    return add_unforgeables;
  }
  const legacy = legacy_decorator(table, special);
  return (object, implementation) => legacy(add_unforgeables(object), implementation);
}

/** https://webidl.spec.whatwg.org/#js-namespaces : the implementation is an object with functions. */
function define_namespace(name, table, implementation) {
  // https://console.spec.whatwg.org/#console-namespace : console alone has an empty object for its prototype.
  const namespace = create(name === "console" ? create(page_intrinsics.Object.prototype) : page_intrinsics.Object.prototype);
  const { members } = table;
  for (let index = 0; index < members.length; ++index) {
    const member = members[index];
    if (is_exposed_here(member) && gap_of(member, implementation, true) === null) {
      (member.kind === "attribute" ? define_attribute : define_operation)(namespace, name, member, implementation, true);
    }
  }
  define_fixed(namespace, TO_STRING_TAG, name);
  return without_prototype(name, table, implementation, namespace);
}

/** https://webidl.spec.whatwg.org/#js-callback-interfaces : one with constants has an object to keep them, a function that only throws. */
function define_callback_interface(name, table) {
  const constructor = method(name, () => {
    throw new TypeError(name + " cannot be called or constructed");
  });
  define_fixed(constructor, "length", 0);
  const { members } = table;
  for (let index = 0; index < members.length; ++index) {
    if (members[index].kind === "constant") {
      define_constant(constructor, members[index]);
    }
  }
  return without_prototype(name, table, null, constructor);
}

function without_prototype(name, table, Class, constructor) {
  const own = { __proto__: null, name, table, Class, parent: null, constructor, prototype: null };
  remember_interface(own);
  return own;
}
