import { HTML, MATHML, SVG, XLINK, XML, XMLNS } from "../dom/namespaces.js";

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
  if (node.nodeType === 1 && node.namespaceURI === HTML && VOID.has(node.localName)) {
    return "";
  }
  const parts = [];
  write_children(node.template_content ?? node, parts);
  return parts.join("");
}

export function serialize_node(node) {
  const parts = [];
  write(node, parts);
  return parts.join("");
}

function write_children(node, parts) {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    write(child, parts);
  }
}

function write(node, parts) {
  switch (node.nodeType) {
    case 1: {
      const known = node.namespaceURI === HTML || node.namespaceURI === MATHML || node.namespaceURI === SVG;
      const name = known ? node.localName : node.qualified_name;
      parts.push("<", name);
      for (const attribute of node.attribute_list) {
        parts.push(" ", attribute_name(attribute), '="', escape_attribute(attribute.value), '"');
      }
      parts.push(">");
      if (node.namespaceURI === HTML && VOID.has(node.localName)) {
        return;
      }
      write_children(node.template_content ?? node, parts);
      parts.push("</", name, ">");
      return;
    }
    case 3:
    case 4: {
      const parent = node.parentNode;
      parts.push(parent !== null && parent.namespaceURI === HTML && RAW.has(parent.localName) ? node.data : escape_text(node.data));
      return;
    }
    case 7:
      parts.push("<?", node.target, " ", node.data, ">");
      return;
    case 8:
      parts.push("<!--", node.data, "-->");
      return;
    case 10:
      parts.push("<!DOCTYPE ", node.name, ">");
      return;
    default:
      write_children(node, parts);
  }
}
