/**
 * https://webidl.spec.whatwg.org/#dfn-includes : the members of a mixin's implementation become those of a class that includes it.
 *
 * A member that the class has itself stays. Call it in the class's `static {}` block.
 */
export function include(Class, Mixin) {
  for (const key of Reflect.ownKeys(Mixin.prototype)) {
    if (!Object.hasOwn(Class.prototype, key)) {
      Object.defineProperty(Class.prototype, key, Reflect.getOwnPropertyDescriptor(Mixin.prototype, key));
    }
  }
}
