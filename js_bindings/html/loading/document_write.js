import { op_document_has_written, op_document_write } from "../../ops.js";
import { parse_what_is_written } from "./loading.js";

/** As many writes of scripts that were themselves written by scripts as browsers take; AD-HOC: the standard has no limit. */
const MOST_NESTED_WRITES = 21;

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-write-steps */
export function write(document, text) {
  // 1–2. An XML document cannot be written to.
  if (!document.is_html_document) {
    throw new DOMException("only HTML documents can be written to", "InvalidStateError");
  }
  // 3–9. Write at the insertion point, while the parser runs. FIXME: at other times the document would be opened anew.
  const { loading } = document;
  if (loading === null || !loading.parsing) {
    throw new DOMException("document.write() after the document has been parsed is not implemented", "NotSupportedError");
  }
  // 10–11. An external script that does not block the parser has no insertion point, and writes nothing.
  if (document.current_script !== null && document.current_script.from_an_external_file && document.current_script.force_async) {
    return;
  }
  // 12. AD-HOC: once scripts have written scripts too often, nothing is written until the first of them is back.
  loading.too_many_writes ||= loading.nested_writes >= MOST_NESTED_WRITES;
  if (loading.too_many_writes) {
    return;
  }
  // 13. Insert the text; it is parsed at once, if a script of the parser writes it and no parsing-blocking script is pending.
  if (loading.script_nesting_level === 0 || loading.pending_parsing_blocking_script !== null || loading.construction.is_performing) {
    op_document_write(text, false);
    return;
  }
  op_document_write(text, true);
  ++loading.nested_writes;
  try {
    parse_what_is_written(document);
  } finally {
    op_document_has_written();
    --loading.nested_writes;
    loading.too_many_writes &&= loading.nested_writes > 0;
  }
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-open-steps */
export function open(document) {
  // 1–6. A document with an active parser is not opened. FIXME: the rest, which begins a document anew.
  if (document.loading?.parsing) {
    return document;
  }
  throw new DOMException("document.open() is not implemented", "NotSupportedError");
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-document-close */
export function close(document) {
  // 1–3. No parser was made by open().
}
