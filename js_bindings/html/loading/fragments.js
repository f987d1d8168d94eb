import { DocumentFragment } from "../../dom/DocumentFragment.js";
import { append } from "../../dom/mutations.js";
import { Text } from "../../dom/Text.js";
import { HTML } from "../../dom/namespaces.js";
import { op_document_parse_fragment } from "../../ops.js";
import { TreeConstruction } from "./tree_construction.js";

// Where text is not simply kept.
const SELECTIVE = new Set(["table", "tbody", "tfoot", "thead", "tr", "colgroup", "select", "html", "head", "frameset", "template"]);

/** https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments ; returns a fragment of the context's document. */
export function parse_fragment(context, html) {
  const document = context.node_document;
  const fragment = new DocumentFragment(document);
  // OPTIMIZATION: text alone needs no parser.
  if (html === "") {
    return fragment;
  }
  const is_html = context.namespaceURI === HTML;
  if (is_html && !SELECTIVE.has(context.localName) && !/[<&\0\r]/.test(html)) {
    append(new Text(html, document), fragment);
    return fragment;
  }
  // 1–15. NB: the parser's html element is the fragment itself. FIXME: contexts of SVG and MathML.
  new TreeConstruction(document, fragment, true).perform(op_document_parse_fragment(html, is_html ? context.localName : "div"));
  return fragment;
}
