import { load } from "../webidl/lazy.js";

/** https://drafts.csswg.org/cssom-view/#extension-to-the-element-interface : boxes of no size, as nothing is laid out. */
export class ElementView {
  getClientRects() {
    return [];
  }

  getBoundingClientRect() {
    return new (load("cssom/DOMRect.js").DOMRect)();
  }

  get offsetParent() {
    return null;
  }
}

for (const name of ["scrollTop", "scrollLeft"]) {
  Object.defineProperty(ElementView.prototype, name, { get: () => 0, set: () => undefined, configurable: true });
}

for (const name of ["scrollWidth", "scrollHeight", "clientTop", "clientLeft", "clientWidth", "clientHeight", "offsetTop", "offsetLeft", "offsetWidth", "offsetHeight"]) {
  Object.defineProperty(ElementView.prototype, name, { get: () => 0, configurable: true });
}

for (const name of ["scrollIntoView", "scroll", "scrollTo", "scrollBy"]) {
  Object.defineProperty(ElementView.prototype, name, { value: () => undefined, writable: true, configurable: true });
}
