import { EventTarget } from "./EventTarget.js";
import { locate_a_namespace, locate_a_namespace_prefix } from "./namespaces.js";
import { clone_a_node } from "./cloning.js";
import { append, pre_insert, pre_remove, replace, replace_all } from "./mutations.js";
import { is_inclusive_ancestor, next_in_tree_order, root_of } from "./trees.js";
import { load } from "../webidl/lazy.js";

export const ELEMENT = 1;
export const ATTRIBUTE = 2;
export const TEXT = 3;
export const CDATA_SECTION = 4;
export const PROCESSING_INSTRUCTION = 7;
export const COMMENT = 8;
export const DOCUMENT = 9;
export const DOCUMENT_TYPE = 10;
export const DOCUMENT_FRAGMENT = 11;

const DISCONNECTED = 1;
const PRECEDING = 2;
const FOLLOWING = 4;
const CONTAINS = 8;
const CONTAINED_BY = 16;
const IMPLEMENTATION_SPECIFIC = 32;

/**
 * https://dom.spec.whatwg.org/#interface-node
 *
 * OPTIMIZATION: children are a linked list, so that insertion and removal cost the same however many there are.
 */
export class Node extends EventTarget {
  node_document = null;         // https://dom.spec.whatwg.org/#concept-node-document
  parentNode = null;
  firstChild = null;
  lastChild = null;
  previousSibling = null;
  nextSibling = null;
  child_count = 0;
  isConnected = false;
  registered_observers = null;  // https://dom.spec.whatwg.org/#registered-observer-list , as observer → those of it; null until there is one
  child_nodes = null;           // the live list, once somebody asked for it

  constructor(node_document = null) {
    super();
    this.node_document = node_document;
  }

  /** https://dom.spec.whatwg.org/#get-the-parent */
  get_the_parent(event) {
    return this.parentNode;
  }

  get ownerDocument() {
    return this.node_document;
  }

  get baseURI() {
    return this.node_document.base_url;
  }

  get parentElement() {
    return this.parentNode !== null && this.parentNode.nodeType === ELEMENT ? this.parentNode : null;
  }

  getRootNode(options) {
    return root_of(this);
  }

  hasChildNodes() {
    return this.firstChild !== null;
  }

  get childNodes() {
    return this.child_nodes ??= new (load("dom/NodeList.js").ChildNodes)(this);
  }

  get nodeValue() {
    return null;
  }

  set nodeValue(value) {}

  get textContent() {
    return null;
  }

  set textContent(value) {}

  /** https://dom.spec.whatwg.org/#dom-node-normalize */
  normalize() {
    for (let node = this.firstChild; node !== null;) {
      const following = next_in_tree_order(node, this);
      if (node.nodeType === TEXT) {
        // 1–2. Remove a text node without data.
        if (node.data.length === 0) {
          pre_remove(node, node.parentNode);
        } else {
          // 3–7. Append the data of the text nodes that follow, and remove these.
          let next = node.nextSibling;
          let data = "";
          const merged = [];
          for (; next !== null && next.nodeType === TEXT; next = next.nextSibling) {
            data += next.data;
            merged.push(next);
          }
          if (merged.length > 0) {
            node.appendData(data);
            merged.forEach((other) => pre_remove(other, other.parentNode));
          }
          node = next_in_tree_order(node, this);
          continue;
        }
      }
      node = following;
    }
  }

  cloneNode(subtree) {
    return clone_a_node(this, null, subtree);
  }

  isEqualNode(other) {
    return other !== null && load("dom/equality.js").equals(this, other);
  }

  isSameNode(other) {
    return other === this;
  }

  /** https://dom.spec.whatwg.org/#dom-node-comparedocumentposition */
  compareDocumentPosition(other) {
    // 1. A node compared with itself.
    if (this === other) {
      return 0;
    }
    // 2–5. Attributes are compared by their elements, and come before the children of these.
    const [attribute1, node1] = other.nodeType === ATTRIBUTE ? [other, other.ownerElement] : [null, other];
    const [attribute2, node2] = this.nodeType === ATTRIBUTE ? [this, this.ownerElement] : [null, this];
    if (attribute1 !== null && attribute2 !== null && node1 !== null && node1 === node2) {
      const names = node1.attribute_list;
      return IMPLEMENTATION_SPECIFIC + (names.indexOf(attribute1.attribute) < names.indexOf(attribute2.attribute) ? PRECEDING : FOLLOWING);
    }
    // 6. Nodes without a common root are put into some order, always the same.
    if (node1 === null || node2 === null || root_of(node1) !== root_of(node2)) {
      return DISCONNECTED + IMPLEMENTATION_SPECIFIC + PRECEDING;
    }
    // 7–8. One contains the other.
    if ((is_inclusive_ancestor(node1, node2) && node1 !== node2 && attribute1 === null) || (node1 === node2 && attribute2 !== null)) {
      return CONTAINS + PRECEDING;
    }
    if ((is_inclusive_ancestor(node2, node1) && node1 !== node2 && attribute2 === null) || (node1 === node2 && attribute1 !== null)) {
      return CONTAINED_BY + FOLLOWING;
    }
    // 9–10. One precedes the other.
    return comes_before(node1, node2) ? PRECEDING : FOLLOWING;
  }

  contains(other) {
    return other !== null && is_inclusive_ancestor(this, other);
  }

  lookupPrefix(namespace) {
    if (namespace === null || namespace === "") {
      return null;
    }
    const element = element_for_namespaces(this);
    return element === null ? null : locate_a_namespace_prefix(element, namespace);
  }

  lookupNamespaceURI(prefix) {
    const element = element_for_namespaces(this);
    return element === null ? null : locate_a_namespace(element, prefix === "" ? null : prefix);
  }

  isDefaultNamespace(namespace) {
    return this.lookupNamespaceURI(null) === (namespace === "" ? null : namespace);
  }

  insertBefore(node, child) {
    return pre_insert(node, this, child);
  }

  appendChild(node) {
    return append(node, this);
  }

  replaceChild(node, child) {
    return replace(child, node, this);
  }

  removeChild(child) {
    return pre_remove(child, this);
  }

  /** Ours: is it an element of HTML with this local name? */
  is_html(local_name) {
    return false;
  }
}

/** Ours: where the namespaces of a node are declared. */
function element_for_namespaces(node) {
  switch (node.nodeType) {
    case ELEMENT:
      return node;
    case DOCUMENT:
      return node.documentElement;
    case DOCUMENT_TYPE:
    case DOCUMENT_FRAGMENT:
      return null;
    case ATTRIBUTE:
      return node.ownerElement;
    default:
      return node.parentElement;
  }
}

/** https://dom.spec.whatwg.org/#concept-tree-preceding , for two nodes of one tree that do not contain each other */
export function comes_before(node, other) {
  const ancestors = new Map();
  for (let up = node, below = null; up !== null; below = up, up = up.parentNode) {
    ancestors.set(up, below);
  }
  let below = null;
  let up = other;
  for (; !ancestors.has(up); below = up, up = up.parentNode) {}
  const mine = ancestors.get(up);
  if (mine === null || below === null) {
    return mine === null;
  }
  // OPTIMIZATION: in both directions by turns, as far as the nearer of the other one and an end.
  for (let after = mine, before = mine;;) {
    after = after.nextSibling;
    if (after === null || after === below) {
      return after !== null;
    }
    before = before.previousSibling;
    if (before === null || before === below) {
      return before === null;
    }
  }
}

/** https://dom.spec.whatwg.org/#string-replace-all , for elements and fragments */
export function string_replace_all(string, parent) {
  // 1–2. Make a text node, if the string is not empty.
  const node = string === "" ? null : new (load("dom/Text.js").Text)(string, parent.node_document);
  // 3. Replace all children with it.
  replace_all(node, parent);
}

/** https://dom.spec.whatwg.org/#concept-descendant-text-content */
export function descendant_text_content(parent) {
  let text = "";
  for (let node = parent.firstChild; node !== null; node = next_in_tree_order(node, parent)) {
    if (node.nodeType === TEXT || node.nodeType === CDATA_SECTION) {
      text += node.data;
    }
  }
  return text;
}

/** https://dom.spec.whatwg.org/#concept-child-text-content */
export function child_text_content(parent) {
  let text = "";
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === TEXT || node.nodeType === CDATA_SECTION) {
      text += node.data;
    }
  }
  return text;
}

