import { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, global_object, SafeWeakSet } from "../intrinsics.js";
import { define_fixed } from "./properties.js";

/**
 * https://tc39.es/ecma262/#sec-immutable-prototype-exotic-objects : the global object and the prototypes it inherits from.
 *
 * AD-HOC: the engine has no such objects for us to make, so the three functions that set a prototype refuse.
 * FIXME: one is left: a proxy around such an object still hands the request on.
 */
const immutable = new SafeWeakSet();

/** No script shall give `object`, and what it inherits from, another prototype. To be called before any script runs. */
export function make_prototypes_immutable(object) {
  for (let next = object; next !== null && next !== Object.prototype; next = getPrototypeOf(next)) {
    immutable.add(next);
  }
  const { Object: objects, Reflect: reflection } = global_object;
  replace(objects, "value", "setPrototypeOf", (original) => ({
    setPrototypeOf(target, prototype) {
      if (!set_immutable_prototype(target, prototype)) {
        throw new TypeError("the prototype of this object cannot be set");
      }
      return original(target, prototype);
    },
  }).setPrototypeOf);
  replace(reflection, "value", "setPrototypeOf", (original) => ({
    setPrototypeOf(target, prototype) {
      return set_immutable_prototype(target, prototype) && original(target, prototype);
    },
  }).setPrototypeOf);
  replace(Object.prototype, "set", "__proto__", (original) => getOwnPropertyDescriptor({
    set __proto__(prototype) {
      if (!set_immutable_prototype(this, prototype)) {
        throw new TypeError("the prototype of this object cannot be set");
      }
      apply(original, this, [prototype]);
    },
  }, "__proto__").set);
}

/** https://tc39.es/ecma262/#sec-set-immutable-prototype ; what is no prototype at all is left to the engine. */
function set_immutable_prototype(target, prototype) {
  return !immutable.has(target) || getPrototypeOf(target) === prototype || (typeof prototype !== "object" && typeof prototype !== "function");
}

function replace(holder, kind, name, make) {
  const descriptor = getOwnPropertyDescriptor(holder, name);
  const original = descriptor[kind];
  const made = make(original);
  define_fixed(made, "name", original.name);
  define_fixed(made, "length", original.length);
  defineProperty(holder, name, { __proto__: null, ...descriptor, [kind]: made });
}
