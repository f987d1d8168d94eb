import { load } from "../webidl/lazy.js";
import { include } from "../webidl/properties.js";
import { Node, descendant_text_content, string_replace_all } from "./Node.js";
import { NonElementParentNode, ParentNode } from "./node_mixins.js";

/** https://dom.spec.whatwg.org/#interface-documentfragment */
export class DocumentFragment extends Node {
  host = null;
  children_collection = null;

  static {
    include(this, ParentNode);
    include(this, NonElementParentNode);
  }

  static constructor_steps() {
    return new DocumentFragment(load("html/window/Window.js").associated_document());
  }

  get nodeType() {
    return 11;
  }

  get nodeName() {
    return "#document-fragment";
  }

  get textContent() {
    return descendant_text_content(this);
  }

  set textContent(value) {
    string_replace_all(value ?? "", this);
  }

  clone_itself(document) {
    return new DocumentFragment(document);
  }
}
