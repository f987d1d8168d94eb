import { put_in_its_place } from "./LiveElements.js";
import { HTML } from "./namespaces.js";
import { changed_elements } from "./observation.js";
import { OrderedList } from "./OrderedList.js";

const NONE = new OrderedList();

/** Ours: which elements of a collection have an ID or a name. When the document has changed, only those that have changed are looked at. */
export class NamesOfElements {
  live;
  list = null;
  document = null;
  element_version = -1;
  attribute_version = -1;
  by_name = new Map();           // ID or name → the element, or an OrderedList of several
  names_of = new Map();          // element → its names

  constructor(live) {
    this.live = live;
  }

  /** Those that have it, as an OrderedList nobody may change. */
  get(name) {
    this.catch_up();
    const found = this.by_name.get(name);
    return found === undefined ? NONE : found instanceof OrderedList ? found : new OrderedList([found]);
  }

  catch_up() {
    const list = this.live.now();
    const document = this.live.root.node_document ?? this.live.root;
    if (this.list === list && this.document === document && this.element_version === document.element_version && this.attribute_version === document.attribute_version) {
      return;
    }
    // 1. What may have changed; everything, if nobody knows.
    const touched = this.list === list && this.document === document ? changed_elements(document, this.element_version, this.attribute_version, true) : null;
    if (touched === null) {
      this.by_name = new Map();
      this.names_of = new Map();
      this.list = list;
    }
    // 2. Its names are forgotten, and taken up again.
    for (const element of touched ?? []) {
      this.forget(element);
    }
    for (const element of touched ?? list.to_array()) {
      if (list.has(element)) {
        this.take_up(element);
      }
    }
    this.document = document;
    this.element_version = document.element_version;
    this.attribute_version = document.attribute_version;
  }

  forget(element) {
    for (const name of this.names_of.get(element) ?? []) {
      const found = this.by_name.get(name);
      if (found === element || found.length === 1) {
        this.by_name.delete(name);
      } else {
        found.delete(element);
      }
    }
    this.names_of.delete(element);
  }

  take_up(element) {
    const names = new Set([element.id_value, name_of(element)]);
    names.delete(null);
    names.delete("");
    if (names.size === 0) {
      return;
    }
    this.names_of.set(element, names);
    const { list } = this;
    for (const name of names) {
      const found = this.by_name.get(name);
      if (found === undefined) {
        this.by_name.set(name, element);
        continue;
      }
      const several = found instanceof OrderedList ? found : new OrderedList([found]);
      this.by_name.set(name, several);
      put_in_its_place(several, element, (node) => list.at(list.index_of(node) + 1) ?? null, (node) => list.at(list.index_of(node) - 1) ?? null);
    }
  }
}

/** The name of an element of HTML, null if it has none. */
export function name_of(element) {
  return element.namespaceURI === HTML ? element.attribute_value("name") : null;
}
