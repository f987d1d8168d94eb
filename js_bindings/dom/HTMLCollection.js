import { HTML, ascii_lowercase, parse_an_ordered_set } from "./namespaces.js";
import { LATEST } from "./observation.js";
import { element_from, is_inclusive_ancestor, next_in_tree_order } from "./trees.js";

const MANY = 64;

/**
 * https://dom.spec.whatwg.org/#interface-htmlcollection
 *
 * OPTIMIZATION: `find` makes the array anew only after elements of the document have changed, or their attributes, if it looks at them.
 */
export class HTMLCollection {
  root;
  find;
  version = -1;
  document = null;
  elements = [];
  looks_at_attributes;
  places = null;                 // element → its index, once somebody has asked
  names = null;                  // { elements, version, by_name: ID or name → those that have it }, once somebody has asked

  matches;                       // is an element inside the root in it? null if that depends on others
  element_version = -1;          // that of `elements`
  dropped = 0;                   // how many have gone from the front since `places` was made

  constructor(root, find, looks_at_attributes = true, matches = null) {
    this.root = root;
    this.find = find;
    this.looks_at_attributes = looks_at_attributes;
    this.matches = matches;
  }

  /** Ours: what is in it now, as an array nobody may change. */
  current() {
    const document = this.root.node_document ?? this.root;
    const version = this.version_of(document);
    if (this.version !== version || this.document !== document) {
      if (!this.catches_up(document, version)) {
        this.elements = this.find(this.root);
        this.places = null;
        this.dropped = 0;
      }
      document.latest_changes ??= [];
      this.version = version;
      this.element_version = document.element_version;
      this.document = document;
    }
    return this.elements;
  }

  /** OPTIMIZATION: where a few elements have gone from the front or from the end, or have come to the end, the others stay. False if it is not so. */
  catches_up(document, version) {
    const changes = document.element_version - this.element_version;
    // 1. What has come or gone is known, and nothing else has changed.
    if (this.matches === null || this.document !== document || changes > LATEST || this.version + changes !== version) {
      return false;
    }
    const touched = this.touched_by_the_latest(changes);
    if (touched === null) {
      return false;
    }
    // 2. All that were touched are taken out; it must be at the front or at the end.
    const { elements } = this;
    this.places ??= places_of(elements);
    while (elements.length > 0 && touched.has(elements[0])) {
      this.places.delete(elements.shift());
      ++this.dropped;
    }
    while (elements.length > 0 && touched.has(elements.at(-1))) {
      this.places.delete(elements.pop());
    }
    // 3. Those that are inside now come in again; it must be at the end.
    let missing = 0;
    for (const element of touched) {
      if (this.places.has(element)) {
        return false;
      }
      if (this.matches(element) && is_inclusive_ancestor(this.root, element.parentNode)) {
        ++missing;
      }
    }
    if (missing > 0 && elements.length === 0) {
      return false;
    }
    for (let node = elements.at(-1) ?? null; missing > 0;) {
      node = next_in_tree_order(node, this.root);
      if (node === null) {
        return false;
      }
      if (touched.has(node) && this.matches(node)) {
        this.add_to_the_end(node);
        --missing;
      }
    }
    return true;
  }

  /** The elements that have come or gone with so many changes and all inside them; null if they are too many, or the root is one. */
  touched_by_the_latest(changes) {
    const touched = new Set();
    for (let version = this.element_version + 1; version <= this.element_version + changes; ++version) {
      const changed = this.document.latest_changes[version % LATEST].deref();
      for (let node = changed ?? null; node !== null; node = next_in_tree_order(node, changed)) {
        if (node === this.root || touched.size > MANY) {
          return null;
        }
        if (node.nodeType === 1) {
          touched.add(node);
        }
      }
    }
    return touched;
  }

  add_to_the_end(element) {
    this.places?.set(element, this.elements.length + this.dropped);
    this.elements.push(element);
  }

  version_of(document) {
    return document.element_version + (this.looks_at_attributes ? document.attribute_version : 0);
  }

  /** Ours: the index of an element, -1 if it is not in it. */
  index_of(element) {
    const elements = this.current();
    if (this.places === null) {
      this.places = places_of(elements);
      this.dropped = 0;
    }
    return this.places.has(element) ? this.places.get(element) - this.dropped : -1;
  }

  /** Ours: since `current` was asked nothing has changed but that this element has come to the end. */
  has_grown_by(element) {
    this.add_to_the_end(element);
    this.version = this.version_of(this.document);
    this.element_version = this.document.element_version;
  }

  get length() {
    return this.current().length;
  }

  item(index) {
    return this.current()[index] ?? null;
  }

  /** https://dom.spec.whatwg.org/#dom-htmlcollection-nameditem-key */
  namedItem(key) {
    return this.elements_named(key)[0] ?? null;
  }

  /** Ours: those in it whose ID or name this is, as an array nobody may change. */
  elements_named(key) {
    const elements = this.current();
    const document = this.root.node_document ?? this.root;
    const version = document.element_version + document.attribute_version;
    if (this.names === null || this.names.elements !== elements || this.names.version !== version) {
      this.names = { elements, version, by_name: by_id_and_name(elements) };
    }
    return this.names.by_name.get(key) ?? [];
  }

  get_indexed(index) {
    return this.current()[index];
  }

  get_named(name) {
    return this.namedItem(name);
  }

  supported_names() {
    const names = new Set();
    for (const element of this.current()) {
      names.add(element.id_value ?? "").add(name_of(element) ?? "");
    }
    names.delete("");
    return [...names];
  }

  supports_name(name) {
    return this.namedItem(name) !== null;
  }
}

const places_of = (elements) => new Map(elements.map((each, index) => [each, index]));

function name_of(element) {
  return element.namespaceURI === HTML ? element.getAttribute("name") : null;
}

function by_id_and_name(elements) {
  const found = new Map();
  for (const element of elements) {
    for (const key of new Set([element.id_value, name_of(element)])) {
      if (key !== null && key !== "") {
        if (!found.has(key)) {
          found.set(key, []);
        }
        found.get(key).push(element);
      }
    }
  }
  return found;
}

/** Ours: a collection of the descendants of `root` that `matches` accepts. */
export function descendants_collection(root, matches, looks_at_attributes = true) {
  return new HTMLCollection(root, (top) => elements_inside(top, matches), looks_at_attributes, matches);
}

/** The elements inside `root` that `matches` accepts, in tree order, as an array. */
export function elements_inside(root, matches) {
  const found = [];
  for (let node = root.firstChild; node !== null; node = next_in_tree_order(node, root)) {
    if (node.nodeType === 1 && matches(node)) {
      found.push(node);
    }
  }
  return found;
}

export function children_of_parent(parent) {
  return new HTMLCollection(parent, (root) => {
    const children = [];
    for (let child = element_from(root.firstChild); child !== null; child = element_from(child.nextSibling)) {
      children.push(child);
    }
    return children;
  }, false, (element) => element.parentNode === parent);
}

/** https://dom.spec.whatwg.org/#concept-getelementsbytagname */
export function elements_with_qualified_name(root, qualified_name) {
  // 1. All of them.
  if (qualified_name === "*") {
    return descendants_collection(root, () => true, false);
  }
  // 2. In HTML documents, elements of HTML are asked for in lowercase.
  const document = root.node_document ?? root;
  if (document.is_html_document) {
    const lowercase = ascii_lowercase(qualified_name);
    return descendants_collection(root, (element) => element.qualified_name === (element.namespaceURI === HTML ? lowercase : qualified_name), false);
  }
  // 3. Elsewhere as it is.
  return descendants_collection(root, (element) => element.qualified_name === qualified_name, false);
}

/** https://dom.spec.whatwg.org/#concept-getelementsbytagnamens */
export function elements_with_namespace_and_local_name(root, namespace, local_name) {
  const wanted = namespace === "" ? null : namespace;
  return descendants_collection(root, (element) => (
    (wanted === "*" || element.namespaceURI === wanted) && (local_name === "*" || element.localName === local_name)
  ), false);
}

/** https://dom.spec.whatwg.org/#concept-getelementsbyclassname */
export function elements_with_class_names(root, class_names) {
  // 1-2. None are asked for, none are found.
  const classes = parse_an_ordered_set(class_names);
  if (classes.length === 0) {
    return descendants_collection(root, () => false);
  }
  // 3. Those that have all of them; in quirks mode, case does not matter.
  const quirks = (root.node_document ?? root).mode === "quirks";
  const wanted = quirks ? classes.map(ascii_lowercase) : classes;
  return descendants_collection(root, (element) => {
    const own = element.classes();
    return own.length > 0 && wanted.every((name) => (quirks ? own.some((each) => ascii_lowercase(each) === name) : own.includes(name)));
  });
}
