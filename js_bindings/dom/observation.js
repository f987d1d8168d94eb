import { load } from "../webidl/lazy.js";

/** Ours: how many mutation observers watch something. As long as it is none, nothing has to be recorded. */
export const observation = { observers: 0 };

/** https://dom.spec.whatwg.org/#queue-a-tree-mutation-record */
export function queue_a_tree_mutation_record(target, added_nodes, removed_nodes, previous_sibling, next_sibling) {
  if (observation.observers > 0) {
    load("dom/MutationObserver.js").queue_a_mutation_record(
      "childList", target, null, null, null, added_nodes, removed_nodes, previous_sibling, next_sibling,
    );
  }
}

/** https://dom.spec.whatwg.org/#queue-a-mutation-record , for an attribute or for text */
export function queue_a_value_mutation_record(type, target, name, namespace, old_value) {
  if (observation.observers > 0) {
    load("dom/MutationObserver.js").queue_a_mutation_record(type, target, name, namespace, old_value, [], [], null, null);
  }
}

/** Ours: of how many changes a document knows what has changed. */
export const LATEST = 8;

/** Ours: an element has come into a tree of the document, or has gone out of one. */
export function note_element_change(document, element) {
  ++document.element_version;
  if (document.latest_changes !== null) {
    document.latest_changes[document.element_version % LATEST] = new WeakRef(element);
  }
}
