import { op_document_write } from "../../ops.js";

/**
 * https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-write-steps
 *
 * AD-HOC: what a script writes is parsed when that script has ended, not while it runs.
 */
export function write(document, text) {
  // 1-2. Only HTML.
  if (!document.is_html_document) {
    throw new DOMException("only HTML documents can be written to", "InvalidStateError");
  }
  // 3-9. While it is parsed, after the running script. FIXME: at other times the document would be opened anew.
  const { loading } = document;
  if (loading === null || !loading.parsing) {
    throw new DOMException("document.write() after the document has been parsed is not implemented", "NotSupportedError");
  }
  // 10-11. An external script that does not block the parser writes nothing.
  if (document.current_script !== null && document.current_script.from_an_external_file && document.current_script.force_async) {
    return;
  }
  op_document_write(text);
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-open-steps */
export function open(document) {
  // 1-6. While it is parsed nothing happens. FIXME: the rest, which begins a document anew.
  if (document.loading?.parsing) {
    return document;
  }
  throw new DOMException("document.open() is not implemented", "NotSupportedError");
}

/** https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#dom-document-close */
export function close(document) {
  // 1-3. Nothing has been opened.
}
