import { strip_and_collapse_ascii_whitespace } from "../infra/strings.js";
import { op_document_cookie, op_document_csp_blocks_inline, op_document_set_cookie, op_focus_is_here } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { descendants_collection } from "./HTMLCollection.js";
import { append, replace } from "./mutations.js";
import { HTML } from "./namespaces.js";
import { child_text_content, string_replace_all } from "./Node.js";
import { next_in_tree_order } from "./trees.js";

/** https://html.spec.whatwg.org/multipage/dom.html#the-document-object : what HTML adds to Document */
export class HTMLDocumentMembers {
  static {
    for (const name of ["execCommand", "queryCommandEnabled", "queryCommandIndeterm", "queryCommandState", "queryCommandSupported", "queryCommandValue"]) {
      this.prototype[name] = not_implemented("nothing is edited");
    }
    this.prototype.all = not_implemented("an object that is undefined cannot be made");
  }

  get location() {
    return this.default_view?.location ?? null;
  }

  get domain() {
    const origin = this.default_view?.origin ?? "null";
    return origin === "null" ? "" : new (load("url/url_record.js").URLRecord)(origin).hostname;
  }

  set domain(value) {
    throw new DOMException("the domain cannot be relaxed", "SecurityError");
  }

  get referrer() {
    return this.referrer_string;
  }

  get cookie() {
    return this.default_view === null ? "" : op_document_cookie();
  }

  set cookie(value) {
    if (this.default_view !== null) {
      op_document_set_cookie(value);
    }
  }

  get lastModified() {
    const time = this.last_modified === null ? new Date() : new Date(this.last_modified);
    const two = (number) => String(number).padStart(2, "0");
    return `${two(time.getMonth() + 1)}/${two(time.getDate())}/${time.getFullYear()} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  }

  get readyState() {
    return this.ready_state;
  }

  get defaultView() {
    return this.default_view;
  }

  get currentScript() {
    return this.current_script;
  }

  get visibilityState() {
    return this.default_view === null ? "hidden" : this.visibility;
  }

  get hidden() {
    return this.visibilityState === "hidden";
  }

  get activeElement() {
    return this.active_element?.isConnected ? this.active_element : this.body ?? this.documentElement;
  }

  hasFocus() {
    return this.default_view !== null && this.visibility === "visible" && op_focus_is_here(false);
  }

  get designMode() {
    return this.design_mode;
  }

  set designMode(value) {
    const mode = value.toLowerCase();
    if (mode === "on" || mode === "off") {
      this.design_mode = mode;
    }
  }

  // Where relative URLs start ---------------------------------------------------------------------------------------

  /** https://html.spec.whatwg.org/multipage/urls-and-fetching.html#document-base-url , serialized */
  get base_url() {
    return this.base_element_url ?? this.fallback_base_url ?? this.url;
  }

  /** https://w3c.github.io/webappsec-csp/#should-block-inline , for event handlers */
  blocks_inline_handlers(element, source) {
    return !this.scripting || (this.default_view !== null && op_document_csp_blocks_inline("script attribute", source, element.attribute_value("nonce") ?? "", false));
  }

  // The parts of a document -----------------------------------------------------------------------------------------

  get html_element() {
    const root = this.documentElement;
    return root !== null && root.is_html("html") ? root : null;
  }

  get head() {
    return html_child(this.html_element, (child) => child.is_html("head"));
  }

  get body() {
    return html_child(this.html_element, is_body);
  }

  /** https://html.spec.whatwg.org/multipage/dom.html#dom-document-body */
  set body(value) {
    // 1. The new body must be a body or frameset element.
    if (value === null || !is_body(value)) {
      throw new DOMException("only a body or frameset element can be the body", "HierarchyRequestError");
    }
    // 2–4. It replaces the old body,
    const old = this.body;
    if (value === old) {
      return;
    }
    if (old !== null) {
      replace(old, value, old.parentNode);
    } else if (this.documentElement === null) {
      throw new DOMException("the document has no element", "HierarchyRequestError");
    } else {
      // 5. or is appended to the document element.
      append(value, this.documentElement);
    }
  }

  get title_element() {
    for (let node = this.firstChild; node !== null; node = next_in_tree_order(node, this)) {
      if (node.nodeType === 1 && node.is_html("title")) {
        return node;
      }
    }
    return null;
  }

  get title() {
    const element = this.title_element;
    return element === null ? "" : strip_and_collapse_ascii_whitespace(child_text_content(element));
  }

  /** https://html.spec.whatwg.org/multipage/dom.html#document.title , the setter */
  set title(value) {
    let element = this.title_element;
    if (element === null) {
      const { head } = this;
      if (head === null) {
        return;
      }
      element = append(this.createElementNS(HTML, "title"), head);
    }
    string_replace_all(value, element);
  }

  get dir() {
    return this.html_element?.dir ?? "";
  }

  set dir(value) {
    if (this.html_element !== null) {
      this.html_element.dir = value;
    }
  }

  collection(name, matches, depends_on_others = false) {
    this.collections ??= new Map();
    let collection = this.collections.get(name);
    if (collection === undefined) {
      collection = descendants_collection(this, matches);
      if (depends_on_others) {
        collection.live.matches = null;
      }
      this.collections.set(name, collection);
    }
    return collection;
  }

  get images() {
    return this.collection("images", (element) => element.is_html("img"));
  }

  get embeds() {
    return this.collection("embeds", (element) => element.is_html("embed"));
  }

  get plugins() {
    return this.embeds;
  }

  get links() {
    return this.collection("links", (element) => (element.is_html("a") || element.is_html("area")) && element.find_attribute("href") !== null);
  }

  get forms() {
    return this.collection("forms", (element) => element.is_html("form"));
  }

  get scripts() {
    return this.collection("scripts", (element) => element.is_html("script"));
  }

  get anchors() {
    return this.collection("anchors", (element) => element.is_html("a") && element.find_attribute("name") !== null);
  }

  get applets() {
    return this.collection("applets", () => false);
  }

  getElementsByName(name) {
    const { LiveNodeList } = load("dom/NodeList.js");
    return new LiveNodeList(descendants_collection(this, (element) => element.namespaceURI === HTML && element.attribute_value("name") === name).live);
  }

  // https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem

  supported_names() {
    return [...this.named_elements.elements.keys()];
  }

  supports_name(name) {
    return this.named_elements.has(name);
  }

  get_named(name) {
    const elements = this.named_elements.all(name);
    // NB: the type is object, so that what scripts see is given.
    if (elements.length === 1) {
      return platform_object_of(elements[0].is_html("iframe") ? elements[0].contentWindow ?? elements[0] : elements[0]);
    }
    return platform_object_of(this.collection(`named ${name}`, (element) => this.named_elements.elements.get(name)?.includes(element) ?? false, true));
  }

  // Writing ----------------------------------------------------------------------------------------------------------

  write(...text) {
    load("html/loading/document_write.js").write(this, text.join(""));
  }

  writeln(...text) {
    load("html/loading/document_write.js").write(this, `${text.join("")}\n`);
  }

  open(...args) {
    return args.length > 2 ? this.default_view?.open(...args) ?? null : load("html/loading/document_write.js").open(this);
  }

  close() {
    load("html/loading/document_write.js").close(this);
  }

  clear() {}

  captureEvents() {}

  releaseEvents() {}
}

for (const [name, attribute] of [["fgColor", "text"], ["linkColor", "link"], ["vlinkColor", "vlink"], ["alinkColor", "alink"], ["bgColor", "bgcolor"]]) {
  Object.defineProperty(HTMLDocumentMembers.prototype, name, {
    get() {
      return this.body?.attribute_value(attribute) ?? "";
    },
    set(value) {
      this.body?.set_attribute_value(attribute, value);
    },
    configurable: true,
  });
}

function is_body(element) {
  return element.is_html("body") || element.is_html("frameset");
}

function html_child(html, matches) {
  for (let child = html?.firstChild ?? null; child !== null; child = child.nextSibling) {
    if (child.nodeType === 1 && matches(child)) {
      return child;
    }
  }
  return null;
}

