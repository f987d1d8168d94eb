import { fire_an_event } from "../dom/EventTarget.js";
import { header_list_get, sort_and_combine } from "../fetch/header_lists.js";
import {
  is_forbidden_method, is_forbidden_request_header, is_header_value, is_method, lowercase_header_name, normalize_header_value, normalize_method,
} from "../fetch/header_names.js";
import { api_base_url } from "../realm/environment.js";
import { host, op_xhr_parse_mime_type } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { load } from "../webidl/lazy.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { XMLHttpRequestEventTarget } from "./XMLHttpRequestEventTarget.js";
import { XMLHttpRequestUpload } from "./XMLHttpRequestUpload.js";
import { document_response, response_of_type, text_response } from "./received.js";
import { arm_the_timeout, request_error_steps, send, terminate } from "./sending.js";

// https://xhr.spec.whatwg.org/#states
const UNSENT = 0;
const OPENED = 1;
const HEADERS_RECEIVED = 2;
const LOADING = 3;
const DONE = 4;

const is_window = host.global_names.includes("Window");

/** https://xhr.spec.whatwg.org/#interface-xmlhttprequest */
export class XMLHttpRequest extends XMLHttpRequestEventTarget {
  upload = new XMLHttpRequestUpload();    // https://xhr.spec.whatwg.org/#upload-object
  readyState = UNSENT;                    // https://xhr.spec.whatwg.org/#concept-xmlhttprequest-state
  send_flag = false;                      // https://xhr.spec.whatwg.org/#send-flag
  timeout_in_milliseconds = 0;            // https://xhr.spec.whatwg.org/#timeout
  cross_origin_credentials = false;       // https://xhr.spec.whatwg.org/#cross-origin-credentials
  request_method = "GET";                 // https://xhr.spec.whatwg.org/#request-method
  request_url = null;                     // https://xhr.spec.whatwg.org/#request-url , a URLRecord
  blob_url_entry = undefined;             // its https://url.spec.whatwg.org/#concept-url-blob-entry
  author_request_headers = [];            // https://xhr.spec.whatwg.org/#author-request-headers
  author_request_headers_by_name = new Map();  // OPTIMIZATION: lowercased name → its header
  synchronous_flag = false;               // https://xhr.spec.whatwg.org/#synchronous-flag
  upload_complete_flag = false;           // https://xhr.spec.whatwg.org/#upload-complete-flag
  upload_listener_flag = false;           // https://xhr.spec.whatwg.org/#upload-listener-flag
  timed_out_flag = false;                 // https://xhr.spec.whatwg.org/#timed-out-flag
  response_concept = null;                // https://xhr.spec.whatwg.org/#response ; null is a network error
  received_bytes = [];                    // https://xhr.spec.whatwg.org/#received-bytes , in chunks
  received_length = 0;
  text_so_far = "";                       // what the received bytes are as text,
  text_of_length = 0;                     // when there were so many
  response_type = "";                     // https://xhr.spec.whatwg.org/#response-type
  response_object = null;                 // https://xhr.spec.whatwg.org/#response-object ; undefined is failure
  override_mime_type = null;              // https://xhr.spec.whatwg.org/#override-mime-type
  exchange = null;                        // what runs for this request now: stands for https://xhr.spec.whatwg.org/#fetch-controller

  static constructor_steps() {
    return new XMLHttpRequest();
  }

  /** https://xhr.spec.whatwg.org/#the-open()-method */
  open(method, url, async = true, username = null, password = null) {
    // 1. FIXME: a document has to be fully active.
    // 2. The method has to be one.
    if (!is_method(method)) throw new DOMException(`"${method}" is no HTTP method`, "SyntaxError");
    // 3. It must not be a forbidden method.
    if (is_forbidden_method(method)) throw new DOMException(`the method ${method} is not for scripts`, "SecurityError");
    // 4. Normalize the method.
    method = normalize_method(method);
    // 5–6. FIXME: a document's encoding should have a say in the query.
    let parsed_url = parse_url(url, api_base_url());
    if (parsed_url === null) throw new DOMException(`the URL "${url}" cannot be parsed`, "SyntaxError");
    // 7. NB: that is in the defaults above.
    // 8. The URL takes the user name and the password, if it has a host.
    if (parsed_url.authority_start >= 0) {
      if (username !== null) parsed_url = parsed_url.with("username", username);
      if (password !== null) parsed_url = parsed_url.with("password", password);
    }
    // 9. A window waits for a synchronous request only without a timeout and a response type.
    if (!async && is_window && (this.timeout_in_milliseconds !== 0 || this.response_type !== "")) {
      throw new DOMException("a synchronous request of a window has no timeout and no response type", "InvalidAccessError");
    }
    // 10. Terminate the fetch controller.
    terminate(this);
    // 11. Start with a new request and without a response.
    this.send_flag = false;
    this.upload_listener_flag = false;
    this.request_method = method;
    this.request_url = parsed_url;
    this.blob_url_entry = parsed_url.protocol === "blob:" ? load("file/blob_url.js").blob_url_entry_of(parsed_url) : undefined;
    this.synchronous_flag = !async;
    this.author_request_headers = [];
    this.author_request_headers_by_name = new Map();
    this.response_concept = null;
    this.received_bytes = [];
    this.received_length = 0;
    this.text_of_length = 0;
    this.response_object = null;
    // 12. The state becomes opened.
    if (this.readyState !== OPENED) {
      this.readyState = OPENED;
      fire_an_event("readystatechange", this);
    }
  }

  /** https://xhr.spec.whatwg.org/#the-setrequestheader()-method */
  setRequestHeader(name, value) {
    // 1–2. The state is opened, and send() was not invoked.
    this.require_to_be_open();
    // 3. Normalize the value.
    value = normalize_header_value(value);
    // 4. Name and value have to be those of a header.
    const lower = lowercase_header_name(name);
    if (lower === null || !is_header_value(value)) {
      throw new DOMException(`"${name}: ${value}" is no header`, "SyntaxError");
    }
    // 5. A forbidden request-header is dropped.
    if (is_forbidden_request_header(lower, value)) return;
    // 6. Combine it in the author request headers: https://fetch.spec.whatwg.org/#concept-header-list-combine
    const header = this.author_request_headers_by_name.get(lower);
    if (header !== undefined) {
      header[1] += `, ${value}`;
    } else {
      const added = [name, value];
      this.author_request_headers.push(added);
      this.author_request_headers_by_name.set(lower, added);
    }
  }

  /** Ours: two steps that several members begin with. */
  require_to_be_open() {
    if (this.readyState !== OPENED) throw new DOMException("the request is not open", "InvalidStateError");
    if (this.send_flag) throw new DOMException("the request has been sent", "InvalidStateError");
  }

  get timeout() {
    return this.timeout_in_milliseconds;
  }

  /** https://xhr.spec.whatwg.org/#dom-xmlhttprequest-timeout */
  set timeout(value) {
    // 1. A synchronous request of a window has no timeout.
    if (is_window && this.synchronous_flag) {
      throw new DOMException("a synchronous request of a window has no timeout", "InvalidAccessError");
    }
    // 2. Set the timeout. NB: also while the request is under way; the time counts from the start.
    this.timeout_in_milliseconds = value;
    arm_the_timeout(this);
  }

  get withCredentials() {
    return this.cross_origin_credentials;
  }

  /** https://xhr.spec.whatwg.org/#dom-xmlhttprequest-withcredentials */
  set withCredentials(value) {
    // 1–2. Before send() only.
    if ((this.readyState !== UNSENT && this.readyState !== OPENED) || this.send_flag) {
      throw new DOMException("the request has been sent", "InvalidStateError");
    }
    // 3. Set the cross-origin credentials.
    this.cross_origin_credentials = value;
  }

  /** https://xhr.spec.whatwg.org/#the-send()-method */
  send(body = null) {
    send(this, body);
  }

  /** https://xhr.spec.whatwg.org/#the-abort()-method */
  abort() {
    // 1. Abort the fetch controller.
    terminate(this);
    // 2. The request error steps, if it was under way.
    if ((this.readyState === OPENED && this.send_flag) || this.readyState === HEADERS_RECEIVED || this.readyState === LOADING) {
      request_error_steps(this, "abort");
    }
    // 3. The state becomes unsent, without a response. NB: no event tells of that.
    if (this.readyState === DONE) {
      this.readyState = UNSENT;
      this.response_concept = null;
    }
  }

  /** https://xhr.spec.whatwg.org/#the-responseurl-attribute */
  get responseURL() {
    const url = this.response_concept?.url;
    return url === undefined ? "" : url.split("#", 1)[0];
  }

  get status() {
    return this.response_concept?.status ?? 0;
  }

  get statusText() {
    return this.response_concept?.status_message ?? "";
  }

  /** https://xhr.spec.whatwg.org/#the-getresponseheader()-method */
  getResponseHeader(name) {
    return header_list_get(this.response_concept?.header_list ?? [], name.toLowerCase());
  }

  /** https://xhr.spec.whatwg.org/#the-getallresponseheaders()-method */
  getAllResponseHeaders() {
    // 1–2. Sort and combine the header list.
    const headers = sort_and_combine(this.response_concept?.header_list ?? []);
    // 3. Sort by the names in upper case.
    const in_capitals = headers.map(([name, value]) => [name.toUpperCase(), name, value]);
    in_capitals.sort(([first], [second]) => first < second ? -1 : first > second ? 1 : 0);
    // 4–5. One line for each header.
    return in_capitals.map(([, name, value]) => `${name}: ${value}\r\n`).join("");
  }

  /** https://xhr.spec.whatwg.org/#the-overridemimetype()-method */
  overrideMimeType(mime) {
    // 1. Only before the response is being received.
    if (this.readyState === LOADING || this.readyState === DONE) {
      throw new DOMException("the response is being received already", "InvalidStateError");
    }
    // 2–3. Parse the MIME type; failure is application/octet-stream.
    this.override_mime_type = op_xhr_parse_mime_type(mime) ?? op_xhr_parse_mime_type("application/octet-stream");
  }

  get responseType() {
    return this.response_type;
  }

  /** https://xhr.spec.whatwg.org/#the-responsetype-attribute */
  set responseType(value) {
    // 1. Outside windows the response type "document" is ignored.
    if (!is_window && value === "document") return;
    // 2. Only before the response is being received.
    if (this.readyState === LOADING || this.readyState === DONE) {
      throw new DOMException("the response is being received already", "InvalidStateError");
    }
    // 3. A synchronous request of a window has no response type.
    if (is_window && this.synchronous_flag) {
      throw new DOMException("a synchronous request of a window has no response type", "InvalidAccessError");
    }
    // 4. Set the response type.
    this.response_type = value;
  }

  /** https://xhr.spec.whatwg.org/#the-response-attribute */
  get response() {
    // 1. A text response can be had while it comes.
    if (this.response_type === "" || this.response_type === "text") {
      return this.readyState === LOADING || this.readyState === DONE ? text_response(this) : "";
    }
    // 2. Anything else only when the request is done.
    if (this.readyState !== DONE) return null;
    // 3–8. The response object is made once; undefined is failure.
    if (this.response_object === null) response_of_type(this);
    const object = this.response_object ?? null;
    return object !== null && (this.response_type === "blob" || this.response_type === "document") ? platform_object_of(object) : object;
  }

  /** https://xhr.spec.whatwg.org/#the-responsetext-attribute */
  get responseText() {
    // 1. Only for a response type that is text.
    if (this.response_type !== "" && this.response_type !== "text") {
      throw new DOMException(`the response type is "${this.response_type}", not text`, "InvalidStateError");
    }
    // 2–3. The text response, when some of it is there.
    return this.readyState === LOADING || this.readyState === DONE ? text_response(this) : "";
  }

  /** https://xhr.spec.whatwg.org/#the-responsexml-attribute */
  get responseXML() {
    // 1. Only for a response type that may be a document.
    if (this.response_type !== "" && this.response_type !== "document") {
      throw new DOMException(`the response type is "${this.response_type}", not a document`, "InvalidStateError");
    }
    // 2. Only when the request is done.
    if (this.readyState !== DONE) return null;
    // 3–6. The response object, which is the document response.
    if (this.response_object === null) document_response(this);
    return this.response_object ?? null;
  }
}
