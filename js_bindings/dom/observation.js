import { load } from "../webidl/lazy.js";
import { next_in_tree_order } from "./trees.js";

const ELEMENT = 1;

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
const LATEST = 1024;

/** Ours: what has changed in a document lately, as long as somebody may ask: how many changes there were in all modulo LATEST → the element, weakly. */
export class LatestChanges {
  of_elements = [];
  of_attributes = [];
}

/** Ours: an element has come into a tree of the document, or has gone out of one. */
export function note_element_change(document, element) {
  ++document.element_version;
  if (document.latest_changes !== null) {
    document.latest_changes.of_elements[document.element_version % LATEST] = element.weak_reference ??= new WeakRef(element);
  }
}

/** Ours: an attribute of an element has changed. */
export function note_attribute_change(element) {
  const document = element.node_document;
  ++document.attribute_version;
  if (document.latest_changes !== null) {
    document.latest_changes.of_attributes[document.attribute_version % LATEST] = element.weak_reference ??= new WeakRef(element);
  }
}

/**
 * Ours: the elements that have come or gone since `element_version`, with those inside them if `with_insides`, and those whose attributes have changed since
 * `attribute_version` (null: those do not matter). Null if they are too many to know.
 */
export function changed_elements(document, element_version, attribute_version, with_insides) {
  const { latest_changes } = document;
  if (latest_changes === null || document.element_version - element_version > LATEST || document.attribute_version - (attribute_version ?? document.attribute_version) > LATEST) {
    return null;
  }
  const touched = new Set();
  for (let version = element_version + 1; version <= document.element_version; ++version) {
    const changed = latest_changes.of_elements[version % LATEST].deref() ?? null;
    for (let node = changed; node !== null; node = with_insides ? next_in_tree_order(node, changed) : null) {
      if (touched.size > LATEST) {
        return null;
      }
      if (node.nodeType === ELEMENT) {
        touched.add(node);
      }
    }
  }
  for (let version = (attribute_version ?? document.attribute_version) + 1; version <= document.attribute_version; ++version) {
    const changed = latest_changes.of_attributes[version % LATEST].deref();
    if (changed !== undefined) {
      touched.add(changed);
    }
  }
  return touched;
}
