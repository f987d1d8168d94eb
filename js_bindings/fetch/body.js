// Bodies. Specification: https://fetch.spec.whatwg.org/#bodies (2025-09)
//
// The stream of a body is only made when somebody looks at it. Until then a body is what its bytes come from: a string, chunks of bytes, or a
// handle to a body that lies in Python; and a note of what was done with it, so that a stream made later is in the state it would have had.
// Everything that handles streams is in body_stream.js, which is loaded when the first one is needed.

import { copy_of_buffer_source, joined_for_reading, length_of_chunks } from "../file/blob_parts.js";
import { utf8_decode, utf8_encode } from "../infra/utf8.js";
import { op_body_cancel, op_body_clone, op_body_create, op_body_read_all, op_body_read_text, op_body_release, op_body_take, op_body_take_text } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { brand_of } from "../webidl/tables.js";
import { a_promise_rejected_with, a_promise_resolved_with, new_promise, upon_settlement } from "../webidl/promises.js";

const BLOB = brand_of("Blob");
const FORM_DATA = brand_of("FormData");
const URL_SEARCH_PARAMS = brand_of("URLSearchParams");
const READABLE_STREAM = brand_of("ReadableStream");

const UNTOUCHED = "untouched";  // nobody has read a byte, nobody holds the stream
const USED = "used";            // read, or being read, by the engine: the stream would be disturbed and locked
const ERRORED = "errored";      // the stream would be errored

/** https://fetch.spec.whatwg.org/#concept-body */
export class Body {
  stream = null;            // https://fetch.spec.whatwg.org/#concept-body-stream ; null while nobody has looked: see `stream_of`
  source_is_null = true;    // whether https://fetch.spec.whatwg.org/#concept-body-source is null; what it is does not matter
  text = null;              // the bytes are: the UTF-8 encoding of this string,
  chunks = null;            // or those of these Uint8Arrays (which nobody writes to),
  owner = null;             // or those of a body in Python (a HandleOwner)
  state = UNTOUCHED;        // while there is no stream
  stored_error = undefined; // while there is no stream, in the state "errored"
  stop_reading = null;      // while the engine reads: fails that reading
  tee = null;               // the Tee this body is a branch of
  when_ended = null;        // steps for the moment in which the bytes have all come, or will not come
}

/** Ours: who answers for a handle; its end releases what Python keeps. */
class HandleOwner {
  handle;

  constructor(handle) {
    this.handle = handle;
  }

  /** The handle, which is the caller's from now on. */
  take() {
    const { handle } = this;
    this.handle = 0;
    return handle;
  }
}

const abandoned = new FinalizationRegistry((owner) => {
  if (owner.handle !== 0) op_body_release(owner.take());
});

/** Ours: a body whose bytes lie in Python under `handle`. */
export function body_of_handle(handle, source_is_null = true) {
  const body = new Body();
  body.owner = new HandleOwner(handle);
  body.source_is_null = source_is_null;
  abandoned.register(body, body.owner);
  return body;
}

/** Ours: the body of a response that Python says is empty: it has come to its end already. */
export function empty_body() {
  const body = new Body();
  body.text = "";
  return body;
}

/** Ours: a body whose bytes are the UTF-8 encoding of `text`. */
export function body_of_text(text) {
  const body = new Body();
  body.source_is_null = false;
  body.text = text;
  return body;
}

export function body_of_chunks(chunks) {
  const body = new Body();
  body.source_is_null = false;
  body.chunks = chunks;
  return body;
}

/**
 * https://fetch.spec.whatwg.org/#concept-bodyinit-extract
 * `object` is a converted BodyInit (implementation object, buffer source or string). Gives `[body, type]`.
 */
export function extract_a_body(object, keepalive = false) {
  // NB: 1–5, 8, 11 and 12 of the definition set up a stream and fill it in parallel: `stream_of` does, when somebody looks.
  // 7–10. By the kind of the object: source, length and type.
  // A scalar value string:
  if (typeof object === "string") return [body_of_text(object), "text/plain;charset=UTF-8"];
  // A blob: its bytes never change.
  if (object[BLOB]) return [body_of_chunks(object.chunks), object.type === "" ? null : object.type];
  // A form: as it is now.
  if (object[FORM_DATA]) {
    const { chunks, boundary } = load("xhr/multipart.js").encode_multipart_form_data(object.entry_list);
    return [body_of_chunks(chunks), `multipart/form-data; boundary=${boundary}`];
  }
  // Parameters of a URL: serialized.
  if (object[URL_SEARCH_PARAMS]) return [body_of_text(object.toString()), "application/x-www-form-urlencoded;charset=UTF-8"];
  // A buffer source: a copy of what it holds now.
  if (!object[READABLE_STREAM]) return [body_of_chunks([copy_of_buffer_source(object)]), null];
  // A stream: it cannot outlive us, and nobody may have read from it or hold it.
  if (keepalive) throw new TypeError("A body that is a stream cannot be kept alive");
  if (load("fetch/body_stream.js").is_disturbed_or_locked(object)) throw new TypeError("The stream is locked or was read from");
  const body = new Body();
  body.stream = object;
  // 13. The body and its type.
  return [body, null];
}

/** Ours: https://fetch.spec.whatwg.org/#concept-body-total-bytes, null when it is not known here. */
export function length_of_body(body) {
  if (body.text !== null) return body.text === "" ? 0 : utf8_encode(body.text).length;
  return body.chunks !== null ? length_of_chunks(body.chunks) : null;
}

/** https://fetch.spec.whatwg.org/#body-unusable : disturbed or locked */
export function is_unusable(body) {
  return body.stream === null ? body.state === USED : load("fetch/body_stream.js").is_disturbed_or_locked(body.stream);
}

/** https://streams.spec.whatwg.org/#is-readable-stream-disturbed , for the stream of `body` */
export function is_disturbed(body) {
  return body.stream === null ? body.state === USED : body.stream.disturbed;
}

/** https://fetch.spec.whatwg.org/#concept-body-stream : the ReadableStream (implementation), made now if it was not */
export function stream_of(body) {
  return body.stream ??= load("fetch/body_stream.js").make_the_stream(body);
}

/** Ours: the engine takes the bytes for itself, as a reader that is never released would. */
function use_up(body) {
  body.state = USED;
}

/** https://fetch.spec.whatwg.org/#concept-body-clone , for a usable body */
export function clone_body(body) {
  const clone = new Body();
  clone.source_is_null = body.source_is_null;
  if (body.stream !== null) {
    // 1–2. Tee the stream: this body keeps one branch,
    [body.stream, clone.stream] = load("fetch/body_stream.js").tee_stream(body.stream);
    // 3. the clone gets the other.
    return clone;
  }
  // OPTIMIZATION: what was never a stream is not teed; both have the same bytes. Only who cancels can tell: see Tee.
  clone.text = body.text;
  clone.chunks = body.chunks;
  clone.state = body.state;
  clone.stored_error = body.stored_error;
  if (body.owner !== null) {
    clone.owner = new HandleOwner(body.owner.handle === 0 ? 0 : op_body_clone(body.owner.handle));
    abandoned.register(clone, clone.owner);
  }
  body.tee = clone.tee = new Tee(body.tee);
  return clone;
}

/**
 * Ours: what two bodies share that would be the branches of a teed stream: cancelling one is only done when the other is cancelled too,
 * or when the bytes have come to their end.
 */
class Tee {
  parent;
  branches_left = 2;
  is_empty = false;     // one branch was read to the end and gave nothing: the other is at its end too
  done = new_promise();

  constructor(parent) {
    this.parent = parent;
  }

  cancel() {
    if (--this.branches_left === 0) this.done.resolve(this.parent?.cancel());
    return this.done.promise;
  }

  end() {
    this.done.resolve();
    this.parent?.end();
  }
}

/** Ours: the cancel steps of the stream of a body that began without one. */
export function cancel_the_bytes(body, reason) {
  if (body.owner !== null && body.owner.handle !== 0) op_body_cancel(body.owner.take(), cancel_text(reason));
  return body.tee === null ? undefined : body.tee.cancel();
}

function cancel_text(reason) {
  try {
    return `${reason}`;
  } catch {
    return "";
  }
}

/** Ours: the bytes came to their end (or failed). */
export function bytes_ended(body) {
  body.tee?.end();
  if (body.when_ended !== null) {
    const steps = body.when_ended;
    body.when_ended = null;
    steps();
  }
}

const same = (value) => value;

/** https://fetch.spec.whatwg.org/#body-fully-read : a promise of what `convert` makes of the bytes (Uint8Array, which are the caller's) */
export function read_all_bytes(body, convert = same) {
  if (body.stream !== null) return load("fetch/body_stream.js").read_all_bytes_of(body.stream, convert);
  // AD-HOC: an aborted body says so however often it is asked; by the definitions only once.
  if (body.state === ERRORED) return a_promise_rejected_with(body.stored_error);
  use_up(body);
  if (body.text !== null) return converted(body, convert, utf8_encode(body.text));
  if (body.chunks !== null) return converted(body, convert, copy_of_chunks(body.chunks));
  const handle = body.owner.take();
  const bytes = op_body_take(handle);
  if (bytes !== null) return converted(body, convert, new Uint8Array(bytes));
  return read_by_handle(body, op_body_read_all(handle), (buffer) => convert(new Uint8Array(buffer)));
}

/** The same with the bytes decoded: https://encoding.spec.whatwg.org/#utf-8-decode */
export function read_all_text(body, convert = same) {
  if (body.stream !== null) return load("fetch/body_stream.js").read_all_bytes_of(body.stream, (bytes) => convert(utf8_decode(bytes)));
  // AD-HOC: an aborted body says so however often it is asked; by the definitions only once.
  if (body.state === ERRORED) return a_promise_rejected_with(body.stored_error);
  use_up(body);
  if (body.text !== null) return converted(body, convert, body.text.charCodeAt(0) === 0xfeff ? body.text.slice(1) : body.text);
  if (body.chunks !== null) return converted(body, convert, utf8_decode(joined_for_reading(body.chunks)));
  const handle = body.owner.take();
  const text = op_body_take_text(handle);
  if (text !== null) return converted(body, convert, text);
  return read_by_handle(body, op_body_read_text(handle), convert);
}

function copy_of_chunks(chunks) {
  const bytes = new Uint8Array(length_of_chunks(chunks));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

function converted(body, convert, value) {
  bytes_ended(body);
  try {
    return a_promise_resolved_with(convert(value));
  } catch (error) {
    return a_promise_rejected_with(error);
  }
}

/** The promise of the bytes that `reading` (an op) gives; it can be failed from outside: see `error_body`. */
function read_by_handle(body, reading, convert) {
  const { promise, resolve, reject } = new_promise();
  body.stop_reading = reject;
  const end = () => {
    body.stop_reading = null;
    bytes_ended(body);
  };
  upon_settlement(reading, (value) => {
    end();
    if (body.tee !== null && (value.length ?? value.byteLength) === 0) body.tee.is_empty = true;
    try {
      resolve(convert(value));
    } catch (error) {
      reject(error);
    }
  }, (error) => {
    end();
    reject(error);
  });
  return promise;
}

/** https://streams.spec.whatwg.org/#readablestream-error , for the stream of `body`, if that is readable */
export function error_body(body, error) {
  if (body.tee !== null && body.tee.is_empty) return;
  if (body.stream !== null) {
    load("fetch/body_stream.js").error_stream(body.stream, error);
  } else if (body.state === UNTOUCHED) {
    body.state = ERRORED;
    body.stored_error = error;
  } else if (body.stop_reading !== null) {
    body.stop_reading(error);
  }
  bytes_ended(body);
}

/** https://streams.spec.whatwg.org/#readablestream-cancel , for the stream of `body`, whoever holds it */
export function cancel_body(body, reason) {
  if (body.stream !== null) {
    load("fetch/body_stream.js").cancel_stream(body.stream, reason);
  } else if (body.state === UNTOUCHED) {
    use_up(body);
    cancel_the_bytes(body, reason);
  }
}

/**
 * https://streams.spec.whatwg.org/#readablestream-create-a-proxy , for a usable body
 * NB: a stream that nobody has seen is not piped through another; the old body just counts as read.
 */
export function proxy_of_body(body) {
  const proxy = new Body();
  proxy.source_is_null = body.source_is_null;
  if (body.stream !== null) {
    proxy.stream = load("fetch/body_stream.js").proxy_of_stream(body.stream);
    return proxy;
  }
  proxy.text = body.text;
  proxy.chunks = body.chunks;
  proxy.state = body.state;
  proxy.stored_error = body.stored_error;
  proxy.tee = body.tee;
  if (body.owner !== null) {
    proxy.owner = new HandleOwner(body.owner.take());
    abandoned.register(proxy, proxy.owner);
  }
  use_up(body);
  return proxy;
}

/**
 * Ours: the bytes of a usable body as they cross the border, after which it is used up: null for null, a string (standing for its UTF-8 encoding),
 * bytes, or a handle. For a body that a script's stream makes the handle is that of a pipe, which is filled as fast as Python takes out.
 * `on_failure` hears the script's own error if that stream fails, before Python hears of the failure.
 */
export function body_to_wire(body, on_failure = undefined) {
  if (body === null) return null;
  if (body.stream !== null) return load("fetch/body_stream.js").pipe_to_python(body.stream, on_failure);
  if (body.state === ERRORED) {
    use_up(body);
    return load("fetch/body_stream.js").failed_pipe(body.stored_error, on_failure);
  }
  use_up(body);
  if (body.owner !== null) return body.owner.take();
  bytes_ended(body);
  return body.text ?? joined_for_reading(body.chunks);
}

/** Ours: the same, always as a handle: for ops that take many bodies. */
export function body_to_handle(body, on_failure = undefined) {
  const wire_body = body_to_wire(body, on_failure);
  return wire_body === null || typeof wire_body === "number" ? wire_body : op_body_create(wire_body);
}
