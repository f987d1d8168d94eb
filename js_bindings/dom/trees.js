/** Walking trees: https://dom.spec.whatwg.org/#trees */

/** https://dom.spec.whatwg.org/#concept-tree-root */
export function root_of(node) {
  while (node.parentNode !== null) {
    node = node.parentNode;
  }
  return node;
}

/** https://dom.spec.whatwg.org/#concept-tree-inclusive-ancestor : is `ancestor` one of `node`? */
export function is_inclusive_ancestor(ancestor, node) {
  for (let up = node; up !== null; up = up.parentNode) {
    if (up === ancestor) {
      return true;
    }
  }
  return false;
}

/** The node after `node` in tree order, within `root`; null at the end. */
export function next_in_tree_order(node, root) {
  return node.firstChild ?? next_skipping_children(node, root);
}

/** The same, past all that is inside `node`. */
export function next_skipping_children(node, root) {
  for (let up = node; up !== null && up !== root; up = up.parentNode) {
    if (up.nextSibling !== null) {
      return up.nextSibling;
    }
  }
  return null;
}

/** The node before `node` in tree order, within `root`; null at the beginning: `root` itself is not given. */
export function previous_in_tree_order(node, root) {
  if (node.previousSibling === null) {
    return node.parentNode === root ? null : node.parentNode;
  }
  let last = node.previousSibling;
  while (last.lastChild !== null) {
    last = last.lastChild;
  }
  return last;
}

/** `node` and everything inside, in tree order, as an array: for steps that may change the tree. */
export function inclusive_descendants(node) {
  const all = [node];
  for (let inner = node.firstChild; inner !== null; inner = next_in_tree_order(inner, node)) {
    all.push(inner);
  }
  return all;
}

/** https://dom.spec.whatwg.org/#concept-tree-index */
export function index_of(node) {
  let index = 0;
  for (let sibling = node.previousSibling; sibling !== null; sibling = sibling.previousSibling) {
    ++index;
  }
  return index;
}

/** The children, as an array. */
export function children_of(node) {
  const children = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    children.push(child);
  }
  return children;
}

/** The next sibling that is an element, starting at `node` itself; null if there is none. */
export function element_from(node) {
  while (node !== null && node.nodeType !== 1) {
    node = node.nextSibling;
  }
  return node;
}

/** The same, backwards. */
export function element_back_from(node) {
  while (node !== null && node.nodeType !== 1) {
    node = node.previousSibling;
  }
  return node;
}
