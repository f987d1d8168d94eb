import { new_promise } from "../webidl/promises.js";
import { not_implemented } from "../webidl/not_implemented.js";

/** https://html.spec.whatwg.org/multipage/custom-elements.html#customelementregistry : nothing can be defined in it. */
export class CustomElementRegistry {
  static {
    this.prototype.define = not_implemented("there are no custom elements");
    this.prototype.initialize = not_implemented("there are no custom elements");
  }

  get(name) {
    return undefined;
  }

  getName(constructor) {
    return null;
  }

  whenDefined(name) {
    return new_promise().promise;
  }

  upgrade(root) {}
}
