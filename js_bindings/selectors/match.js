import { elements_inside } from "../dom/HTMLCollection.js";
import { HTML } from "../dom/namespaces.js";
import { element_back_from, element_from, next_in_tree_order, next_skipping_children } from "../dom/trees.js";
import { ascii_lowercase } from "../infra/strings.js";
import { parse_a_selector } from "./parse.js";
import { pseudo_classes } from "./pseudo_classes.js";

/** Matching: https://www.w3.org/TR/selectors-4/#match-a-selector-against-an-element , from right to left. */

// OPTIMIZATION: what the query that is being answered knows about elements already: a part of its selector → element → answer.
let memory = null;

function known_of(part) {
  let known = memory.get(part);
  if (known === undefined) {
    known = new Map();
    memory.set(part, known);
  }
  return known;
}

/** Ours: `answer` with a memory of its own. */
function remembering(answer) {
  const outer = memory;
  memory = new Map();
  try {
    return answer();
  } finally {
    memory = outer;
  }
}

/** https://dom.spec.whatwg.org/#dom-element-matches */
export function matches(element, selectors) {
  const list = parse_a_selector(selectors);
  return remembering(() => matches_list(element, list, element));
}

/** https://dom.spec.whatwg.org/#dom-element-closest */
export function closest(element, selectors) {
  const list = parse_a_selector(selectors);
  return remembering(() => {
    for (let node = element; node !== null && node.nodeType === 1; node = node.parentNode) {
      if (matches_list(node, list, element)) {
        return node;
      }
    }
    return null;
  });
}

/** https://dom.spec.whatwg.org/#dom-parentnode-queryselector */
export function query_selector(root, selectors) {
  const list = parse_a_selector(selectors);
  // OPTIMIZATION: a document has a map for a bare id.
  const id = bare_id(list);
  if (id !== null && root.nodeType === 9) {
    return root.ids.first(id);
  }
  return remembering(() => {
    for (let node = root.firstChild; node !== null; node = next_in_tree_order(node, root)) {
      if (node.nodeType === 1 && matches_list(node, list, root)) {
        return node;
      }
    }
    return null;
  });
}

/** https://dom.spec.whatwg.org/#dom-parentnode-queryselectorall , as an array */
export function query_selector_all(root, selectors) {
  const list = parse_a_selector(selectors);
  const id = bare_id(list);
  if (id !== null && root.nodeType === 9) {
    return root.ids.all(id);
  }
  return remembering(() => elements_inside(root, (element) => matches_list(element, list, root)));
}

function bare_id(list) {
  const [{ compounds }] = list;
  const [test] = compounds[0].tests;
  return list.length === 1 && compounds.length === 1 && compounds[0].tests.length === 1 && test.kind === "id" ? test.name : null;
}

function matches_list(element, list, scope) {
  for (const selector of list) {
    if (matches_complex(element, selector, selector.compounds.length - 1, scope)) {
      return true;
    }
  }
  return false;
}

function matches_complex(element, selector, last, scope) {
  if (!matches_compound(element, selector.compounds[last], scope)) {
    return false;
  }
  if (last === 0) {
    return true;
  }
  switch (selector.combinators[last - 1]) {
    case ">": {
      const parent = element.parentNode;
      return parent !== null && parent.nodeType === 1 && matches_complex(parent, selector, last - 1, scope);
    }
    case " ":
      return matches_somewhere(element, parent_element, selector, last, scope);
    case "+": {
      const sibling = element_back_from(element.previousSibling);
      return sibling !== null && matches_complex(sibling, selector, last - 1, scope);
    }
    default:
      return matches_somewhere(element, previous_element, selector, last, scope);
  }
}

const parent_element = (node) => (node.parentNode !== null && node.parentNode.nodeType === 1 ? node.parentNode : null);
const previous_element = (node) => element_back_from(node.previousSibling);
const next_element = (node) => element_from(node.nextSibling);

/** Ours: does what stands before compound `last` match one of the elements that `step` leads to from here? */
function matches_somewhere(element, step, selector, last, scope) {
  return is_any_of(element, step, known_of(selector.compounds[last]), (node) => matches_complex(node, selector, last - 1, scope));
}

/** Ours: is there one that `accepts` takes among those that `step` leads to? What is found out on the way is kept in `known`. */
function is_any_of(element, step, known, accepts) {
  const passed = [];
  let answer = false;
  for (let node = element; node !== null; node = step(node)) {
    if (node !== element && accepts(node)) {
      answer = true;
      break;
    }
    const kept = known.get(node);
    if (kept !== undefined) {
      answer = kept;
      break;
    }
    passed.push(node);
  }
  passed.forEach((node) => known.set(node, answer));
  return answer;
}

function matches_compound(element, { tests }, scope) {
  for (const test of tests) {
    if (!passes(element, test, scope)) {
      return false;
    }
  }
  return true;
}

function passes(element, test, scope) {
  switch (test.kind) {
    case "type":
      return has_type(element, test);
    case "id":
      return same_name(element, element.id_value, test.name);
    case "class":
      return has_class(element, test.name);
    case "attribute":
      return has_attribute(element, test);
    case "not":
      return !matches_list(element, test.selectors, scope);
    case "is":
      return matches_list(element, test.selectors, scope);
    case "has":
      return test.selectors.some((selector) => has_relative(element, selector, 0, scope));
    case "nth":
      return is_nth(element, test, scope);
    case "lang":
      return has_language(element, test.ranges);
    case "dir":
      return test.ranges.includes(direction_of(element));
    case "pseudo":
      return test.name === "scope" ? is_scope(element, scope) : pseudo_classes[test.name](element);
    default:
      return false;
  }
}

function is_scope(element, scope) {
  return scope.nodeType === 1 ? element === scope : element.parentNode?.nodeType === 9;
}

function has_type(element, { name, lowercase, namespace }) {
  if (namespace === "" && element.namespaceURI !== null) {
    return false;
  }
  return name === "*" || element.localName === (element.namespaceURI === HTML && element.node_document.is_html_document ? lowercase : name);
}

const is_quirky = (element) => element.node_document.mode === "quirks";

function same_name(element, actual, wanted) {
  return actual === wanted || (actual !== null && is_quirky(element) && ascii_lowercase(actual) === ascii_lowercase(wanted));
}

function has_class(element, name) {
  const classes = element.classes();
  return classes.includes(name) || (is_quirky(element) && classes.some((each) => ascii_lowercase(each) === ascii_lowercase(name)));
}

// https://html.spec.whatwg.org/multipage/semantics-other.html#case-sensitivity-of-selectors
const CASE_INSENSITIVE_VALUES = new Set((
  "accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir direction disabled enctype face frame "
  + "hreflang http-equiv lang language link media method multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected shape "
  + "target text type valign valuetype vlink"
).split(" "));

function has_attribute(element, { name, lowercase, any_namespace, operator, value, flag }) {
  const is_html = element.namespaceURI === HTML && element.node_document.is_html_document;
  const wanted_name = is_html ? lowercase : name;
  for (const attribute of element.attribute_list) {
    if (attribute.localName !== wanted_name || (!any_namespace && attribute.namespaceURI !== null)) {
      continue;
    }
    if (operator === null) {
      return true;
    }
    const insensitive = flag === "i" || (flag === null && is_html && CASE_INSENSITIVE_VALUES.has(lowercase));
    const actual = insensitive ? ascii_lowercase(attribute.value) : attribute.value;
    if (compares(actual, operator, insensitive ? ascii_lowercase(value) : value)) {
      return true;
    }
  }
  return false;
}

function compares(actual, operator, wanted) {
  switch (operator) {
    case "=":
      return actual === wanted;
    case "~=":
      return wanted !== "" && !/[ \t\r\n\f]/.test(wanted) && actual.split(/[ \t\r\n\f]+/).includes(wanted);
    case "|=":
      return actual === wanted || actual.startsWith(`${wanted}-`);
    case "^=":
      return wanted !== "" && actual.startsWith(wanted);
    case "$=":
      return wanted !== "" && actual.endsWith(wanted);
    default:
      return wanted !== "" && actual.includes(wanted);
  }
}

/** https://www.w3.org/TR/selectors-4/#relational ; from compound `first` on, with the combinator before it. */
function has_relative(element, selector, first, scope) {
  if (first === selector.compounds.length) {
    return true;
  }
  const compound = selector.compounds[first];
  const accepts = (node) => matches_compound(node, compound, scope) && has_relative(node, selector, first + 1, scope);
  const known = known_of(compound);
  const here = (node) => accepts(node) || is_any_of(node, next_element, known, accepts);
  switch (selector.combinators[first]) {
    case "+": {
      const sibling = next_element(element);
      return sibling !== null && accepts(sibling);
    }
    case "~":
      return is_any_of(element, next_element, known, accepts);
    case ">": {
      const child = element_from(element.firstChild);
      return child !== null && here(child);
    }
    default:
      return has_inside(element, known, accepts);
  }
}

/** Ours: is there one that `accepts` takes inside? What is found out on the way is kept in `known`. */
function has_inside(element, known, accepts) {
  if (known.has(element)) {
    return known.get(element);
  }
  const passed = [element];
  let found = null;
  for (let node = element.firstChild; node !== null;) {
    let kept;
    if (node.nodeType === 1) {
      kept = known.get(node);
      if (kept === true || accepts(node)) {
        found = node;
        break;
      }
      if (kept === undefined) {
        passed.push(node);
      }
    }
    node = kept === false ? next_skipping_children(node, element) : next_in_tree_order(node, element);
  }
  passed.forEach((node) => known.set(node, false));
  for (let up = found; up !== null && up !== element; up = up.parentNode) {
    known.set(up.parentNode, true);
  }
  return found !== null;
}

/** https://www.w3.org/TR/selectors-4/#the-nth-child-pseudo ff. */
function is_nth(element, { a, b, of, last, of_type }, scope) {
  if (of !== null && !matches_list(element, of, scope)) {
    return false;
  }
  const index = place_among_siblings(element, last, of_type, of, scope);
  return a === 0 ? index === b : (index - b) / a >= 0 && (index - b) % a === 0;
}

// Parent → { version, places }: places of each kind that was asked for, element → its place from 1.
const places_of_children = new WeakMap();

// OPTIMIZATION: all siblings are counted at once.
function place_among_siblings(element, last, of_type, of, scope) {
  const parent = element.parentNode;
  if (parent === null) {
    return 1;
  }
  const known = of === null ? places_until_elements_change(parent) : places_of_this_query(parent, of);
  const kind = (last ? 1 : 0) + (of_type ? 2 : 0);
  let places = known.get(kind);
  if (places === undefined) {
    places = new Map();
    known.set(kind, places);
    const counts = new Map();
    const next = last ? element_back_from : element_from;
    for (let child = next(last ? parent.lastChild : parent.firstChild); child !== null; child = next(last ? child.previousSibling : child.nextSibling)) {
      if (of === null || matches_list(child, of, scope)) {
        const type = of_type ? `${child.localName}|${child.namespaceURI}` : "";
        const place = (counts.get(type) ?? 0) + 1;
        counts.set(type, place);
        places.set(child, place);
      }
    }
  }
  return places.get(element);
}

function places_until_elements_change(parent) {
  const { element_version } = parent.node_document ?? parent;
  let known = places_of_children.get(parent);
  if (known === undefined || known.version !== element_version) {
    known = { version: element_version, places: new Map() };
    places_of_children.set(parent, known);
  }
  return known.places;
}

function places_of_this_query(parent, of) {
  const known = known_of(of);
  if (!known.has(parent)) {
    known.set(parent, new Map());
  }
  return known.get(parent);
}

function has_language(element, ranges) {
  for (let node = element; node !== null && node.nodeType === 1; node = node.parentNode) {
    const language = node.attribute_value("lang");
    if (language !== null) {
      const own = language.toLowerCase();
      return ranges.some((range) => own !== "" && (range === "*" || own === range || own.startsWith(`${range}-`)));
    }
  }
  return false;
}

/** https://html.spec.whatwg.org/multipage/dom.html#the-directionality . FIXME: dir=auto. */
export function direction_of(element) {
  for (let node = element; node !== null && node.nodeType === 1; node = node.parentNode) {
    const direction = node.attribute_value("dir")?.toLowerCase();
    if (direction === "ltr" || direction === "rtl") {
      return direction;
    }
  }
  return "ltr";
}
