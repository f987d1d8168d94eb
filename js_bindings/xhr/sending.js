// The life of a request between send() and its end. Specification: https://xhr.spec.whatwg.org/ (2025-09)

import { fire_an_event } from "../dom/EventTarget.js";
import { body_to_wire, extract_a_body, length_of_body } from "../fetch/body.js";
import { next_fetch_id } from "../fetch/fetch_ids.js";
import { header_list_get, header_list_get_all, header_list_set } from "../fetch/header_lists.js";
import { RequestConcept } from "../fetch/requests.js";
import { response_concept_from_record } from "../fetch/responses.js";
import { cancel_steps_after_a_timeout, run_steps_after_a_timeout } from "../realm/timers.js";
import {
  op_body_read, op_body_release, op_body_take, op_fetch_abort, op_xhr_is_received, op_xhr_parse_mime_type, op_xhr_send, op_xhr_start,
} from "../ops.js";
import { current_high_resolution_time } from "../realm/high_resolution_time.js";
import { load } from "../webidl/lazy.js";
import { upon_settlement } from "../webidl/promises.js";
import { brand_of } from "../webidl/tables.js";
import { ProgressEvent } from "../dom/ProgressEvent.js";

const OPENED = 1;
const HEADERS_RECEIVED = 2;
const LOADING = 3;
const DONE = 4;

const DOCUMENT = brand_of("Document");
const URL_SEARCH_PARAMS = brand_of("URLSearchParams");
const PIECE = 256 * 1024;   // bytes that are read at once
const ROUGHLY = 50;         // milliseconds between two events of progress

// The exchanges that Python tells of their upload, by their id.
const uploading = new Map();

/** Ours: what runs for a request between send() and its end. A request that is opened anew has another one. */
class Exchange {
  id = next_fetch_id();
  started = current_high_resolution_time();
  timer = null;               // of the timeout
  body_handle = 0;            // of the response's body, while it is read
  request_body_length = 0;
  request_body_transmitted = 0;
  last_progress = -Infinity;  // when progress was last told of,
  last_loaded = -1;           // and how far it was then
}

/** https://xhr.spec.whatwg.org/#the-send()-method */
export function send(request, body) {
  // 1–2. The state is opened, and send() was not invoked.
  request.require_to_be_open();
  // 3. GET and HEAD have no body.
  if (request.request_method === "GET" || request.request_method === "HEAD") body = null;
  // 4. The request body and its content type.
  let request_body = null;
  if (body !== null) {
    let extracted_content_type = null;
    const is_document = body[DOCUMENT] === true;
    if (is_document) {
      [request_body] = extract_a_body(load("html/loading/serialization.js").serialize_fragment(body).toWellFormed());
      extracted_content_type = `${body.contentType === "text/html" ? "text/html" : "application/xml"};charset=UTF-8`;
    } else {
      [request_body, extracted_content_type] = extract_a_body(body);
    }
    // AD-HOC: the parameters of a URL count as text here; so they do in browsers.
    const is_text = is_document || typeof body === "string" || body[URL_SEARCH_PARAMS] === true;
    set_content_type(request.author_request_headers, extracted_content_type, is_text);
  }
  // 5. Is anybody listening to the upload object?
  if (request.upload.is_listened_to) request.upload_listener_flag = true;
  // 6. Make the request.
  const concept = request_concept(request);
  // 7–10. The upload is complete if there is no body; the request is not timed out, and send() was invoked.
  request.upload_complete_flag = request_body === null;
  request.timed_out_flag = false;
  request.send_flag = true;
  const exchange = request.exchange = new Exchange();
  exchange.request_body_length = request_body === null ? 0 : length_of_body(request_body) ?? 0;
  if (request.synchronous_flag) {
    // 12. A synchronous request.
    send_synchronously(request, concept, request_body);
    return;
  }
  // 11.1–11.4. Fire "loadstart".
  fire_a_progress_event("loadstart", request, 0, 0);
  // 11.5. Fire it at the upload object too.
  if (!request.upload_complete_flag && request.upload_listener_flag) {
    fire_a_progress_event("loadstart", request.upload, 0, exchange.request_body_length);
  }
  // 11.6. A listener may have aborted the request, or opened another one.
  if (request.readyState !== OPENED || !request.send_flag || request.exchange !== exchange) return;
  // 11.7–11.12. Fetch, and count the time of the timeout.
  if (request.upload_listener_flag) uploading.set(exchange.id, request);
  arm_the_timeout(request);
  const answer = op_xhr_start(exchange.id, concept, request_body === null ? null : body_to_wire(request_body), request.upload_listener_flag);
  upon_settlement(answer, (record) => {
    uploading.delete(exchange.id);
    if (request.exchange === exchange) process_response(request, exchange, record);
    else if (record !== null && record.body) op_body_release(record.body);
  }, () => undefined);
}

/** Step 4 of send(), its part about Content-Type. `is_text`: the body is text. */
function set_content_type(headers, extracted_content_type, is_text) {
  // 4.4. The author's Content-Type.
  const original = header_list_get(headers, "content-type");
  if (original === null) {
    // 4.6. Without one it is that of the body.
    if (extracted_content_type !== null) header_list_set(headers, "Content-Type", extracted_content_type);
    return;
  }
  // 4.5. The charset of text has to be UTF-8.
  if (!is_text) return;
  const mime_type = op_xhr_parse_mime_type(original);
  const charset = mime_type?.parameters.charset;
  if (charset !== undefined && charset.toLowerCase() !== "utf-8") {
    header_list_set(headers, "Content-Type", op_xhr_parse_mime_type(original, "UTF-8").serialized);
  }
}

/** Step 6 of send() */
function request_concept(request) {
  const concept = new RequestConcept([request.request_url.href], request.author_request_headers.map((header) => [...header]));
  concept.method = request.request_method;
  concept.mode = "cors";
  concept.use_cors_preflight = request.upload_listener_flag;
  concept.credentials_mode = request.cross_origin_credentials ? "include" : "same-origin";
  concept.use_url_credentials = request.request_url.credentials !== "";
  concept.initiator_type = "xmlhttprequest";
  if (request.blob_url_entry !== undefined) concept.blob_url_entry = request.blob_url_entry;
  return concept;
}

/** Step 12 of send() */
function send_synchronously(request, concept, request_body) {
  const { exchange } = request;
  // 12.1–12.6. Fetch, and pause until the response or the timeout.
  const record = op_xhr_send(concept, request_body === null ? null : body_to_wire(request_body), request.timeout_in_milliseconds);
  request.exchange = null;
  request.timed_out_flag = record.timed_out === true;
  if (record.response !== null) {
    const { body, ...response } = record.response;
    request.response_concept = response_concept_from_record(response);
    if (body) keep(request, op_body_take(body));
  }
  exchange.id = 0;
  // 12.7–12.8. Handle the end of the body. NB: there is no resource timing to report to.
  handle_response_end_of_body(request);
}

/** Ours: from now on, or from the start of what is under way, count the milliseconds of `timeout`. */
export function arm_the_timeout(request) {
  const { exchange } = request;
  if (exchange === null || request.synchronous_flag) return;
  if (exchange.timer !== null) cancel_steps_after_a_timeout(exchange.timer);
  exchange.timer = null;
  // Step 11.12 of send()
  if (request.timeout_in_milliseconds === 0) return;
  const passed = current_high_resolution_time() - exchange.started;
  exchange.timer = run_steps_after_a_timeout(Math.max(request.timeout_in_milliseconds - passed, 0), () => {
    // NB: what has come in time while a script was busy is not late.
    if (request.exchange !== exchange || (exchange.body_handle !== 0 && op_xhr_is_received(exchange.body_handle))) return;
    request.timed_out_flag = true;
    terminate(request);
    request.response_concept = null;
    handle_errors(request);
  });
}

/** Ours: what runs for a request runs no more, and is not heard of again. */
export function terminate(request) {
  const { exchange } = request;
  if (exchange === null) return;
  over(request);
  op_fetch_abort(exchange.id, null);
  if (exchange.body_handle !== 0) op_body_release(exchange.body_handle);
}

function over(request) {
  const { exchange } = request;
  if (exchange !== null) {
    request.exchange = null;
    uploading.delete(exchange.id);
    if (exchange.timer !== null) cancel_steps_after_a_timeout(exchange.timer);
  }
}

/** An upcall: step 11.7 of send(). `transmitted`: bytes until now. Python does not call it more often than it should. */
export function up_xhr_request_body_progress(id, transmitted) {
  const request = uploading.get(id);
  if (request !== undefined) {
    request.exchange.request_body_transmitted = transmitted;
    fire_a_progress_event("progress", request.upload, transmitted, request.exchange.request_body_length);
  }
}

/** An upcall: step 11.8 of send(). */
export function up_xhr_request_end_of_body(id, transmitted) {
  const request = uploading.get(id);
  if (request === undefined || request.upload_complete_flag) return;
  request.upload_complete_flag = true;
  const { request_body_length } = request.exchange;
  for (const name of ["progress", "load", "loadend"]) {
    fire_a_progress_event(name, request.upload, transmitted, request_body_length);
  }
}

/** Step 11.9 of send(): `record` describes the response, null is a network error, { aborted: true } one that somebody else aborted */
function process_response(request, exchange, record) {
  if (record?.aborted === true) {
    over(request);
    request_error_steps(request, "abort");
    return;
  }
  // 9.1. Take the response.
  const { body, ...response } = record ?? {};
  request.response_concept = record === null ? null : response_concept_from_record(response);
  // 9.2–9.3. A network error is handled as such.
  if (record === null) {
    over(request);
    handle_errors(request);
    return;
  }
  if (body !== undefined && body !== 0) exchange.body_handle = body;
  // 9.4–9.5. The state becomes headers received.
  request.readyState = HEADERS_RECEIVED;
  fire_an_event("readystatechange", request);
  // 9.6. A listener may have aborted the request, or opened another one.
  if (request.readyState !== HEADERS_RECEIVED || request.exchange !== exchange) return;
  // 9.7–9.13. Read the body incrementally, or handle its end if there is none.
  if (exchange.body_handle === 0) end_of_body(request);
  else read_on(request, exchange);
}

function read_on(request, exchange) {
  upon_settlement(op_body_read(exchange.body_handle, PIECE), (buffer) => {
    if (request.exchange !== exchange) return;
    if (buffer === null) {
      // 9.11. The body has ended.
      exchange.body_handle = 0;
      end_of_body(request);
      return;
    }
    // 9.10. Append the bytes; roughly every 50 ms the state becomes loading and "progress" is fired.
    keep(request, buffer);
    const now = current_high_resolution_time();
    if (now - exchange.last_progress >= ROUGHLY) {
      exchange.last_progress = now;
      if (request.readyState === HEADERS_RECEIVED) request.readyState = LOADING;
      fire_an_event("readystatechange", request);
      if (request.exchange === exchange) {
        exchange.last_loaded = request.received_length;
        fire_a_progress_event("progress", request, request.received_length, length_of_response(request));
      }
    }
    if (request.exchange === exchange) read_on(request, exchange);
  }, (error) => {
    if (request.exchange !== exchange) return;
    // 9.12. The body failed: the response is a network error.
    exchange.body_handle = 0;
    over(request);
    request.response_concept = null;
    if (error.name === "AbortError") request_error_steps(request, "abort");
    else handle_errors(request);
  });
}

function keep(request, buffer) {
  if (buffer.byteLength > 0) {
    request.received_bytes.push(new Uint8Array(buffer));
    request.received_length += buffer.byteLength;
  }
}

function end_of_body(request) {
  const { last_loaded } = request.exchange;
  over(request);
  handle_response_end_of_body(request, last_loaded);
}

/** https://fetch.spec.whatwg.org/#header-list-extract-a-length , 0 for what is no number. */
function length_of_response(request) {
  const headers = request.response_concept.header_list;
  // AD-HOC: the length of what was coded on its way says nothing of what arrives here; so do browsers.
  if (header_list_get(headers, "content-encoding") !== null) return 0;
  const values = new Set(header_list_get_all(headers, "content-length").flatMap((value) => value.split(",").map((one) => one.trim())));
  const [value] = values;
  return values.size === 1 && /^[0-9]+$/.test(value) ? Number(value) : 0;
}

/** https://xhr.spec.whatwg.org/#handle-response-end-of-body */
function handle_response_end_of_body(request, last_loaded = -1) {
  // 1–2. Handle errors, and stop at a network error.
  handle_errors(request);
  if (request.response_concept === null) return;
  // 3–5. The number of bytes received, and the length that the response has told of.
  const transmitted = request.received_length;
  const length = length_of_response(request);
  // 6. Fire "progress". AD-HOC: what has been told is not told again; so do browsers.
  if (!request.synchronous_flag && transmitted > last_loaded) fire_a_progress_event("progress", request, transmitted, length);
  // 7–8. The state becomes done.
  request.readyState = DONE;
  request.send_flag = false;
  // 9–11. Fire "readystatechange", "load" and "loadend".
  fire_an_event("readystatechange", request);
  fire_a_progress_event("load", request, transmitted, length);
  fire_a_progress_event("loadend", request, transmitted, length);
}

/** https://xhr.spec.whatwg.org/#handle-errors */
function handle_errors(request) {
  // 1. Only after send() was invoked.
  if (!request.send_flag) return;
  // 2. A timeout.
  if (request.timed_out_flag) {
    request_error_steps(request, "timeout", new DOMException("the request has timed out", "TimeoutError"));
  } else if (request.response_concept === null) {
    // 3–4. A network error. NB: what was aborted has been seen to by then.
    request_error_steps(request, "error", new DOMException(`failed to load "${request.request_url.href}"`, "NetworkError"));
  }
}

/** https://xhr.spec.whatwg.org/#request-error-steps */
export function request_error_steps(request, event, exception = undefined) {
  // 1–3. The state becomes done, and the response a network error.
  request.readyState = DONE;
  request.send_flag = false;
  request.response_concept = null;
  request.received_bytes = [];
  request.received_length = 0;
  // 4. A synchronous request throws.
  if (request.synchronous_flag) throw exception;
  // 5. Fire "readystatechange".
  fire_an_event("readystatechange", request);
  // 6. An upload that is not complete hears of the event too.
  if (!request.upload_complete_flag) {
    request.upload_complete_flag = true;
    if (request.upload_listener_flag) {
      fire_a_progress_event(event, request.upload, 0, 0);
      fire_a_progress_event("loadend", request.upload, 0, 0);
    }
  }
  // 7–8. Fire the event and "loadend".
  fire_a_progress_event(event, request, 0, 0);
  fire_a_progress_event("loadend", request, 0, 0);
}

/** https://xhr.spec.whatwg.org/#concept-event-fire-progress */
function fire_a_progress_event(name, target, transmitted, length) {
  fire_an_event(name, target, { loaded: transmitted, lengthComputable: length !== 0, total: length }, ProgressEvent);
}
