import { load } from "../webidl/lazy.js";
import { note_element_change, observation, queue_a_tree_mutation_record } from "./observation.js";
import { children_of, inclusive_descendants } from "./trees.js";

/** Changing trees: https://dom.spec.whatwg.org/#mutation-algorithms */

const ELEMENT = 1;
const TEXT = 3;
const DOCUMENT = 9;
const DOCUMENT_TYPE = 10;
const DOCUMENT_FRAGMENT = 11;

function hierarchy_request_error(why) {
  return new DOMException(why, "HierarchyRequestError");
}

const can_have_children = (node) => node.nodeType === ELEMENT || node.nodeType === DOCUMENT || node.nodeType === DOCUMENT_FRAGMENT;

const has_child_of_type = (parent, type, besides = null) => {
  for (let child = parent.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === type && child !== besides) {
      return true;
    }
  }
  return false;
};

const is_followed_by_a_doctype = (child) => {
  for (let node = child; node !== null; node = node.nextSibling) {
    if (node.nodeType === DOCUMENT_TYPE) {
      return true;
    }
  }
  return false;
};

const is_preceded_by_an_element = (child) => {
  for (let node = child.previousSibling; node !== null; node = node.previousSibling) {
    if (node.nodeType === ELEMENT) {
      return true;
    }
  }
  return false;
};

/** Ours: what both validity checks begin with. */
function check_hierarchy(node, parent, child) {
  // 1. Only a document, a fragment or an element has children.
  if (!can_have_children(parent)) {
    throw hierarchy_request_error(`a ${parent.nodeName} cannot have children`);
  }
  // 2. A node cannot go into itself.
  if (is_host_including_inclusive_ancestor(node, parent)) {
    throw hierarchy_request_error("a node cannot be put into itself");
  }
  // 3. The child must be one of the parent.
  if (child !== null && child.parentNode !== parent) {
    throw new DOMException("the reference node is not a child of this node", "NotFoundError");
  }
  // 4. The node must be one that has parents.
  if (node.nodeType === DOCUMENT || node.nodeType === 2) {
    throw hierarchy_request_error(`a ${node.nodeName} cannot be a child`);
  }
  // 5. A document has no text, and only a document has a doctype.
  if ((is_text(node) && parent.nodeType === DOCUMENT) || (node.nodeType === DOCUMENT_TYPE && parent.nodeType !== DOCUMENT)) {
    throw hierarchy_request_error(`a ${node.nodeName} cannot be put into a ${parent.nodeName}`);
  }
}

const is_text = (node) => node.nodeType === TEXT || node.nodeType === 4;

/** https://dom.spec.whatwg.org/#concept-tree-host-including-inclusive-ancestor */
function is_host_including_inclusive_ancestor(ancestor, node) {
  // OPTIMIZATION: who has no children contains nobody else (the content of a template has a host).
  if (ancestor.firstChild === null && ancestor !== node && !ancestor.is_html("template")) {
    return false;
  }
  for (let up = node; up !== null; up = up.parentNode ?? up.host ?? null) {
    if (up === ancestor) {
      return true;
    }
  }
  return false;
}

/** https://dom.spec.whatwg.org/#concept-node-ensure-pre-insertion-validity */
export function ensure_pre_insertion_validity(node, parent, child) {
  // 1–5. Check the kinds of parent and node, that the parent is not inside the node, and whose child `child` is.
  check_hierarchy(node, parent, child);
  // 6. A document has at most one element and one doctype, in the other order.
  if (parent.nodeType !== DOCUMENT) {
    return;
  }
  const element_fits = () => !has_child_of_type(parent, ELEMENT) && !(child !== null && is_followed_by_a_doctype(child));
  if (node.nodeType === DOCUMENT_FRAGMENT) {
    const elements = children_of(node).filter(({ nodeType }) => nodeType === ELEMENT).length;
    if (elements > 1 || children_of(node).some(is_text) || (elements === 1 && !element_fits())) {
      throw hierarchy_request_error("a document has one element and no text");
    }
  } else if (node.nodeType === ELEMENT) {
    if (!element_fits()) {
      throw hierarchy_request_error("a document has one element, after its doctype");
    }
  } else if (node.nodeType === DOCUMENT_TYPE) {
    if (has_child_of_type(parent, DOCUMENT_TYPE) || (child !== null ? is_preceded_by_an_element(child) : has_child_of_type(parent, ELEMENT))) {
      throw hierarchy_request_error("a document has one doctype, before its element");
    }
  }
}

/** https://dom.spec.whatwg.org/#concept-node-pre-insert */
export function pre_insert(node, parent, child) {
  // 1. Ensure pre-insertion validity.
  ensure_pre_insertion_validity(node, parent, child);
  // 2–3. The reference child is not the node itself.
  const reference_child = child === node ? node.nextSibling : child;
  // 4–5. Insert the node.
  insert(node, parent, reference_child);
  return node;
}

/** https://dom.spec.whatwg.org/#concept-node-append */
export function append(node, parent) {
  return pre_insert(node, parent, null);
}

/** https://dom.spec.whatwg.org/#concept-node-insert */
export function insert(node, parent, child, suppress_observers = false) {
  // 1. The nodes: of a fragment its children.
  const is_fragment = node.nodeType === DOCUMENT_FRAGMENT;
  const nodes = is_fragment ? children_of(node) : [node];
  // 2–3. Without nodes nothing happens.
  if (nodes.length === 0) {
    return;
  }
  // 4. Remove the children of the fragment.
  if (is_fragment) {
    nodes.forEach((each) => remove(each, true));
    queue_a_tree_mutation_record(node, [], nodes, null, null);
  }
  // 5. NB: live ranges look at the tree when asked.
  // 6. The previous sibling.
  const previous_sibling = child === null ? parent.lastChild : child.previousSibling;
  // 7. For each node:
  const document = parent.node_document ?? parent;
  for (const each of nodes) {
    // 7.1. Adopt it.
    adopt(each, document);
    // 7.2–7.3. Insert it into the children of the parent.
    link(each, parent, child);
    // 7.4–7.6. NB: no shadow trees.
    // 7.7. Run the insertion steps of each inclusive descendant.
    // NB: only what is in a document cares.
    if (parent.isConnected) {
      connect(each);
    }
  }
  for (const each of nodes) {
    if (each.nodeType === ELEMENT) {
      note_element_change(document, each);
    }
  }
  // 8. Queue a tree mutation record.
  if (!suppress_observers) {
    queue_a_tree_mutation_record(parent, nodes, [], previous_sibling, child);
  }
  // 9. Run the children changed steps.
  parent.children_changed_steps?.();
  // 10–12. Run the post-connection steps, in which scripts run.
  if (parent.isConnected) {
    const acting = [];
    for (const each of nodes) {
      for (const inner of each.firstChild === null ? [each] : inclusive_descendants(each)) {
        if (inner.post_connection_steps !== undefined) {
          acting.push(inner);
        }
      }
    }
    for (const each of acting) {
      if (each.isConnected) {
        each.post_connection_steps();
      }
    }
  }
}

/** Ours: the list of children. */
function link(node, parent, child) {
  node.parentNode = parent;
  if (child === null) {
    node.previousSibling = parent.lastChild;
    if (parent.lastChild === null) {
      parent.firstChild = node;
    } else {
      parent.lastChild.nextSibling = node;
    }
    parent.lastChild = node;
  } else {
    node.nextSibling = child;
    node.previousSibling = child.previousSibling;
    if (child.previousSibling === null) {
      parent.firstChild = node;
    } else {
      child.previousSibling.nextSibling = node;
    }
    child.previousSibling = node;
  }
  ++parent.child_count;
  parent.child_nodes?.child_has_come(node, child);
}

function connect(node) {
  if (node.firstChild === null) {
    node.isConnected = true;
    node.insertion_steps?.();
    return;
  }
  for (const inner of inclusive_descendants(node)) {
    inner.isConnected = true;
    inner.insertion_steps?.();
  }
}

/** https://dom.spec.whatwg.org/#concept-node-replace */
export function replace(child, node, parent) {
  // 1–5. Check the kinds of parent and node, and whose child the old one is.
  check_hierarchy(node, parent, child);
  // 6. A document must keep at most one element and one doctype, in the other order.
  if (parent.nodeType === DOCUMENT) {
    const element_fits = () => !has_child_of_type(parent, ELEMENT, child) && !is_followed_by_a_doctype(child.nextSibling);
    if (node.nodeType === DOCUMENT_FRAGMENT) {
      const elements = children_of(node).filter(({ nodeType }) => nodeType === ELEMENT).length;
      if (elements > 1 || children_of(node).some(is_text) || (elements === 1 && !element_fits())) {
        throw hierarchy_request_error("a document has one element and no text");
      }
    } else if (node.nodeType === ELEMENT && !element_fits()) {
      throw hierarchy_request_error("a document has one element, after its doctype");
    } else if (node.nodeType === DOCUMENT_TYPE && (has_child_of_type(parent, DOCUMENT_TYPE, child) || is_preceded_by_an_element(child))) {
      throw hierarchy_request_error("a document has one doctype, before its element");
    }
  }
  // 7–9. Find the reference child.
  let reference_child = child.nextSibling;
  if (reference_child === node) {
    reference_child = node.nextSibling;
  }
  const previous_sibling = child.previousSibling === node ? node.previousSibling : child.previousSibling;
  // AD-HOC: the new one leaves its place first, as in browsers, not when it is inserted; records tell.
  if (node.parentNode !== null) {
    adopt(node, parent.node_document);
  }
  // 10–11. Remove the child.
  const removed = [];
  if (child.parentNode !== null) {
    removed.push(child);
    remove(child, true);
  }
  // 12–13. Insert the node.
  const nodes = node.nodeType === DOCUMENT_FRAGMENT ? children_of(node) : [node];
  insert(node, parent, reference_child, true);
  // 14. Queue one tree mutation record for both.
  queue_a_tree_mutation_record(parent, nodes, removed, previous_sibling, reference_child);
  // 15. The child that was replaced.
  return child;
}

/** https://dom.spec.whatwg.org/#concept-node-replace-all */
export function replace_all(node, parent) {
  // 1–4. The nodes that are removed and added.
  const removed = children_of(parent);
  const added = node === null ? [] : node.nodeType === DOCUMENT_FRAGMENT ? children_of(node) : [node];
  // 5. Remove all children.
  removed.forEach((child) => remove(child, true));
  // 6. Insert the node.
  if (node !== null) {
    insert(node, parent, null, true);
  }
  // 7. Queue one tree mutation record.
  if (added.length > 0 || removed.length > 0) {
    queue_a_tree_mutation_record(parent, added, removed, null, null);
  }
}

/** https://dom.spec.whatwg.org/#concept-node-pre-remove */
export function pre_remove(child, parent) {
  // 1. The child must be one of the parent.
  if (child.parentNode !== parent) {
    throw new DOMException("the node to be removed is not a child of this node", "NotFoundError");
  }
  // 2–3. Remove it.
  remove(child);
  return child;
}

/** https://dom.spec.whatwg.org/#concept-node-remove */
export function remove(node, suppress_observers = false) {
  // 1–2. The parent of the node.
  const parent = node.parentNode;
  const document = node.node_document;
  // 3. NB: live ranges look at the tree when asked.
  // 4. Run the pre-removing steps of the node iterators.
  document.node_iterators?.forEach((iterator) => iterator.pre_removing_steps(node));
  // 5–7. Remove the node from the children of its parent.
  const previous_sibling = node.previousSibling;
  const next_sibling = node.nextSibling;
  if (previous_sibling === null) {
    parent.firstChild = next_sibling;
  } else {
    previous_sibling.nextSibling = next_sibling;
  }
  if (next_sibling === null) {
    parent.lastChild = previous_sibling;
  } else {
    next_sibling.previousSibling = previous_sibling;
  }
  node.parentNode = node.previousSibling = node.nextSibling = null;
  --parent.child_count;
  parent.child_nodes?.child_has_gone(node);
  if (node.nodeType === ELEMENT) {
    note_element_change(document, node);
  }
  // 8–10. NB: no shadow trees.
  // 11–14. Run the removing steps of each inclusive descendant.
  if (node.isConnected) {
    for (const inner of node.firstChild === null ? [node] : inclusive_descendants(node)) {
      inner.isConnected = false;
      inner.removing_steps?.(parent);
    }
  }
  // 15. Transient registered observers go on watching for the ancestors.
  if (observation.observers > 0) {
    load("dom/MutationObserver.js").add_transient_registered_observers(node, parent);
  }
  // 16. Queue a tree mutation record.
  if (!suppress_observers) {
    queue_a_tree_mutation_record(parent, [], [node], previous_sibling, next_sibling);
  }
  // 17. Run the children changed steps of the parent.
  parent.children_changed_steps?.();
}

/** https://dom.spec.whatwg.org/#concept-node-adopt */
export function adopt(node, document) {
  // 1–2. Remove the node from its parent.
  const old_document = node.node_document;
  if (node.parentNode !== null) {
    remove(node);
  }
  // 3. Another document:
  if (document !== old_document) {
    for (const inner of inclusive_descendants(node)) {
      // 3.1. Set the node document of each inclusive descendant (attributes ask their element).
      inner.node_document = document;
      // 3.2–3.3. NB: no custom elements. Adopting steps.
      inner.adopting_steps?.(old_document);
    }
  }
}

/** https://dom.spec.whatwg.org/#converting-nodes-into-a-node */
export function convert_nodes_into_a_node(nodes, document) {
  // 1–2. Strings become text.
  const converted = nodes.map((node) => (typeof node === "string" ? new (load("dom/Text.js").Text)(node, document) : node));
  // 3. A single node is used itself.
  if (converted.length === 1) {
    return converted[0];
  }
  // 4. Several are appended to a fragment.
  const fragment = new (load("dom/DocumentFragment.js").DocumentFragment)(document);
  converted.forEach((node) => append(node, fragment));
  // 5. The fragment.
  return fragment;
}

