import {
  create, getPrototypeOf, object_prototype_of_the_realm_of, page_intrinsics, reflect_get, setPrototypeOf, shared,
} from "../intrinsics.js";
import { interface_name_of, interface_of } from "./tables.js";

/**
 * Platform objects and the implementation objects behind them.
 *
 * A platform object carries its implementation object in a private field that is put on it from outside: its constructor returns the
 * object it is given, and a derived class adds its fields to whatever that is. So any object can carry one, also a global or a proxy.
 * All realms of an agent share the one class, so that members work on the objects of other realms.
 */
function make_carrier() {
  class Given {
    constructor(object) {
      return object;
    }
  }
  return class Carrier extends Given {
    #implementation;

    constructor(object, implementation) {
      super(object);
      this.#implementation = implementation;
    }

    static implementation_of(value) {
      if (value === null || (typeof value !== "object" && typeof value !== "function")) {
        return undefined;
      }
      return #implementation in value ? value.#implementation : undefined;
    }

    static implementation_of_interface(value, brand) {
      if (value === null || (typeof value !== "object" && typeof value !== "function") || !(#implementation in value)) {
        return undefined;
      }
      const implementation = value.#implementation;
      return implementation[brand] === true ? implementation : undefined;
    }
  };
}

const Carrier = shared.Carrier ??= make_carrier();

/** The slot of an implementation object that holds its platform object. A symbol, which no script can put on all objects. */
const PLATFORM_OBJECT = shared.PLATFORM_OBJECT ??= Symbol("platform object");

export const {
  /** `(value)`: the implementation object of a platform object; undefined for any other value. */
  implementation_of,
  /** `(value, brand)`: the same if it implements the interface of the brand (or one that inherits it), else undefined. */
  implementation_of_interface,
} = Carrier;

/** The platform object of an implementation object, made when it is first asked for. */
export function platform_object_of(implementation) {
  return implementation[PLATFORM_OBJECT] ?? make_platform_object(implementation);
}

function make_platform_object(implementation) {
  const name = interface_name_of(implementation.constructor);
  if (name === null) {
    return make_in_its_realm(implementation);
  }
  const { prototype, decorate } = interface_of(name);
  return attach(decorate(create(prototype), implementation), implementation);
}

/** Make `object` the platform object of `implementation`. */
export function attach(object, implementation) {
  new Carrier(object, implementation);
  implementation[PLATFORM_OBJECT] = object;
  return object;
}

/** `object`, which carries `implementation`, is its platform object from now on: a window's is what its navigable is known by. */
export function identify(object, implementation) {
  implementation[PLATFORM_OBJECT] = object;
}

/**
 * https://webidl.spec.whatwg.org/#internally-create-a-new-object-implementing-the-interface , for a constructor call: `own` is the
 * interface, `make` makes the implementation object once the prototype is known.
 */
export function construct_platform_object(own, new_target, make) {
  const prototype = new_target === own.constructor ? own.prototype : prototype_for(own, new_target);
  const implementation = make();
  const made = implementation[PLATFORM_OBJECT];
  if (made !== undefined) {
    // Its own constructor has shown it to a script already.
    return setPrototypeOf(made, prototype);
  }
  return attach(own.decorate(create(prototype), implementation), implementation);
}

/** What a script's class, or a function of another realm, asks for: its `prototype`, else the interface's in that realm. */
function prototype_for(own, new_target) {
  const prototype = reflect_get(new_target, "prototype");
  if ((typeof prototype === "object" && prototype !== null) || typeof prototype === "function") {
    return prototype;
  }
  const realm = realms.get(object_prototype_of_the_realm_of(new_target));
  return realm === undefined ? own.prototype : realm.interface_of(own.name).prototype;
}

/**
 * The bindings of each realm of this agent, by the Object.prototype of its scripts, and by its own Function.prototype: every class that
 * extends nothing has that for its prototype, so an implementation class leads to the realm it belongs to.
 */
const realms = shared.realms ??= new WeakMap();
const bindings_of_this_realm = { __proto__: null, interface_of, make_platform_object };
realms.set(Function.prototype, bindings_of_this_realm);
realms.set(page_intrinsics.Object.prototype, bindings_of_this_realm);

function realm_of_class(Class) {
  for (let above = Class; above !== null && above !== undefined; above = getPrototypeOf(above)) {
    const realm = realms.get(above);
    if (realm !== undefined) {
      return realm;
    }
  }
  return undefined;
}

/** The implementation class is of another realm, whose method gave its object to ours: its platform object is made there. */
function make_in_its_realm(implementation) {
  const realm = realm_of_class(implementation.constructor);
  if (realm === undefined || realm.make_platform_object === make_platform_object) {
    throw new Error("an object of the class " + implementation.constructor?.name + " implements no interface");
  }
  return realm.make_platform_object(implementation);
}
