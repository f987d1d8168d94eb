import { call_script, getter, method, setter } from "../../intrinsics.js";
import { load } from "../../webidl/lazy.js";
import { implementation_of, platform_object_of } from "../../webidl/platform_objects.js";

/**
 * What scripts may do with windows and locations of other origins:
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#cross-origin-objects
 *
 * Such an object is a proxy whose target carries the implementation object: a RemoteWindow or RemoteLocation. Its traps are found in the
 * realm of whoever asks (engine/window/window_agents.py), as are the functions it gets.
 */

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginproperties-(-o-) ; without an accessor it is an operation. */
export const CROSS_ORIGIN_PROPERTIES = {
  __proto__: null,
  Window: {
    __proto__: null,
    window: "get", self: "get", location: "get set", close: "", closed: "get", focus: "", blur: "", frames: "get", length: "get", top: "get",
    opener: "get", parent: "get", postMessage: "",
  },
  Location: { __proto__: null, href: "set", replace: "" },
};

const ALWAYS_UNDEFINED = ["then", Symbol.toStringTag, Symbol.hasInstance, Symbol.isConcatSpreadable];

export function security_error(what) {
  return new DOMException(`${what}: it belongs to another origin`, "SecurityError");
}

// Implementation object → key → descriptor: https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginpropertydescriptormap
const descriptors = new WeakMap();

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossorigingetownpropertyhelper-(-o,-p-) */
function cross_origin_get_own_property_helper(implementation, key) {
  // 1–3. Only the cross-origin properties, and always the same functions for this realm.
  const properties = CROSS_ORIGIN_PROPERTIES[implementation.interface_name];
  if (typeof key !== "string" || properties[key] === undefined) {
    return undefined;
  }
  let known = descriptors.get(implementation);
  if (known === undefined) {
    known = { __proto__: null };
    descriptors.set(implementation, known);
  }
  return known[key] ??= make_descriptor(implementation, key, properties[key]);
}

function make_descriptor(implementation, key, accessors) {
  if (accessors === "") {
    const value = method(key, (this_value, args) => load("html/window/remote_windows.js").call_operation(implementation, key, args));
    Object.defineProperty(value, "length", { value: key === "postMessage" || key === "replace" ? 1 : 0, configurable: true });
    return { __proto__: null, value, writable: false, enumerable: false, configurable: true };
  }
  const check = (this_value) => {
    if (this_value !== undefined && implementation_of(this_value) !== implementation) {
      throw new TypeError(`${implementation.interface_name}.${key}: this is not of type ${implementation.interface_name}`);
    }
  };
  const get = getter(key, () => {
    const value = load("html/window/remote_windows.js").get_attribute(implementation, key);
    return typeof value === "object" && value !== null ? platform_object_of(value) : value;
  });
  const set = setter(key, (this_value, value) => {
    check(this_value);
    load("html/window/remote_windows.js").set_attribute(implementation, key, value);
  });
  return {
    __proto__: null, get: accessors.includes("get") ? get : undefined, set: accessors.includes("set") ? set : undefined, enumerable: false,
    configurable: true,
  };
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginpropertyfallback-(-p-) */
function cross_origin_property_fallback(implementation, key) {
  if (ALWAYS_UNDEFINED.includes(key)) {
    return { __proto__: null, value: undefined, writable: false, enumerable: false, configurable: true };
  }
  throw security_error(`the property ${String(key)} of a ${implementation.interface_name} cannot be used`);
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#windowproxy-getownproperty , and that of Location */
function get_own_property(implementation, key) {
  // 1–2. The document-tree child navigables by index,
  const child = implementation.indexed_child(key);
  if (child !== null) {
    return { __proto__: null, value: child, writable: false, enumerable: true, configurable: true };
  }
  // 3–4. the cross-origin properties,
  const property = cross_origin_get_own_property_helper(implementation, key);
  if (property !== undefined) {
    return property;
  }
  // 5. the child navigables by name, and nothing else.
  const named = implementation.named_child(key);
  if (named !== null) {
    return { __proto__: null, value: named, writable: false, enumerable: false, configurable: true };
  }
  return cross_origin_property_fallback(implementation, key);
}

/** An ordinary object with the property that a window or location of another origin has by this name. */
export function holder_of_own_property(object, key) {
  return Object.defineProperty(Object.create(null), key, get_own_property(implementation_of(object), key));
}

/** The traps: https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-windowproxy-exotic-object , between origins. */
export const traps = {
  __proto__: null,

  getPrototypeOf() {
    return null;
  },

  setPrototypeOf(target, prototype) {
    return prototype === null;
  },

  isExtensible() {
    return true;
  },

  preventExtensions() {
    return false;
  },

  getOwnPropertyDescriptor(target, key) {
    return get_own_property(implementation_of(target), key);
  },

  defineProperty(target, key) {
    throw security_error(`the property ${String(key)} cannot be defined`);
  },

  has(target, key) {
    return get_own_property(implementation_of(target), key) !== undefined;
  },

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginget-(-o,-p,-receiver-) */
  get(target, key, receiver) {
    const descriptor = get_own_property(implementation_of(target), key);
    if ("value" in descriptor) {
      return descriptor.value;
    }
    if (descriptor.get === undefined) {
      throw security_error(`the property ${String(key)} cannot be read`);
    }
    return call_script(descriptor.get, receiver, []);
  },

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginset-(-o,-p,-v,-receiver-) */
  set(target, key, value, receiver) {
    const descriptor = get_own_property(implementation_of(target), key);
    if (descriptor.set === undefined) {
      throw security_error(`the property ${String(key)} cannot be set`);
    }
    call_script(descriptor.set, receiver, [value]);
    return true;
  },

  deleteProperty(target, key) {
    throw security_error(`the property ${String(key)} cannot be deleted`);
  },

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginownpropertykeys-(-o-) */
  ownKeys(target) {
    const implementation = implementation_of(target);
    const indices = Array.from({ length: implementation.child_count() }, (_, index) => String(index));
    return [...indices, ...Object.keys(CROSS_ORIGIN_PROPERTIES[implementation.interface_name]), ...ALWAYS_UNDEFINED];
  },
};
