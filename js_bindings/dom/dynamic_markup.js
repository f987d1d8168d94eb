import { ascii_lowercase } from "../infra/strings.js";
import { load } from "../webidl/lazy.js";
import { HTML } from "./namespaces.js";
import { pre_insert, replace, replace_all } from "./mutations.js";

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html , what elements have of it */
export class MarkupOfElement {
  get innerHTML() {
    return load("html/loading/serialization.js").serialize_fragment(this);
  }

  /** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-element-innerhtml */
  set innerHTML(html) {
    // 1–3. Parse the fragment in the context of this element.
    const fragment = parse_fragment(this, html);
    // 4–5. Replace all with it (in the content of a template).
    replace_all(fragment, this.template_content ?? this);
  }

  get outerHTML() {
    return load("html/loading/serialization.js").serialize_node(this);
  }

  /** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-element-outerhtml */
  set outerHTML(html) {
    // 1–4. The parent must exist and be no document.
    const parent = this.parentNode;
    if (parent === null) {
      return;
    }
    if (parent.nodeType === 9) {
      throw new DOMException("a document's element cannot be replaced by markup", "NoModificationAllowedError");
    }
    // 5–6. Parse the fragment in the context of the parent.
    const context = parent.nodeType === 11 ? parent.node_document.createElement("body") : parent;
    // 7. Replace this element with it.
    replace(this, parse_fragment(context, html), parent);
  }

  /** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-element-insertadjacenthtml */
  insertAdjacentHTML(position, html) {
    // 1–2. The context of that position.
    const where = ascii_lowercase(position);
    const outside = where === "beforebegin" || where === "afterend";
    if (!outside && where !== "afterbegin" && where !== "beforeend") {
      throw new DOMException(`"${position}" is no place at an element`, "SyntaxError");
    }
    let context = this;
    if (outside) {
      context = this.parentNode;
      if (context === null || context.nodeType === 9) {
        throw new DOMException("there is no parent to insert into", "NoModificationAllowedError");
      }
    }
    // 3. Neither a non-element nor an html element is a context: a body is used instead.
    if (context.nodeType !== 1 || (context.namespaceURI === HTML && context.localName === "html")) {
      context = this.node_document.createElement("body");
    }
    // 4. Parse the fragment.
    const fragment = parse_fragment(context, html);
    // 5. Insert it at the position.
    switch (where) {
      case "beforebegin":
        pre_insert(fragment, this.parentNode, this);
        break;
      case "afterbegin":
        pre_insert(fragment, this, this.firstChild);
        break;
      case "beforeend":
        pre_insert(fragment, this, null);
        break;
      default:
        pre_insert(fragment, this.parentNode, this.nextSibling);
    }
  }

  setHTMLUnsafe(html) {
    this.innerHTML = html;
  }

  getHTML(options) {
    return this.innerHTML;
  }
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#fragment-parsing-algorithm-steps */
function parse_fragment(context, html) {
  return load("html/loading/fragments.js").parse_fragment(context, html);
}
