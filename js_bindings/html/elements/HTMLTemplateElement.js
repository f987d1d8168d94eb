import { DocumentFragment } from "../../dom/DocumentFragment.js";
import { clone_a_node } from "../../dom/cloning.js";
import { append } from "../../dom/mutations.js";
import { load } from "../../webidl/lazy.js";
import { HTMLElement } from "./HTMLElement.js";
import { reflect } from "./reflection.js";

const owners = new WeakMap();

/** https://html.spec.whatwg.org/multipage/scripting.html#appropriate-template-contents-owner-document */
function appropriate_template_contents_owner_document(document) {
  // 1–2. An inert template document without a window; templates inside templates share it.
  if (document.is_inert_template_document) {
    return document;
  }
  let owner = owners.get(document);
  if (owner === undefined) {
    owner = new (load("dom/Document.js").Document)(document.content_type, document.is_html_document);
    owner.is_inert_template_document = true;
    owners.set(document, owner);
  }
  return owner;
}

/** https://html.spec.whatwg.org/multipage/scripting.html#the-template-element */
export class HTMLTemplateElement extends HTMLElement {
  template_content;

  static {
    reflect(this, {
      enumerated: { shadowRootMode: { values: ["open", "closed"] } },
      boolean: "shadowRootDelegatesFocus shadowRootClonable shadowRootSerializable",
      string: "shadowRootCustomElementRegistry",
    });
  }

  constructor(document, ...names) {
    super(document, ...names);
    this.template_content = new DocumentFragment(appropriate_template_contents_owner_document(document));
    this.template_content.host = this;
  }

  get content() {
    return this.template_content;
  }

  adopting_steps(old_document) {
    load("dom/mutations.js").adopt(this.template_content, appropriate_template_contents_owner_document(this.node_document));
  }

  cloning_steps(copy, subtree) {
    if (subtree) {
      for (let child = this.template_content.firstChild; child !== null; child = child.nextSibling) {
        append(clone_a_node(child, copy.template_content.node_document, true), copy.template_content);
      }
    }
  }
}
