// What XMLHttpRequest makes of the bytes that came. Specification: https://xhr.spec.whatwg.org/ (2025-09)

import { get_an_encoding } from "../encoding/encodings.js";
import { utf8_decode } from "../infra/utf8.js";
import { header_list_get_all } from "../fetch/header_lists.js";
import { Blob } from "../file/Blob.js";
import { home, json_parse } from "../intrinsics.js";
import { join_chunks, joined_for_reading } from "../file/blob_parts.js";
import { op_encoding_decode_with_bom, op_fetch_extract_mime_type, op_xhr_decode_document, op_xhr_parse_mime_type } from "../ops.js";
import { load } from "../webidl/lazy.js";

/** https://xhr.spec.whatwg.org/#response-mime-type , as `op_fetch_extract_mime_type` gives it */
function response_mime_type(request) {
  // 1–2. Extract the response MIME type; failure is text/xml.
  return op_fetch_extract_mime_type(header_list_get_all(request.response_concept?.header_list ?? [], "content-type"))
    ?? op_xhr_parse_mime_type("text/xml");
}

/** https://xhr.spec.whatwg.org/#final-mime-type */
export function final_mime_type(request) {
  return request.override_mime_type ?? response_mime_type(request);
}

/** https://xhr.spec.whatwg.org/#final-charset : an encoding, or null */
export function final_charset(request) {
  // 1–3. The charset of the response MIME type,
  let label = response_mime_type(request).parameters.charset ?? null;
  // 4. or that of the override MIME type.
  label = request.override_mime_type?.parameters.charset ?? label;
  // 5–8. The encoding of this label, or null.
  return label === null ? null : get_an_encoding(label);
}

/** https://mimesniff.spec.whatwg.org/#xml-mime-type */
export function is_an_xml_mime_type({ essence }) {
  return essence.endsWith("+xml") || essence === "text/xml" || essence === "application/xml";
}

/** https://xhr.spec.whatwg.org/#text-response */
export function text_response(request) {
  // 1. NB: a response without a body has received no bytes.
  if (request.received_length === 0) return "";
  // OPTIMIZATION: while nothing new has come the text is what it was.
  if (request.text_of_length !== request.received_length) {
    // 2. Get the final encoding.
    let charset = final_charset(request);
    // 3. Without one, XML tells its encoding itself.
    if (request.response_type === "" && charset === null && is_an_xml_mime_type(final_mime_type(request))) {
      charset = encoding_of_xml(joined_for_reading(request.received_bytes));
    }
    // 4–5. Decode, as UTF-8 if nothing else is said.
    request.text_so_far = op_encoding_decode_with_bom(charset ?? "utf-8", joined_for_reading(request.received_bytes));
    request.text_of_length = request.received_length;
  }
  return request.text_so_far;
}

/** https://www.w3.org/TR/xml/#NT-EncodingDecl : an encoding, or null */
function encoding_of_xml(bytes) {
  const start = utf8_decode(bytes.slice(0, 256));
  const label = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start)?.[1];
  return label === undefined ? null : get_an_encoding(label);
}

/** https://xhr.spec.whatwg.org/#the-response-attribute , its steps 5 to 8: sets the response object, to an implementation object or a script's value */
export function response_of_type(request) {
  switch (request.response_type) {
    // 5. An ArrayBuffer. FIXME: one that cannot be allocated should be a failure.
    case "arraybuffer":
      request.response_object = home(join_chunks(request.received_bytes).buffer);
      break;
    // 6. A Blob of the final MIME type.
    case "blob":
      request.response_object = new Blob([join_chunks(request.received_bytes)], final_mime_type(request).serialized);
      break;
    // 7. A document response.
    case "document":
      document_response(request);
      break;
    // 8. The value of the JSON text.
    case "json":
      request.response_object = json_response(request);
  }
}

/** Step 8 of the same: undefined where there is no JSON. */
function json_response(request) {
  // 8.1. Without a body it is null.
  if (request.response_concept === null || request.received_length === 0) return undefined;
  // 8.2–8.4. Parse JSON from the bytes; an exception is null.
  try {
    const value = json_parse(utf8_decode(joined_for_reading(request.received_bytes)));
    return value === null ? undefined : value;
  } catch {
    return undefined;
  }
}

/** https://xhr.spec.whatwg.org/#document-response : sets the response object. Only for windows. */
export function document_response(request) {
  // 1. Without a body there is no document response.
  if (request.response_concept === null || request.received_length === 0) return;
  // 2–4. The final MIME type is XML, or HTML if the response type asks for a document.
  const mime_type = final_mime_type(request);
  const is_html = mime_type.essence === "text/html";
  if (!is_html && !is_an_xml_mime_type(mime_type)) return;
  if (request.response_type === "" && is_html) return;
  // 6–7. FIXME: there is no parser for XML.
  if (!is_html) return;
  // 5. An HTML document, in which no script runs; without a final encoding its meta elements are asked for one.
  const [text, encoding] = op_xhr_decode_document(joined_for_reading(request.received_bytes), final_charset(request));
  const document = load("html/loading/DOMParser.js").parse_html(text);
  // 8–11. Set its encoding and its URL. NB: its content type is text/html, its origin ours.
  document.encoding = encoding;
  document.url = request.response_concept.url;
  // 12. It is the response object.
  request.response_object = document;
}
