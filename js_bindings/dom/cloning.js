import { append } from "./mutations.js";

/** https://dom.spec.whatwg.org/#concept-node-clone : `document` null means the node's own. */
export function clone_a_node(node, document = null, subtree = false, parent = null) {
  // 1. Whose it will be.
  document ??= node.node_document ?? node;
  // 2–4. Itself: https://dom.spec.whatwg.org/#clone-a-single-node
  const copy = node.clone_itself(document);
  // 5. Cloning steps of special elements.
  node.cloning_steps?.(copy, subtree);
  // 6. Its place.
  if (parent !== null) {
    append(copy, parent);
  }
  // 7. Its children.
  if (subtree) {
    const owner = copy.nodeType === 9 ? copy : document;
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      clone_a_node(child, owner, true, copy);
    }
  }
  // 8–9. NB: no shadow roots.
  return copy;
}
