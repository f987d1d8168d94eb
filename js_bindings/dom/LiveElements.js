import { LatestChanges, changed_elements } from "./observation.js";
import { OrderedList } from "./OrderedList.js";
import { is_inclusive_ancestor, next_in_tree_order, previous_in_tree_order } from "./trees.js";

/**
 * Ours: which elements there are now of some kind, in tree order. They are looked for once; when the document has changed, only those
 * that have come, gone or changed are looked at, if whether one of them is in it depends on itself and where it is.
 */
export class LiveElements {
  root;
  find;                          // (root) → all of them, as an array
  matches;                       // is an element in it? null if that depends on others
  looks_at_attributes;
  document = null;
  element_version = -1;
  attribute_version = -1;
  list = null;

  constructor(root, find, matches = null, looks_at_attributes = true) {
    this.root = root;
    this.find = find;
    this.matches = matches;
    this.looks_at_attributes = looks_at_attributes;
  }

  /** What is in it, as an OrderedList nobody may change. */
  now() {
    const document = this.root.node_document ?? this.root;
    const { element_version, attribute_version } = document;
    if (this.element_version !== element_version || this.document !== document || (this.looks_at_attributes && this.attribute_version !== attribute_version)) {
      if (!this.catches_up(document)) {
        this.list = new OrderedList(this.find(this.root));
        document.latest_changes ??= new LatestChanges();
      }
      this.document = document;
      this.element_version = element_version;
      this.attribute_version = attribute_version;
    }
    return this.list;
  }

  /** OPTIMIZATION: false if it must be looked for anew. */
  catches_up(document) {
    // 1. What has come, gone or changed is known.
    if (this.matches === null || this.document !== document) {
      return false;
    }
    const touched = changed_elements(document, this.element_version, this.looks_at_attributes ? this.attribute_version : null, this.looks_inside_changes());
    if (touched === null || this.others_have_changed()) {
      return false;
    }
    // 2. It goes out, and comes in where it belongs now.
    for (const element of touched) {
      this.list.delete(element);
    }
    for (const element of touched) {
      if (this.is_inside(element) && this.matches(element)) {
        put_in_its_place(this.list, element, (node) => this.next(node), (node) => this.previous(node));
      }
    }
    return true;
  }

  /** Do elements come and go with those that they are inside? */
  looks_inside_changes() {
    return true;
  }

  /** May others have come or gone than those that have changed themselves? */
  others_have_changed() {
    return false;
  }

  is_inside(element) {
    return is_inclusive_ancestor(this.root, element.parentNode);
  }

  next(node) {
    return next_in_tree_order(node, this.root);
  }

  previous(node) {
    return previous_in_tree_order(node, this.root);
  }
}

/** Those among the children of the root. */
export class LiveChildren extends LiveElements {
  looks_inside_changes() {
    return false;
  }

  is_inside(element) {
    return element.parentNode === this.root;
  }

  next(node) {
    return node.nextSibling;
  }

  previous(node) {
    return node.previousSibling;
  }
}

/** Ours: where its nearest neighbour in the list is, looked for in both directions by turns. */
export function put_in_its_place(list, entry, next, previous) {
  if (list.length === 0) {
    list.insert_before(entry, null);
    return;
  }
  for (let after = entry, before = entry;;) {
    before = previous(before);
    if (before === null || list.has(before)) {
      before === null ? list.insert_before(entry, list.at(0)) : list.insert_after(entry, before);
      return;
    }
    after = next(after);
    if (after === null || list.has(after)) {
      list.insert_before(entry, after);
      return;
    }
  }
}
