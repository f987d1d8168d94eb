import { Document } from "../../dom/Document.js";
import { make_element } from "../../dom/creation.js";
import { append } from "../../dom/mutations.js";
import { HTML } from "../../dom/namespaces.js";
import { environment_facts } from "../../realm/environment_facts.js";

/** https://html.spec.whatwg.org/multipage/document-sequences.html#creating-a-new-browsing-context : every window begins with a document. */
export function initial_about_blank(window) {
  const document = new Document();
  document.default_view = window;
  document.url = environment_facts().url;
  document.mode = "quirks";
  const html = append(make_element(document, "html", HTML), document);
  append(make_element(document, "head", HTML), html);
  append(make_element(document, "body", HTML), html);
  return document;
}
