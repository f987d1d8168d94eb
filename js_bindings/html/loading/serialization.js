import { HTML, MATHML, SVG, XLINK, XML, XMLNS } from "../../dom/namespaces.js";

/** https://html.spec.whatwg.org/multipage/parsing.html#serialising-html-fragments */

const VOID = new Set((
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
).split(" "));
const RAW = new Set(["style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext", "noscript"]);

/** https://html.spec.whatwg.org/multipage/parsing.html#escapingString */
function escape_text(text) {
  return /[&\u00A0<>]/.test(text)
    ? text.replaceAll("&", "&amp;").replaceAll("\u00A0", "&nbsp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    : text;
}

function escape_attribute(value) {
  return escape_text(value).replaceAll('"', "&quot;");
}

function attribute_name({ namespaceURI: namespace, localName: local_name, name }) {
  switch (namespace) {
    case null:
      return local_name;
    case XML:
      return `xml:${local_name}`;
    case XMLNS:
      return local_name === "xmlns" ? "xmlns" : `xmlns:${local_name}`;
    case XLINK:
      return `xlink:${local_name}`;
    default:
      return name;
  }
}

/** What is inside `node`. */
export function serialize_fragment(node) {
  if (is_void(node)) {
    return "";
  }
  const parts = [];
  write_children(node.template_content ?? node, parts);
  return parts.join("");
}

export function serialize_node(node) {
  const parts = [];
  const inside = write_start(node, parts);
  if (inside !== null) {
    write_children(inside, parts);
    write_end(node, parts);
  }
  return parts.join("");
}

function is_void(node) {
  return node.nodeType === 1 && node.namespaceURI === HTML && VOID.has(node.localName);
}

/** NB: scripts make trees that are deeper than any stack. */
function write_children(node, parts) {
  const open = [];
  let child = node.firstChild;
  for (;;) {
    if (child === null) {
      if (open.length === 0) {
        return;
      }
      const parent = open.pop();
      write_end(parent, parts);
      child = parent.nextSibling;
      continue;
    }
    const inside = write_start(child, parts);
    if (inside === null) {
      child = child.nextSibling;
    } else {
      open.push(child);
      child = inside.firstChild;
    }
  }
}

/** All of `node` that comes before its children; returns what they are in, or null when it is whole. */
function write_start(node, parts) {
  switch (node.nodeType) {
    case 1: {
      parts.push("<", tag_name(node));
      for (const attribute of node.attribute_list) {
        parts.push(" ", attribute_name(attribute), '="', escape_attribute(attribute.value), '"');
      }
      parts.push(">");
      return is_void(node) ? null : node.template_content ?? node;
    }
    case 3:
    case 4: {
      const parent = node.parentNode;
      parts.push(parent !== null && parent.namespaceURI === HTML && RAW.has(parent.localName) ? node.data : escape_text(node.data));
      return null;
    }
    case 7:
      parts.push("<?", node.target, " ", node.data, ">");
      return null;
    case 8:
      parts.push("<!--", node.data, "-->");
      return null;
    case 10:
      parts.push("<!DOCTYPE ", node.name, ">");
      return null;
    default:
      return node;
  }
}

function write_end(node, parts) {
  if (node.nodeType === 1) {
    parts.push("</", tag_name(node), ">");
  }
}

function tag_name(element) {
  const { namespaceURI: namespace } = element;
  return namespace === HTML || namespace === MATHML || namespace === SVG ? element.localName : element.qualified_name;
}
