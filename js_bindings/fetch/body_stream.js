// Bodies as streams: everything of Fetch that needs the Streams Standard. Loaded when a body is first looked at as one.

import { array_buffer_byte_length, typed_array_buffer } from "../intrinsics.js";
import { load } from "../webidl/lazy.js";
import { new_promise, react, set_promise_is_handled, upon_settlement } from "../webidl/promises.js";
import { op_body_close, op_body_create_pipe, op_body_error, op_body_read, op_body_release, op_body_unwanted, op_body_write } from "../ops.js";
import {
  cancel_a_stream, get_a_reader, is_disturbed, is_locked, is_uint8_array, read_a_chunk, read_all_bytes, tee_a_stream,
} from "../streams/read_streams.js";
import {
  close_a_stream, enqueue_a_chunk, error_a_stream, set_up_readable_stream, set_up_with_byte_reading_support,
} from "../streams/set_up_readable_streams.js";
import { ReadableStream } from "../streams/ReadableStream.js";
import { bytes_ended, cancel_the_bytes, length_of_body } from "./body.js";
import { error_to_record } from "./errors.js";

const PIECE = 256 * 1024;   // bytes that are read at once

/** https://fetch.spec.whatwg.org/#body-unusable , of a stream */
export function is_disturbed_or_locked(stream) {
  return is_disturbed(stream) || is_locked(stream);
}

/** Ours: the stream that `body` would have had from the start, in the state in which it would be now. */
export function make_the_stream(body) {
  const stream = new ReadableStream();
  const cancelAlgorithm = (reason) => cancel_the_bytes(body, reason);
  if (body.state === "used") {
    set_up_with_byte_reading_support(stream);
    get_a_reader(stream);
    stream.disturbed = true;
  } else if (body.state === "errored") {
    set_up_with_byte_reading_support(stream);
    error_a_stream(stream, body.stored_error);
  } else if (body.owner === null) {
    // https://fetch.spec.whatwg.org/#concept-bodyinit-extract , its step 12. NB: when the bytes are wanted; to learn that there are none nobody has to ask.
    const fill = () => {
      for (const chunk of chunks_of(body)) enqueue_a_chunk(stream, chunk);
      close_a_stream(stream);
      bytes_ended(body);
    };
    set_up_with_byte_reading_support(stream, { pullAlgorithm: fill, cancelAlgorithm });
    if (length_of_body(body) === 0) fill();
  } else {
    // https://fetch.spec.whatwg.org/#concept-http-network-fetch : the high water mark is ours to choose. One piece is read ahead, so that whoever
    // waits for the end without reading on hears of it.
    set_up_with_byte_reading_support(stream, { pullAlgorithm: () => pull_from_handle(stream, body), cancelAlgorithm, highWaterMark: 1 });
  }
  return stream;
}

/** The bytes of a string, or copies of chunks: what goes into a stream is the reader's. */
function chunks_of(body) {
  if (body.chunks !== null) return body.chunks.map((chunk) => chunk.slice());
  return body.text === "" ? [] : [load("infra/utf8.js").utf8_encode(body.text)];
}

/** The pull algorithm of a stream whose bytes lie in Python. */
function pull_from_handle(stream, body) {
  if (body.owner.handle === 0) return undefined;
  return react(op_body_read(body.owner.handle, PIECE), (buffer) => {
    if (buffer === null) {
      body.owner.take();
      bytes_ended(body);
    }
    if (stream.state !== "readable") return;
    if (buffer === null) close_a_stream(stream);
    else enqueue_a_chunk(stream, new Uint8Array(buffer));
  }, (error) => {
    body.owner.take();
    bytes_ended(body);
    throw error;
  });
}

/** https://streams.spec.whatwg.org/#readablestream-error , if the stream is readable */
export function error_stream(stream, error) {
  if (stream.state === "readable") error_a_stream(stream, error);
}

/** https://streams.spec.whatwg.org/#readablestream-cancel , whoever holds the stream, if it is readable */
export function cancel_stream(stream, reason) {
  if (stream.state === "readable") set_promise_is_handled(cancel_a_stream(stream, reason));
}

/** https://fetch.spec.whatwg.org/#concept-body-clone , its step 1: both branches */
export function tee_stream(stream) {
  return tee_a_stream(stream);
}

/** https://streams.spec.whatwg.org/#readablestream-create-a-proxy */
export function proxy_of_stream(stream) {
  return load("streams/set_up_transform_streams.js").create_a_proxy(stream);
}

/** Steps 2–6 of https://fetch.spec.whatwg.org/#dom-body-textstream ; `stream` is null for no body. */
export function text_stream_of(stream) {
  // 2. Without a body the stream is empty.
  if (stream === null) {
    const empty_stream = set_up_readable_stream(new ReadableStream());
    close_a_stream(empty_stream);
    return empty_stream;
  }
  // 3–6. Pipe the stream through a text decoder stream.
  const { TextDecoderStream } = load("encoding/TextDecoderStream.js");
  return load("streams/set_up_transform_streams.js").pipe_through(stream, new TextDecoderStream());
}

/**
 * https://streams.spec.whatwg.org/#readablestreamdefaultreader-read-all-bytes
 * A promise of what `convert` makes of the bytes, a Uint8Array over a buffer of its own. NB: only that goes through a promise: a script that
 * gives every object a `then` must not get hold of anything else.
 */
export function read_all_bytes_of(stream, convert) {
  const { promise, resolve, reject } = new_promise();
  const success_steps = (bytes) => {
    try {
      resolve(convert(bytes.length === array_buffer_byte_length(typed_array_buffer(bytes)) ? bytes : bytes.slice()));
    } catch (error) {
      reject(error);
    }
  };
  read_all_bytes(get_a_reader(stream), success_steps, reject);
  return promise;
}

/**
 * Ours: the handle of a body in Python that gives the bytes of `stream`, as fast as they are taken out; the stream is locked. When Python's side
 * wants no more the stream is cancelled. `on_failure` gets the error the stream fails with, before Python does.
 */
export function pipe_to_python(stream, on_failure = undefined) {
  const [pipe, body] = op_body_create_pipe();
  new Pump(pipe, stream, get_a_reader(stream), on_failure).start();
  return body;
}

/** Ours: the handle of a body in Python that fails with `error` when it is read. */
export function failed_pipe(error, on_failure = undefined) {
  const [pipe, body] = op_body_create_pipe();
  on_failure?.(error);
  op_body_error(pipe, error_to_record(error));
  return body;
}

/** Ours: carries the chunks of a stream to Python, one at a time. Is the read request of all its reads. */
class Pump {
  pipe;
  stream;
  reader;
  on_failure;
  over = false;

  constructor(pipe, stream, reader, on_failure) {
    this.pipe = pipe;
    this.stream = stream;
    this.reader = reader;
    this.on_failure = on_failure;
  }

  start() {
    upon_settlement(op_body_unwanted(this.pipe), (unwanted) => {
      if (unwanted) this.cancel(new TypeError("Nobody reads this body any more"));
    }, () => undefined);
    read_a_chunk(this.reader, this);
  }

  cancel(reason) {
    this.over = true;
    op_body_release(this.pipe);
    cancel_stream(this.stream, reason);
  }

  chunk_steps(chunk) {
    if (this.over) return;
    if (!is_uint8_array(chunk)) {
      const error = new TypeError("The stream of a body gave something other than a Uint8Array");
      this.error_steps(error);
      cancel_stream(this.stream, error);
      return;
    }
    upon_settlement(op_body_write(this.pipe, chunk), (wanted) => {
      if (wanted && !this.over) read_a_chunk(this.reader, this);
    }, (error) => this.cancel(error));
  }

  close_steps() {
    if (!this.over) op_body_close(this.pipe);
    this.over = true;
  }

  error_steps(error) {
    if (this.over) return;
    this.over = true;
    this.on_failure?.(error);
    op_body_error(this.pipe, error_to_record(error));
  }
}
