import { has_own, ownKeys } from "../intrinsics.js";
import { copy_property } from "./properties.js";

/**
 * https://webidl.spec.whatwg.org/#dfn-includes : the members of a mixin's implementation become those of a class that includes it.
 *
 * A member that the class has itself stays. Call it in the class's `static {}` block.
 */
export function include(Class, Mixin) {
  const keys = ownKeys(Mixin.prototype);
  for (let index = 0; index < keys.length; ++index) {
    if (!has_own(Class.prototype, keys[index])) {
      copy_property(Class.prototype, Mixin.prototype, keys[index]);
    }
  }
}
