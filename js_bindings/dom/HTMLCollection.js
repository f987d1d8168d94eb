import { ascii_lowercase } from "../infra/strings.js";
import { LiveChildren, LiveElements } from "./LiveElements.js";
import { HTML, parse_an_ordered_set } from "./namespaces.js";
import { NamesOfElements, name_of } from "./NamesOfElements.js";
import { element_from, next_in_tree_order } from "./trees.js";

/** https://dom.spec.whatwg.org/#interface-htmlcollection */
export class HTMLCollection {
  live;                          // LiveElements: what is in it
  names = null;                  // once somebody has asked for one

  constructor(live) {
    this.live = live;
  }

  get root() {
    return this.live.root;
  }

  /** Ours: what is in it now, as an array nobody may change. */
  current() {
    return this.live.now().to_array();
  }

  /** Ours: the index of an element, -1 if it is not in it. */
  index_of(element) {
    return this.live.now().index_of(element);
  }

  get length() {
    return this.live.now().length;
  }

  item(index) {
    return this.live.now().at(index) ?? null;
  }

  /** https://dom.spec.whatwg.org/#dom-htmlcollection-nameditem-key */
  namedItem(key) {
    return this.elements_named(key).at(0) ?? null;
  }

  /** Ours: those in it whose ID or name this is, as an OrderedList nobody may change. */
  elements_named(key) {
    this.names ??= new NamesOfElements(this.live);
    return this.names.get(key);
  }

  get_indexed(index) {
    return this.live.now().at(index);
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

/** Ours: a collection of the descendants of `root` that `matches` accepts. */
export function descendants_collection(root, matches, looks_at_attributes = true) {
  return new HTMLCollection(new LiveElements(root, (top) => elements_inside(top, matches), matches, looks_at_attributes));
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

/** Ours: a collection of the children of `parent` that `matches` accepts, which does not look at attributes. */
export function children_collection(parent, matches = () => true) {
  return new HTMLCollection(new LiveChildren(parent, (root) => children_that_match(root, matches), matches, false));
}

/** The children that are elements which `matches` accepts, as an array. */
export function children_that_match(parent, matches) {
  const found = [];
  for (let child = element_from(parent.firstChild); child !== null; child = element_from(child.nextSibling)) {
    if (matches(child)) {
      found.push(child);
    }
  }
  return found;
}

/** https://dom.spec.whatwg.org/#concept-getelementsbytagname */
export function elements_with_qualified_name(root, qualified_name) {
  // 1. "*" finds all elements.
  if (qualified_name === "*") {
    return descendants_collection(root, () => true, false);
  }
  // 2. In an HTML document HTML elements are compared in lower case.
  const document = root.node_document ?? root;
  if (document.is_html_document) {
    const lowercase = ascii_lowercase(qualified_name);
    return descendants_collection(root, (element) => element.qualified_name === (element.namespaceURI === HTML ? lowercase : qualified_name), false);
  }
  // 3. In any other the qualified name is compared as it is.
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
  // 1–2. Parse the classes; without any the collection is empty.
  const classes = parse_an_ordered_set(class_names);
  if (classes.length === 0) {
    return descendants_collection(root, () => false);
  }
  // 3. Elements that have all the classes; in quirks mode case does not matter.
  const quirks = (root.node_document ?? root).mode === "quirks";
  const wanted = quirks ? classes.map(ascii_lowercase) : classes;
  return descendants_collection(root, (element) => {
    const own = element.classes();
    return own.length > 0 && wanted.every((name) => (quirks ? own.some((each) => ascii_lowercase(each) === name) : own.includes(name)));
  });
}
