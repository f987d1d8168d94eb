import { number_of } from "../intrinsics.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { is_inclusive_ancestor, next_in_tree_order, next_skipping_children } from "./trees.js";

/** https://dom.spec.whatwg.org/#traversal */

const FILTER_ACCEPT = 1;
const FILTER_REJECT = 2;
const FILTER_SKIP = 3;

/** What both have. */
class Traversal {
  root;
  whatToShow;
  filter;
  active_flag = false;

  constructor(root, what_to_show, filter) {
    this.root = root;
    this.whatToShow = what_to_show;
    this.filter = filter;
  }
}

/** https://dom.spec.whatwg.org/#concept-node-filter */
function filter_a_node(traverser, node) {
  // 1. A filter is not called from within itself.
  if (traverser.active_flag) {
    throw new DOMException("the filter is running", "InvalidStateError");
  }
  // 2–3. Its kind is not wanted.
  if (!((1 << (node.nodeType - 1)) & traverser.whatToShow)) {
    return FILTER_SKIP;
  }
  // 4. Without a filter the node is accepted.
  const { filter } = traverser;
  if (filter === null) {
    return FILTER_ACCEPT;
  }
  // 5–8. Ask the script.
  traverser.active_flag = true;
  try {
    const node_object = platform_object_of(node);
    if (typeof filter === "function") {
      return number_of(invoke_callback(filter, undefined, [node_object])) & 0xFFFF;
    }
    const accept = filter.acceptNode;
    if (typeof accept !== "function") {
      throw new TypeError("NodeFilter.acceptNode is not a function");
    }
    return number_of(invoke_callback(accept, filter, [node_object])) & 0xFFFF;
  } finally {
    traverser.active_flag = false;
  }
}

const last_inside = (node) => {
  while (node.lastChild !== null) {
    node = node.lastChild;
  }
  return node;
};

/** The node before `node` in tree order, within `root`. */
function previous_in_tree_order(node, root) {
  if (node === root) {
    return null;
  }
  return node.previousSibling === null ? node.parentNode : last_inside(node.previousSibling);
}

/** https://dom.spec.whatwg.org/#interface-nodeiterator */
export class NodeIterator extends Traversal {
  referenceNode;
  pointerBeforeReferenceNode = true;

  constructor(root, what_to_show, filter) {
    super(root, what_to_show, filter);
    this.referenceNode = root;
    const document = root.node_document;
    document.node_iterators ??= new Set();
    document.node_iterators.add(this);
  }

  nextNode() {
    return traverse(this, true);
  }

  previousNode() {
    return traverse(this, false);
  }

  detach() {}

  /** https://dom.spec.whatwg.org/#nodeiterator-pre-removing-steps */
  pre_removing_steps(to_be_removed) {
    // 1. Only if the reference is in the node, and the root is not.
    if (!is_inclusive_ancestor(to_be_removed, this.referenceNode) || is_inclusive_ancestor(to_be_removed, this.root)) {
      return;
    }
    // 2. The next node becomes the reference, if the pointer is before it and there is one.
    if (this.pointerBeforeReferenceNode) {
      const next = next_skipping_children(to_be_removed, this.root);
      if (next !== null) {
        this.referenceNode = next;
        return;
      }
      this.pointerBeforeReferenceNode = false;
    }
    // 3. Otherwise the node that precedes becomes it.
    this.referenceNode = to_be_removed.previousSibling === null ? to_be_removed.parentNode : last_inside(to_be_removed.previousSibling);
  }
}

/** https://dom.spec.whatwg.org/#concept-nodeiterator-traverse */
function traverse(iterator, forwards) {
  // 1–2. From here.
  let node = iterator.referenceNode;
  let before = iterator.pointerBeforeReferenceNode;
  // 3. Go on until the filter accepts a node.
  for (;;) {
    if (before === forwards) {
      before = !before;
    } else {
      node = forwards ? next_in_tree_order(node, iterator.root) : previous_in_tree_order(node, iterator.root);
      if (node === null) {
        return null;
      }
    }
    if (filter_a_node(iterator, node) === FILTER_ACCEPT) {
      break;
    }
  }
  // 4–6. Here.
  iterator.referenceNode = node;
  iterator.pointerBeforeReferenceNode = before;
  return node;
}

/** https://dom.spec.whatwg.org/#interface-treewalker */
export class TreeWalker extends Traversal {
  currentNode;

  constructor(root, what_to_show, filter) {
    super(root, what_to_show, filter);
    this.currentNode = root;
  }

  accept(node) {
    this.currentNode = node;
    return node;
  }

  parentNode() {
    for (let node = this.currentNode; node !== null && node !== this.root;) {
      node = node.parentNode;
      if (node !== null && filter_a_node(this, node) === FILTER_ACCEPT) {
        return this.accept(node);
      }
    }
    return null;
  }

  firstChild() {
    return traverse_children(this, "firstChild", "nextSibling");
  }

  lastChild() {
    return traverse_children(this, "lastChild", "previousSibling");
  }

  previousSibling() {
    return traverse_siblings(this, "lastChild", "previousSibling");
  }

  nextSibling() {
    return traverse_siblings(this, "firstChild", "nextSibling");
  }

  previousNode() {
    for (let node = this.currentNode; node !== this.root;) {
      for (let sibling = node.previousSibling; sibling !== null; sibling = node.previousSibling) {
        node = sibling;
        let result = filter_a_node(this, node);
        while (result !== FILTER_REJECT && node.firstChild !== null) {
          node = node.lastChild;
          result = filter_a_node(this, node);
        }
        if (result === FILTER_ACCEPT) {
          return this.accept(node);
        }
      }
      if (node === this.root || node.parentNode === null) {
        return null;
      }
      node = node.parentNode;
      if (filter_a_node(this, node) === FILTER_ACCEPT) {
        return this.accept(node);
      }
    }
    return null;
  }

  nextNode() {
    let node = this.currentNode;
    let result = FILTER_ACCEPT;
    for (;;) {
      while (result !== FILTER_REJECT && node.firstChild !== null) {
        node = node.firstChild;
        result = filter_a_node(this, node);
        if (result === FILTER_ACCEPT) {
          return this.accept(node);
        }
      }
      node = next_skipping_children(node, this.root);
      if (node === null) {
        return null;
      }
      result = filter_a_node(this, node);
      if (result === FILTER_ACCEPT) {
        return this.accept(node);
      }
    }
  }
}

/** https://dom.spec.whatwg.org/#concept-traverse-children */
function traverse_children(walker, first, next) {
  let node = walker.currentNode[first];
  while (node !== null) {
    const result = filter_a_node(walker, node);
    if (result === FILTER_ACCEPT) {
      return walker.accept(node);
    }
    if (result === FILTER_SKIP && node[first] !== null) {
      node = node[first];
      continue;
    }
    while (node[next] === null) {
      const parent = node.parentNode;
      if (parent === null || parent === walker.root || parent === walker.currentNode) {
        return null;
      }
      node = parent;
    }
    node = node[next];
  }
  return null;
}

/** https://dom.spec.whatwg.org/#concept-traverse-siblings */
function traverse_siblings(walker, first, next) {
  let node = walker.currentNode;
  if (node === walker.root) {
    return null;
  }
  for (;;) {
    let sibling = node[next];
    while (sibling !== null) {
      node = sibling;
      const result = filter_a_node(walker, node);
      if (result === FILTER_ACCEPT) {
        return walker.accept(node);
      }
      sibling = node[first];
      if (result === FILTER_REJECT || sibling === null) {
        sibling = node[next];
      }
    }
    node = node.parentNode;
    if (node === null || node === walker.root || filter_a_node(walker, node) === FILTER_ACCEPT) {
      return null;
    }
  }
}

/** https://dom.spec.whatwg.org/#interface-nodefilter ; a script's own objects implement it. */
export class NodeFilter {}
