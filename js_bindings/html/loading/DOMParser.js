import { Document } from "../../dom/Document.js";
import { op_document_parse } from "../../ops.js";
import { throw_not_implemented } from "../../webidl/not_implemented.js";
import { associated_document } from "../window/Window.js";
import { serialize_node } from "./serialization.js";
import { TreeConstruction } from "./tree_construction.js";

/** A document of its own, in which no script runs. */
export function parse_html(html) {
  const document = new Document();
  const { url } = associated_document();
  document.url = url;
  new TreeConstruction(document, document, true).perform(op_document_parse(html));
  return document;
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#the-domparser-interface */
export class DOMParser {
  static constructor_steps() {
    return new DOMParser();
  }

  parseFromString(string, type) {
    if (type !== "text/html") {
      throw_not_implemented("DOMParser.parseFromString", "there is no XML parser");
    }
    return parse_html(string);
  }
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#the-xmlserializer-interface . AD-HOC: as HTML is serialized. */
export class XMLSerializer {
  static constructor_steps() {
    return new XMLSerializer();
  }

  serializeToString(root) {
    return serialize_node(root);
  }
}

