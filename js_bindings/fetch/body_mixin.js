import { home, json_parse, view_for_script } from "../intrinsics.js";
import { load } from "../webidl/lazy.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { promise_for_script } from "../webidl/promises.js";
import { a_promise_rejected_with, a_promise_resolved_with } from "../webidl/promises.js";
import { op_fetch_extract_mime_type } from "../ops.js";
import { is_disturbed, is_unusable, read_all_bytes, read_all_text, stream_of } from "./body.js";
import { header_list_get_all } from "./header_lists.js";

/**
 * https://fetch.spec.whatwg.org/#body-mixin , for implementation classes with the slot `inner_body` (null or a Body) and a getter `own_header_list`.
 */
class BodyMixin {
  /** https://fetch.spec.whatwg.org/#dom-body-body */
  get body() {
    return this.inner_body === null ? null : stream_of(this.inner_body);
  }

  /** https://fetch.spec.whatwg.org/#dom-body-bodyused */
  get bodyUsed() {
    return this.inner_body !== null && is_disturbed(this.inner_body);
  }

  /** https://fetch.spec.whatwg.org/#dom-body-arraybuffer */
  arrayBuffer() {
    return promise_for_script(consume_body(this, read_all_bytes, EMPTY_BYTES, (bytes) => home(bytes.buffer)));
  }

  /** https://fetch.spec.whatwg.org/#dom-body-blob */
  blob() {
    return promise_for_script(consume_body(this, read_all_bytes, EMPTY_BYTES, (bytes) => {
      const { Blob } = load("file/Blob.js");
      return platform_object_of(new Blob(bytes.length === 0 ? [] : [bytes], get_the_mime_type(this)?.serialized ?? ""));
    }));
  }

  /** https://fetch.spec.whatwg.org/#dom-body-bytes */
  bytes() {
    return promise_for_script(consume_body(this, read_all_bytes, EMPTY_BYTES, view_for_script));
  }

  /** https://fetch.spec.whatwg.org/#dom-body-formdata */
  formData() {
    return promise_for_script(consume_body(this, read_all_bytes, EMPTY_BYTES, (bytes) => {
      return platform_object_of(form_data_of(bytes, get_the_mime_type(this)));
    }));
  }

  /** https://fetch.spec.whatwg.org/#dom-body-json : https://infra.spec.whatwg.org/#parse-json-bytes-to-a-javascript-value */
  json() {
    return consume_body(this, read_all_text, EMPTY_TEXT, (text) => json_parse(text));
  }

  /** https://fetch.spec.whatwg.org/#dom-body-text */
  text() {
    return consume_body(this, read_all_text, EMPTY_TEXT, as_it_is);
  }

  /** https://fetch.spec.whatwg.org/#dom-body-textstream */
  textStream() {
    // 1. A body that is unusable is refused.
    if (this.inner_body !== null && is_unusable(this.inner_body)) throw new TypeError("The body was already used, or is locked");
    // 2–6. Pipe the stream through a text decoder stream; without a body the stream is empty.
    return load("fetch/body_stream.js").text_stream_of(this.inner_body === null ? null : stream_of(this.inner_body));
  }
}

/** Gives an implementation class the members of the mixin. */
export function include_body(Interface) {
  const { constructor, ...members } = Object.getOwnPropertyDescriptors(BodyMixin.prototype);  // eslint-disable-line no-unused-vars
  Object.defineProperties(Interface.prototype, members);
}

const EMPTY_TEXT = () => "";
const EMPTY_BYTES = () => new Uint8Array(0);
const as_it_is = (value) => value;

/**
 * https://fetch.spec.whatwg.org/#concept-body-consume-body
 * `read` is `read_all_bytes` or `read_all_text`, `empty` gives what they do for no bytes, `convert` is convertBytesToJSValue.
 */
function consume_body(object, read, empty, convert) {
  const body = object.inner_body;
  // 1. A body that is unusable is refused.
  if (body !== null && is_unusable(body)) return a_promise_rejected_with(new TypeError("The body was already used, or is locked"));
  // 2–4. NB: reading gives the promise, with what `convert` returns or throws.
  // 6–7. Fully read the body.
  if (body !== null) return read(body, convert);
  // 5. Without a body there are no bytes.
  try {
    return a_promise_resolved_with(convert(empty()));
  } catch (error) {
    return a_promise_rejected_with(error);
  }
}

/**
 * https://fetch.spec.whatwg.org/#concept-body-mime-type
 * Gives `{ essence, parameters, serialized }`, or null.
 */
function get_the_mime_type(object) {
  // 1–6. Extract a MIME type from the header list; null is failure.
  const values = header_list_get_all(object.own_header_list, "content-type");
  return values.length === 0 ? null : op_fetch_extract_mime_type(values);
}

/** The steps of formData() that make a FormData of the bytes. */
function form_data_of(bytes, mime_type) {
  // 1–2. Parse the form as the MIME type says.
  if (mime_type?.essence === "multipart/form-data") {
    const { boundary } = mime_type.parameters;
    const entries = boundary === undefined ? null : load("xhr/multipart.js").parse_multipart_form_data(bytes, boundary);
    if (entries === null) throw new TypeError("The body is not valid multipart/form-data");
    return new (load("xhr/FormData.js").FormData)(entries);
  }
  if (mime_type?.essence === "application/x-www-form-urlencoded") {
    return new (load("xhr/FormData.js").FormData)(load("url/urlencoded.js").parse_urlencoded(bytes));
  }
  // 3. Any other MIME type is no form's.
  throw new TypeError("The body is no form: its type is neither multipart/form-data nor application/x-www-form-urlencoded");
}
