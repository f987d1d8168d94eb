import { ascii_lowercase } from "../infra/strings.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { include } from "../webidl/properties.js";
import { HTMLDocumentMembers } from "./document_members.js";
import { Attribute } from "./Attr.js";
import { clone_a_node } from "./cloning.js";
import { make_element } from "./creation.js";
import { elements_with_class_names, elements_with_namespace_and_local_name, elements_with_qualified_name } from "./HTMLCollection.js";
import { NameMap } from "./ids.js";
import { adopt } from "./mutations.js";
import { HTML, is_a_valid_attribute_local_name, is_a_valid_element_local_name, validate_and_extract } from "./namespaces.js";
import { Node } from "./Node.js";
import { ParentNode } from "./node_mixins.js";
import { element_from } from "./trees.js";

/** https://dom.spec.whatwg.org/#interface-document ; what HTML adds is in document_members.js */
export class Document extends Node {
  url = "about:blank";
  content_type = "text/html";
  is_html_document = true;        // https://dom.spec.whatwg.org/#html-document
  mode = "no-quirks";
  encoding = "UTF-8";
  element_version = 0;            // ours, for live collections: counts elements that come and go,
  attribute_version = 0;          // and changes of attributes
  latest_changes = null;          // LatestChanges, once somebody asks for them
  ids;                            // ours: id → elements in the document
  node_iterators = null;          // ours: those that have to know what is removed
  children_collection = null;
  dom_implementation = null;
  // What HTML needs:
  default_view = null;            // the implementation object of its Window; null without a browsing context
  ready_state = "complete";
  referrer_string = "";
  last_modified = null;
  refresh = null;                // where it will go by itself: https://html.spec.whatwg.org/multipage/semantics.html#will-declaratively-refresh
  current_script = null;
  scripting = true;               // https://html.spec.whatwg.org/multipage/webappapis.html#concept-n-script , given a window
  fallback_base_url = null;       // about:srcdoc and about:blank take over another's
  base_element_url = null;        // the frozen base URL of the first base element with a href
  collections = null;             // ours: name → the collection
  named_elements;                 // ours: name → elements that document[name] gives
  visibility = "visible";
  active_element = null;
  loading = null;                 // html/loading/: parser, scripts to come, what delays the load event
  design_mode = "off";

  static {
    include(this, ParentNode);
    include(this, HTMLDocumentMembers);
    this.prototype.customElementRegistry = not_implemented("there are no custom elements");
    this.prototype.createRange = not_implemented("there are no ranges yet");
    for (const name of ["createExpression", "createNSResolver", "evaluate"]) {
      this.prototype[name] = not_implemented("there is no XPath");
    }
  }

  static constructor_steps() {
    const document = new Document("application/xml", false);
    document.ready_state = "complete";
    return document;
  }

  static parseHTMLUnsafe(html) {
    return load("html/loading/DOMParser.js").parse_html(html);
  }

  constructor(content_type = "text/html", is_html_document = true) {
    super(null);
    this.node_document = this;
    this.content_type = content_type;
    this.is_html_document = is_html_document;
    this.isConnected = true;
    this.ids = new NameMap(
      (name) => this.default_view?.name_appeared(name),
      (name) => this.default_view?.name_disappeared(name),
    );
    this.named_elements = new NameMap();
  }

  get nodeType() {
    return 9;
  }

  get nodeName() {
    return "#document";
  }

  get ownerDocument() {
    return null;
  }

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-window-object : documents lead to their window, except loads. */
  get_the_parent(event) {
    return event.type === "load" ? null : this.default_view;
  }

  get has_passive_default() {
    return true;
  }

  clone_itself(document) {
    const copy = new Document(this.content_type, this.is_html_document);
    copy.url = this.url;
    copy.mode = this.mode;
    copy.encoding = this.encoding;
    return copy;
  }

  get implementation() {
    return this.dom_implementation ??= new (load("dom/DOMImplementation.js").DOMImplementation)(this);
  }

  get URL() {
    return this.url;
  }

  get documentURI() {
    return this.url;
  }

  get compatMode() {
    return this.mode === "quirks" ? "BackCompat" : "CSS1Compat";
  }

  get characterSet() {
    return this.encoding;
  }

  get charset() {
    return this.encoding;
  }

  get inputEncoding() {
    return this.encoding;
  }

  get contentType() {
    return this.content_type;
  }

  get doctype() {
    for (let child = this.firstChild; child !== null; child = child.nextSibling) {
      if (child.nodeType === 10) {
        return child;
      }
    }
    return null;
  }

  get documentElement() {
    return element_from(this.firstChild);
  }

  getElementById(id) {
    return this.ids.first(id);
  }

  getElementsByTagName(qualified_name) {
    return elements_with_qualified_name(this, qualified_name);
  }

  getElementsByTagNameNS(namespace, local_name) {
    return elements_with_namespace_and_local_name(this, namespace, local_name);
  }

  getElementsByClassName(class_names) {
    return elements_with_class_names(this, class_names);
  }

  /** https://dom.spec.whatwg.org/#dom-document-createelement */
  createElement(local_name, options) {
    // 1. The name must be a valid element local name.
    if (!is_a_valid_element_local_name(local_name)) {
      throw new DOMException(`"${local_name}" is no name of an element`, "InvalidCharacterError");
    }
    // 2. An HTML document takes it in lower case.
    const name = this.is_html_document ? ascii_lowercase(local_name) : local_name;
    // 3–4. FIXME: custom elements (`options`).
    // 5. The HTML namespace, unless it is another XML document.
    const namespace = this.is_html_document || this.content_type === "application/xhtml+xml" ? HTML : null;
    // 6. Create the element.
    return make_element(this, name, namespace);
  }

  /** https://dom.spec.whatwg.org/#internal-createelementns-steps */
  createElementNS(namespace, qualified_name, options) {
    const [extracted, prefix, local_name] = validate_and_extract(namespace, qualified_name, "element");
    return make_element(this, local_name, extracted, prefix);
  }

  createDocumentFragment() {
    return new (load("dom/DocumentFragment.js").DocumentFragment)(this);
  }

  createTextNode(data) {
    return new (load("dom/Text.js").Text)(data, this);
  }

  createCDATASection(data) {
    if (this.is_html_document) {
      throw new DOMException("HTML documents have no CDATA sections", "NotSupportedError");
    }
    if (data.includes("]]>")) {
      throw new DOMException("]]> ends a CDATA section", "InvalidCharacterError");
    }
    return new (load("dom/Text.js").CDATASection)(data, this);
  }

  createComment(data) {
    return new (load("dom/Comment.js").Comment)(data, this);
  }

  createProcessingInstruction(target, data) {
    if (!/^[A-Za-z:_\u00C0-\u{10FFFF}][-.0-9A-Za-z:_\u00B7-\u{10FFFF}]*$/u.test(target)) {
      throw new DOMException(`"${target}" is no target of a processing instruction`, "InvalidCharacterError");
    }
    if (data.includes("?>")) {
      throw new DOMException("?> ends a processing instruction", "InvalidCharacterError");
    }
    return new (load("dom/Comment.js").ProcessingInstruction)(target, data, this);
  }

  /** https://dom.spec.whatwg.org/#dom-document-importnode */
  importNode(node, options) {
    // 1. A document cannot be imported.
    if (node.nodeType === 9) {
      throw new DOMException("a document cannot be imported", "NotSupportedError");
    }
    // 2–4. With its subtree?
    const subtree = typeof options === "boolean" ? options : !(options?.selfOnly ?? false);
    // 5. Clone the node.
    return clone_a_node(node, this, subtree);
  }

  adoptNode(node) {
    if (node.nodeType === 9) {
      throw new DOMException("a document cannot be adopted", "NotSupportedError");
    }
    adopt(node, this);
    return node;
  }

  createAttribute(local_name) {
    if (!is_a_valid_attribute_local_name(local_name)) {
      throw new DOMException(`"${local_name}" is no name of an attribute`, "InvalidCharacterError");
    }
    return new Attribute(null, null, this.is_html_document ? ascii_lowercase(local_name) : local_name, "").as_node(this);
  }

  createAttributeNS(namespace, qualified_name) {
    const [extracted, prefix, local_name] = validate_and_extract(namespace, qualified_name, "attribute");
    return new Attribute(extracted, prefix, local_name, "").as_node(this);
  }

  createEvent(name) {
    return load("dom/create_event.js").create_event_by_interface_name(name);
  }

  createNodeIterator(root, what_to_show, filter) {
    return new (load("dom/traversal.js").NodeIterator)(root, what_to_show, filter);
  }

  createTreeWalker(root, what_to_show, filter) {
    return new (load("dom/traversal.js").TreeWalker)(root, what_to_show, filter);
  }
}

/** https://dom.spec.whatwg.org/#xmldocument */
export class XMLDocument extends Document {}
