import { append } from "./mutations.js";

/** https://dom.spec.whatwg.org/#concept-node-clone : `document` null means the node's own. */
export function clone_a_node(node, document = null, subtree = false, parent = null) {
  // 1. The document of the clone.
  document ??= node.node_document ?? node;
  // 2–4. Clone the node itself: https://dom.spec.whatwg.org/#clone-a-single-node
  const copy = node.clone_itself(document);
  // 5. Run the cloning steps of special elements.
  node.cloning_steps?.(copy, subtree);
  // 6. Append it to the parent.
  if (parent !== null) {
    append(copy, parent);
  }
  // 7. Clone the children.
  if (subtree) {
    const owner = copy.nodeType === 9 ? copy : document;
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      clone_a_node(child, owner, true, copy);
    }
  }
  // 8–9. NB: no shadow roots.
  return copy;
}
