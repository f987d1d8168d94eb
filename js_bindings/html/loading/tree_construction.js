import { Attribute } from "../../dom/Attr.js";
import { Comment } from "../../dom/Comment.js";
import { make_element } from "../../dom/creation.js";
import { DocumentType } from "../../dom/DocumentType.js";
import { append, insert, pre_insert, remove } from "../../dom/mutations.js";
import { Text } from "../../dom/Text.js";
import { HTML, MATHML, SVG } from "../../dom/namespaces.js";
import { children_of } from "../../dom/trees.js";
import { is_dom_exception } from "../../intrinsics.js";
import { replace_data } from "../../dom/CharacterData.js";

/**
 * What the parser has decided, carried out in the tree: see engine/window/html_parser.py, which writes these operations.
 *
 * The parser names nodes by numbers; number 0 is the document (or fragment) that is parsed into.
 */
export class TreeConstruction {
  document;
  nodes;
  is_fragment;
  is_performing = false;       // something that a script hears of may happen in the middle

  constructor(document, root, is_fragment) {
    this.document = document;
    this.nodes = new Map([[0, root]]);
    this.is_fragment = is_fragment;
  }

  perform(operations) {
    this.is_performing = true;
    for (const operation of operations) {
      this[operation[0]](operation);
    }
    this.is_performing = false;
  }

  /** Where the parser's children of a node go: those of a template into its content. */
  container(number) {
    const node = this.nodes.get(number);
    return node.template_content ?? node;
  }

  element([, number, namespace, local_name, attributes, line, column]) {
    const element = make_element(this.document, local_name, [HTML, SVG, MATHML][namespace]);
    if (element.is_html("script")) {
      // https://html.spec.whatwg.org/multipage/parsing.html#scriptTag
      if (this.is_fragment) {
        element.already_started = true;
      } else {
        element.parser_document = this.document;
        element.force_async = false;
      }
      element.line = line;
      element.column = column;
    }
    for (const [name, value, attribute_namespace = null, prefix = null] of attributes) {
      element.append_an_attribute(new Attribute(attribute_namespace, prefix, name, value));
    }
    this.nodes.set(number, element);
  }

  clone([, original, number]) {
    this.nodes.set(number, this.nodes.get(original).clone_itself(this.document));
  }

  comment([, number, data]) {
    this.nodes.set(number, new Comment(data, this.document));
  }

  doctype([, number, name, public_id, system_id]) {
    this.nodes.set(number, new DocumentType(name, public_id, system_id, this.document));
  }

  /** https://html.spec.whatwg.org/multipage/parsing.html#insert-an-element-at-the-adjusted-insertion-location */
  append([, parent, child]) {
    const container = this.container(parent);
    const node = this.nodes.get(child);
    if (!node.contains(container)) {
      try_to(() => append(node, container));
    }
  }

  before([, parent, child, reference]) {
    const container = this.container(parent);
    const next = this.nodes.get(reference);
    const node = this.nodes.get(child);
    if (!node.contains(container)) {
      try_to(() => pre_insert(node, container, next.parentNode === container ? next : null));
    }
  }

  /** https://html.spec.whatwg.org/multipage/parsing.html#insert-a-character */
  text([, parent, data, reference]) {
    const container = this.container(parent);
    const next = reference === undefined ? null : this.nodes.get(reference);
    const place = next?.parentNode === container ? next : null;
    const previous = place === null ? container.lastChild : place.previousSibling;
    if (container.nodeType === 9) {
      return;
    }
    if (previous !== null && previous.nodeType === 3) {
      replace_data(previous, previous.character_data.length, 0, data);
    } else {
      insert(new Text(data, this.document), container, place);
    }
  }

  remove([, child]) {
    const node = this.nodes.get(child);
    if (node.parentNode !== null) {
      remove(node);
    }
  }

  reparent([, from, to]) {
    const target = this.container(to);
    for (const child of children_of(this.container(from))) {
      append(child, target);
    }
  }

  attribute([, number, name, value]) {
    const element = this.nodes.get(number);
    if (element.find_attribute(name) === null) {
      element.append_an_attribute(new Attribute(null, null, name, value));
    }
  }

  encoding([, name]) {
    this.document.encoding = name;
  }

  mode([, mode]) {
    this.document.mode = mode;
  }

  /** Ours: the parser will not speak of this node any more. */
  forget([, number]) {
    this.nodes.delete(number);
  }
}

/** Scripts may have made the tree unfit for what the parser wants; then it does nothing. */
function try_to(steps) {
  try {
    steps();
  } catch (error) {
    if (!is_dom_exception(error)) {
      throw error;
    }
  }
}
