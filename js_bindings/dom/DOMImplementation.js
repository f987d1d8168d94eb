import { load } from "../webidl/lazy.js";
import { make_element } from "./creation.js";
import { DocumentType } from "./DocumentType.js";
import { append } from "./mutations.js";
import { HTML, SVG, is_a_valid_doctype_name } from "./namespaces.js";

/** https://dom.spec.whatwg.org/#interface-domimplementation */
export class DOMImplementation {
  document;

  constructor(document) {
    this.document = document;
  }

  createDocumentType(name, public_id, system_id) {
    if (!is_a_valid_doctype_name(name)) {
      throw new DOMException(`"${name}" is no name of a doctype`, "InvalidCharacterError");
    }
    return new DocumentType(name, public_id, system_id, this.document);
  }

  /** https://dom.spec.whatwg.org/#dom-domimplementation-createdocument */
  createDocument(namespace, qualified_name, doctype) {
    // 1. Make an XML document.
    const { XMLDocument } = load("dom/Document.js");
    const content_type = namespace === HTML ? "application/xhtml+xml" : namespace === SVG ? "image/svg+xml" : "application/xml";
    const document = new XMLDocument(content_type, false);
    // 2–3. Make its document element, if it has a name.
    const element = qualified_name === "" ? null : document.createElementNS(namespace, qualified_name);
    // 4–5. Append the doctype and the element that were given.
    if (doctype !== null) {
      append(doctype, document);
    }
    if (element !== null) {
      append(element, document);
    }
    // 6–8. The document.
    return document;
  }

  /** https://dom.spec.whatwg.org/#dom-domimplementation-createhtmldocument */
  createHTMLDocument(title) {
    // 1–3. Make an HTML document with a doctype.
    const document = new (load("dom/Document.js").Document)();
    append(new DocumentType("html", "", "", document), document);
    // 4–7. Append html, head and the title.
    const html = append(make_element(document, "html", HTML), document);
    const head = append(make_element(document, "head", HTML), html);
    if (title !== undefined) {
      append(document.createTextNode(title), append(make_element(document, "title", HTML), head));
    }
    // 8. Append the body.
    append(make_element(document, "body", HTML), html);
    // 9–10. The document.
    return document;
  }

  hasFeature() {
    return true;
  }
}
