import { load } from "../webidl/lazy.js";
import { append, convert_nodes_into_a_node, ensure_pre_insertion_validity, pre_insert, remove, replace, replace_all } from "./mutations.js";
import { element_back_from, element_from } from "./trees.js";

/** https://dom.spec.whatwg.org/#interface-parentnode */
export class ParentNode {
  get children() {
    return this.children_collection ??= load("dom/HTMLCollection.js").children_collection(this);
  }

  get firstElementChild() {
    return element_from(this.firstChild);
  }

  get lastElementChild() {
    return element_back_from(this.lastChild);
  }

  get childElementCount() {
    let count = 0;
    for (let child = element_from(this.firstChild); child !== null; child = element_from(child.nextSibling)) {
      ++count;
    }
    return count;
  }

  prepend(...nodes) {
    pre_insert(convert_nodes_into_a_node(nodes, this.node_document ?? this), this, this.firstChild);
  }

  append(...nodes) {
    append(convert_nodes_into_a_node(nodes, this.node_document ?? this), this);
  }

  /** https://dom.spec.whatwg.org/#dom-parentnode-replacechildren */
  replaceChildren(...nodes) {
    // 1. Convert the nodes into a node.
    const node = convert_nodes_into_a_node(nodes, this.node_document ?? this);
    // 2. Ensure pre-insertion validity, before anything is removed.
    ensure_pre_insertion_validity(node, this, null);
    // 3. Replace all with it.
    replace_all(node, this);
  }

  /** https://dom.spec.whatwg.org/#dom-parentnode-movebefore */
  moveBefore(node, child) {
    // AD-HOC: there is no state (of frames, of focus) that a move would keep and an insertion lose.
    if (node.isConnected !== this.isConnected) {
      throw new DOMException("only nodes of the same kind of tree can be moved", "HierarchyRequestError");
    }
    pre_insert(node, this, child);
  }

  querySelector(selectors) {
    return load("selectors/match.js").query_selector(this, selectors);
  }

  querySelectorAll(selectors) {
    return new (load("dom/NodeList.js").NodeList)(load("selectors/match.js").query_selector_all(this, selectors));
  }
}

/** https://dom.spec.whatwg.org/#interface-nondocumenttypechildnode */
export class NonDocumentTypeChildNode {
  get previousElementSibling() {
    return element_back_from(this.previousSibling);
  }

  get nextElementSibling() {
    return element_from(this.nextSibling);
  }
}

/** https://dom.spec.whatwg.org/#interface-childnode */
export class ChildNode {
  before(...nodes) {
    // 1–2. Only among siblings.
    const parent = this.parentNode;
    if (parent === null) {
      return;
    }
    // 3–5. After the first sibling before this that is not among them.
    let previous = this.previousSibling;
    while (previous !== null && nodes.includes(previous)) {
      previous = previous.previousSibling;
    }
    const node = convert_nodes_into_a_node(nodes, this.node_document);
    // 6. Pre-insert it.
    pre_insert(node, parent, previous === null ? parent.firstChild : previous.nextSibling);
  }

  after(...nodes) {
    const parent = this.parentNode;
    if (parent === null) {
      return;
    }
    const next = viable_next_sibling(this, nodes);
    pre_insert(convert_nodes_into_a_node(nodes, this.node_document), parent, next);
  }

  replaceWith(...nodes) {
    const parent = this.parentNode;
    if (parent === null) {
      return;
    }
    const next = viable_next_sibling(this, nodes);
    const node = convert_nodes_into_a_node(nodes, this.node_document);
    if (this.parentNode === parent) {
      replace(this, node, parent);
    } else {
      pre_insert(node, parent, next);
    }
  }

  remove() {
    if (this.parentNode !== null) {
      remove(this);
    }
  }
}

function viable_next_sibling(node, nodes) {
  let next = node.nextSibling;
  while (next !== null && nodes.includes(next)) {
    next = next.nextSibling;
  }
  return next;
}

/** https://dom.spec.whatwg.org/#interface-nonelementparentnode , for fragments; documents keep a map. */
export class NonElementParentNode {
  getElementById(id) {
    return load("dom/ids.js").first_element_with_id(this, id);
  }
}
