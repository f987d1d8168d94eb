import { child_text_content, string_replace_all } from "../../dom/Node.js";
import { next_in_tree_order } from "../../dom/trees.js";
import {
  op_document_add_meta_policy, op_document_set_base_url, op_document_set_referrer_policy, op_document_title_changed, op_url_parse,
} from "../../ops.js";
import { set_api_base_url } from "../../realm/environment.js";
import { parse_url } from "../../url/url_record.js";
import { fetch_a_resource } from "../loading/loading.js";
import { declaratively_refresh } from "../navigation/declarative_refresh.js";
import { HTMLElement } from "./HTMLElement.js";
import { CROSS_ORIGIN, FETCH_PRIORITY, REFERRER_POLICY, reflect } from "./reflection.js";

/** Elements about the document: https://html.spec.whatwg.org/multipage/semantics.html */

export class HTMLHtmlElement extends HTMLElement {
  get has_passive_default() {
    return this.node_document.documentElement === this;
  }

  static {
    reflect(this, { string: "version" });
  }
}

export class HTMLHeadElement extends HTMLElement {}

export class HTMLTitleElement extends HTMLElement {
  get text() {
    return child_text_content(this);
  }

  set text(value) {
    string_replace_all(value, this);
  }

  insertion_steps() {
    super.insertion_steps();
    this.tell();
  }

  children_changed_steps() {
    this.tell();
  }

  /** Ours: whoever looks at the page from outside may want to know. */
  tell() {
    if (this.isConnected && this.node_document.default_view !== null) {
      op_document_title_changed(this.node_document.title);
    }
  }
}

/** https://html.spec.whatwg.org/multipage/semantics.html#the-base-element */
export class HTMLBaseElement extends HTMLElement {
  static {
    reflect(this, { string: "target" });
  }

  get href() {
    const { node_document: document } = this;
    const url = this.attribute_value("href") ?? "";
    return op_url_parse(url, document.fallback_base_url ?? document.url) ?? url;
  }

  set href(value) {
    this.set_attribute_value("href", value);
  }

  insertion_steps() {
    super.insertion_steps();
    set_the_frozen_base_url(this.node_document);
  }

  removing_steps(old_parent) {
    super.removing_steps(old_parent);
    set_the_frozen_base_url(this.node_document);
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (local_name === "href" && this.isConnected) {
      set_the_frozen_base_url(this.node_document);
    }
  }
}

/** https://html.spec.whatwg.org/multipage/semantics.html#set-the-frozen-base-url , for the first base element that has a href */
function set_the_frozen_base_url(document) {
  let url = null;
  for (let node = document.firstChild; node !== null && url === null; node = next_in_tree_order(node, document)) {
    if (node.nodeType === 1 && node.is_html("base") && node.find_attribute("href") !== null) {
      const fallback = document.fallback_base_url ?? document.url;
      const parsed = parse_url(node.attribute_value("href"), fallback);
      // FIXME: the policy's base-uri directive.
      url = parsed === null || parsed.protocol === "data:" || parsed.protocol === "javascript:" ? fallback : parsed.href;
    }
  }
  document.base_element_url = url;
  if (document.default_view !== null) {
    set_api_base_url(document.base_url);
    op_document_set_base_url(document.base_url);
  }
}

/** https://html.spec.whatwg.org/multipage/semantics.html#the-meta-element */
export class HTMLMetaElement extends HTMLElement {
  static {
    reflect(this, { string: "name httpEquiv=http-equiv content media scheme" });
  }

  insertion_steps() {
    super.insertion_steps();
    this.process();
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (this.isConnected && local_name === "content" && this.name.toLowerCase() === "referrer") {
      this.process();
    }
  }

  /** https://html.spec.whatwg.org/multipage/semantics.html#pragma-directives and https://html.spec.whatwg.org/multipage/semantics.html#meta-referrer */
  process() {
    const document = this.node_document;
    const content = this.attribute_value("content");
    if (document.default_view === null || content === null || content === "") {
      return;
    }
    // FIXME: set-cookie and the other pragmas.
    if (this.httpEquiv.toLowerCase() === "refresh") {
      declaratively_refresh(document, content);
    } else if (this.httpEquiv.toLowerCase() === "content-security-policy" && is_inside_head(this)) {
      op_document_add_meta_policy(content);
    } else if (this.name.toLowerCase() === "referrer") {
      op_document_set_referrer_policy(content);
    }
  }
}

function is_inside_head(element) {
  for (let node = element.parentNode; node !== null; node = node.parentNode) {
    if (node.is_html("head")) {
      return true;
    }
  }
  return false;
}

const RELATIONS = ["alternate", "dns-prefetch", "icon", "manifest", "modulepreload", "next", "preconnect", "prefetch", "preload", "stylesheet"];
const DESTINATIONS = (
  "audio document embed fetch font image json manifest object report script serviceworker sharedworker style track video worker xslt"
).split(" ");

/** https://html.spec.whatwg.org/multipage/semantics.html#the-link-element : style sheets are fetched, as far as one can tell from outside. */
export class HTMLLinkElement extends HTMLElement {
  fetched_url = null;

  static {
    reflect(this, {
      string: "rel media integrity hreflang type imageSrcset imageSizes charset rev target",
      url: "href",
      boolean: "disabled",
      enumerated: {
        crossOrigin: CROSS_ORIGIN,
        referrerPolicy: REFERRER_POLICY,
        fetchPriority: FETCH_PRIORITY,
        as: { values: DESTINATIONS },
      },
      tokens: { "relList=rel": RELATIONS, sizes: undefined, blocking: ["render"] },
    });
  }

  get sheet() {
    return null;
  }

  post_connection_steps() {
    this.fetch_if_it_should();
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (this.isConnected && ["href", "rel", "disabled", "crossorigin"].includes(local_name)) {
      this.fetch_if_it_should();
    }
  }

  /** https://html.spec.whatwg.org/multipage/semantics.html#fetch-and-process-the-linked-resource */
  fetch_if_it_should() {
    const href = this.attribute_value("href") ?? "";
    const rel = this.rel.toLowerCase().split(/[\t\n\f\r ]+/);
    if (href === "" || this.node_document.default_view === null || !rel.includes("stylesheet") || this.disabled || rel.includes("alternate")) {
      return;
    }
    const url = parse_url(href, this.node_document.base_url);
    if (url === null || url.href === this.fetched_url) {
      return;
    }
    this.fetched_url = url.href;
    const options = {
      destination: "style", cross_origin: this.crossOrigin, integrity: this.integrity, referrer_policy: this.referrerPolicy, nonce: this.nonce,
      initiator_type: "css",
    };
    fetch_a_resource(this, url.href, options, () => this.fetched_url === url.href);
  }
}

/** https://html.spec.whatwg.org/multipage/semantics.html#the-style-element : nothing is styled. */
export class HTMLStyleElement extends HTMLElement {
  is_disabled = false;

  static {
    reflect(this, { string: "media type", tokens: { blocking: ["render"] } });
  }

  get disabled() {
    return this.is_disabled;
  }

  set disabled(value) {
    this.is_disabled = value;
  }

  get sheet() {
    return null;
  }
}
