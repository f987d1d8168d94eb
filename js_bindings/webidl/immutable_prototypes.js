import {
  call_script, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, method, page_intrinsics, setter,
} from "../intrinsics.js";
import { define_fixed } from "./properties.js";

/**
 * https://tc39.es/ecma262/#sec-immutable-prototype-exotic-objects : the global object and the prototypes it inherits from.
 *
 * AD-HOC: the engine has no such objects for us to make, so the three functions that set a prototype refuse.
 * FIXME: one is left: a proxy around such an object still hands the request on.
 */
const immutable = new WeakSet();

/** No script shall give `object`, and what it inherits from, another prototype. To be called before any script runs. */
export function make_prototypes_immutable(object) {
  for (let next = object; next !== null && next !== page_intrinsics.Object.prototype; next = getPrototypeOf(next)) {
    immutable.add(next);
  }
  const { Object: objects, Reflect: reflection } = page_intrinsics;
  replace_method(objects, true);
  replace_method(reflection, false);
  replace(objects.prototype, "set", "__proto__", (original) => setter("__proto__", (this_value, prototype) => {
    if (!set_immutable_prototype(this_value, prototype)) {
      refuse();
    }
    call_script(original, this_value, [prototype]);
  }));
}

function replace_method(holder, throws) {
  replace(holder, "value", "setPrototypeOf", (original) => method("setPrototypeOf", (this_value, args) => {
    if (args.length >= 2 && !set_immutable_prototype(args[0], args[1])) {
      return throws ? refuse() : false;
    }
    return call_script(original, this_value, args);
  }));
}

function refuse() {
  throw new TypeError("the prototype of this object cannot be set");
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
  defineProperty(holder, name, { ...descriptor, [kind]: made });
}
