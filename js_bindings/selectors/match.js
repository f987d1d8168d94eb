import { HTML, ascii_lowercase } from "../dom/namespaces.js";
import { element_back_from, element_from, next_in_tree_order } from "../dom/trees.js";
import { parse_a_selector } from "./parse.js";
import { pseudo_classes } from "./pseudo_classes.js";

/** Matching: https://www.w3.org/TR/selectors-4/#match-a-selector-against-an-element , from right to left. */

/** https://dom.spec.whatwg.org/#dom-element-matches */
export function matches(element, selectors) {
  return matches_list(element, parse_a_selector(selectors), element);
}

/** https://dom.spec.whatwg.org/#dom-element-closest */
export function closest(element, selectors) {
  const list = parse_a_selector(selectors);
  for (let node = element; node !== null && node.nodeType === 1; node = node.parentNode) {
    if (matches_list(node, list, element)) {
      return node;
    }
  }
  return null;
}

/** https://dom.spec.whatwg.org/#dom-parentnode-queryselector */
export function query_selector(root, selectors) {
  const list = parse_a_selector(selectors);
  // OPTIMIZATION: a document has a map for a bare id.
  const id = bare_id(list);
  if (id !== null && root.nodeType === 9) {
    return root.ids.first(id);
  }
  for (let node = root.firstChild; node !== null; node = next_in_tree_order(node, root)) {
    if (node.nodeType === 1 && matches_list(node, list, root)) {
      return node;
    }
  }
  return null;
}

/** https://dom.spec.whatwg.org/#dom-parentnode-queryselectorall , as an array */
export function query_selector_all(root, selectors) {
  const list = parse_a_selector(selectors);
  const id = bare_id(list);
  if (id !== null && root.nodeType === 9) {
    return root.ids.all(id);
  }
  const found = [];
  for (let node = root.firstChild; node !== null; node = next_in_tree_order(node, root)) {
    if (node.nodeType === 1 && matches_list(node, list, root)) {
      found.push(node);
    }
  }
  return found;
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
      for (let parent = element.parentNode; parent !== null && parent.nodeType === 1; parent = parent.parentNode) {
        if (matches_complex(parent, selector, last - 1, scope)) {
          return true;
        }
      }
      return false;
    case "+": {
      const sibling = element_back_from(element.previousSibling);
      return sibling !== null && matches_complex(sibling, selector, last - 1, scope);
    }
    default:
      for (let sibling = element_back_from(element.previousSibling); sibling !== null; sibling = element_back_from(sibling.previousSibling)) {
        if (matches_complex(sibling, selector, last - 1, scope)) {
          return true;
        }
      }
      return false;
  }
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
      return test.selectors.some((selector) => has_relative(element, selector));
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

/** https://www.w3.org/TR/selectors-4/#relational */
function has_relative(element, selector) {
  const last = selector.compounds.length - 1;
  const candidates = selector.combinators[0] === "+" || selector.combinators[0] === "~" ? element.parentNode : element;
  if (candidates === null) {
    return false;
  }
  // OPTIMIZATION: only one element can be meant.
  if (last === 0 && selector.combinators[0] === "+") {
    const sibling = element_from(element.nextSibling);
    return sibling !== null && matches_compound(sibling, selector.compounds[0], element);
  }
  // The leading combinator leads to the element itself.
  const anchored = { compounds: [{ tests: [{ kind: "anchor" }] }, ...selector.compounds], combinators: selector.combinators };
  for (let node = candidates.firstChild; node !== null; node = next_in_tree_order(node, candidates)) {
    if (node.nodeType === 1 && matches_anchored(node, anchored, last + 1, element)) {
      return true;
    }
  }
  return false;
}

function matches_anchored(node, selector, last, anchor) {
  if (last === 0) {
    return node === anchor;
  }
  if (!matches_compound(node, selector.compounds[last], anchor)) {
    return false;
  }
  const combinator = selector.combinators[last - 1];
  const sideways = combinator === "+" || combinator === "~";
  const once = combinator === "+" || combinator === ">";
  for (let next = step(node, sideways); next !== null; next = step(next, sideways)) {
    if (matches_anchored(next, selector, last - 1, anchor)) {
      return true;
    }
    if (once) {
      return false;
    }
  }
  return false;
}

function step(node, sideways) {
  if (sideways) {
    return element_back_from(node.previousSibling);
  }
  return node.parentNode !== null && node.parentNode.nodeType === 1 ? node.parentNode : null;
}

/** https://www.w3.org/TR/selectors-4/#the-nth-child-pseudo ff. */
function is_nth(element, { a, b, of, last, of_type }, scope) {
  const counts = (sibling) => matches_list(sibling, of, scope);
  if (of !== null && !counts(element)) {
    return false;
  }
  // OPTIMIZATION: where everybody counts, all siblings are counted at once.
  if (of === null) {
    const index = place_among_siblings(element, last, of_type);
    return a === 0 ? index === b : (index - b) / a >= 0 && (index - b) % a === 0;
  }
  let index = 1;
  const from = (node) => (last ? element_from(node.nextSibling) : element_back_from(node.previousSibling));
  for (let sibling = from(element); sibling !== null; sibling = from(sibling)) {
    if (counts(sibling)) {
      ++index;
    }
  }
  return a === 0 ? index === b : (index - b) / a >= 0 && (index - b) % a === 0;
}

// Parent → { version, places }: places of each kind that was asked for, element → its place from 1.
const places_of_children = new WeakMap();

function place_among_siblings(element, last, of_type) {
  const parent = element.parentNode;
  if (parent === null) {
    return 1;
  }
  const { element_version } = element.node_document;
  let known = places_of_children.get(parent);
  if (known === undefined || known.version !== element_version) {
    known = { version: element_version, places: new Map() };
    places_of_children.set(parent, known);
  }
  const kind = (last ? 1 : 0) + (of_type ? 2 : 0);
  let places = known.places.get(kind);
  if (places === undefined) {
    places = new Map();
    known.places.set(kind, places);
    const counts = new Map();
    const next = last ? (node) => element_back_from(node) : (node) => element_from(node);
    for (let child = next(last ? parent.lastChild : parent.firstChild); child !== null; child = next(last ? child.previousSibling : child.nextSibling)) {
      const type = of_type ? `${child.localName}|${child.namespaceURI}` : "";
      const place = (counts.get(type) ?? 0) + 1;
      counts.set(type, place);
      places.set(child, place);
    }
  }
  return places.get(element);
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
