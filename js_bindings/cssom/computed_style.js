import { CSSStyleDeclaration } from "./CSSStyleDeclaration.js";

/** https://drafts.csswg.org/cssom/#dom-window-getcomputedstyle . AD-HOC: there is no cascade; what the style attribute says is all there is. */
export function computed_style(element) {
  const declarations = new Map(element.style?.declarations ?? []);
  if (!declarations.has("display")) {
    declarations.set("display", { value: element.find_attribute("hidden") === null ? "block" : "none", important: false });
  }
  return new CSSStyleDeclaration(null, declarations);
}
