import { comes_before } from "./Node.js";
import { is_inclusive_ancestor, next_in_tree_order } from "./trees.js";

/** Elements by id. OPTIMIZATION: a document keeps a map of those in it. */

/** https://dom.spec.whatwg.org/#dom-nonelementparentnode-getelementbyid , for any root */
export function first_element_with_id(root, id) {
  if (id === "") {
    return null;
  }
  for (let node = root.firstChild; node !== null; node = next_in_tree_order(node, root)) {
    if (node.nodeType === 1 && node.id_value === id) {
      return node;
    }
  }
  return null;
}

/** A map of names to elements, of which the first in tree order counts. */
export class NameMap {
  elements = new Map();   // name → array of elements, in no order
  firsts = new Map();     // OPTIMIZATION: name → the first of several, as long as it is known
  added;                  // called with a name that had no element
  removed;                // called with a name that has none any more

  watched = new Set();    // names of which somebody wants to know whether their elements change,
  watched_changes = 0;    // and how many times they have

  constructor(added = () => {}, removed = () => {}) {
    this.added = added;
    this.removed = removed;
  }

  watch(name) {
    this.watched.add(name);
  }

  add(name, element) {
    this.note_change(name);
    const list = this.elements.get(name);
    if (list === undefined) {
      this.elements.set(name, [element]);
      this.added(name);
    } else {
      list.push(element);
      if (this.firsts.has(name) && precedes(element, this.firsts.get(name))) {
        this.firsts.set(name, element);
      }
    }
  }

  note_change(name) {
    if (this.watched.has(name)) {
      ++this.watched_changes;
    }
  }

  remove(name, element) {
    this.note_change(name);
    const list = this.elements.get(name);
    const index = list === undefined ? -1 : list.indexOf(element);
    if (index === -1) {
      return;
    }
    list.splice(index, 1);
    if (this.firsts.get(name) === element || list.length < 2) {
      this.firsts.delete(name);
    }
    if (list.length === 0) {
      this.elements.delete(name);
      this.removed(name);
    }
  }

  has(name) {
    return this.elements.has(name);
  }

  first(name) {
    const list = this.elements.get(name);
    if (list === undefined) {
      return null;
    }
    if (list.length === 1) {
      return list[0];
    }
    if (!this.firsts.has(name)) {
      this.firsts.set(name, list.reduce((first, other) => (precedes(other, first) ? other : first)));
    }
    return this.firsts.get(name);
  }

  all(name) {
    return [...(this.elements.get(name) ?? [])].sort((a, b) => (a === b ? 0 : precedes(a, b) ? -1 : 1));
  }
}

function precedes(a, b) {
  return is_inclusive_ancestor(a, b) || (!is_inclusive_ancestor(b, a) && comes_before(a, b));
}
