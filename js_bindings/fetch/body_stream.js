// Bodies as streams: everything of Fetch that needs the Streams Standard. Loaded when a body is first looked at as one.

import {
  op_body_close, op_body_create_pipe, op_body_error, op_body_read, op_body_unwanted, op_body_write,
} from "../ops.js";
import { AcquireReadableStreamDefaultReader, CreateReadableByteStream, CreateReadableStream } from "../streams/create_readable_streams.js";
import {
  ReadableByteStreamControllerClose, ReadableByteStreamControllerEnqueue, ReadableByteStreamControllerError,
} from "../streams/readable_byte_controllers.js";
import { ReadableByteStreamControllerRespond } from "../streams/readable_byte_requests.js";
import { ReadableStreamDefaultControllerClose, ReadableStreamDefaultControllerError } from "../streams/readable_default_controllers.js";
import { ReadableStreamDefaultReaderRead, ReadableStreamReaderGenericCancel } from "../streams/readable_stream_readers.js";
import { IsReadableStreamLocked, ReadableStreamCancel } from "../streams/readable_streams.js";
import { load } from "../webidl/lazy.js";
import { a_promise_resolved_with, new_promise, react, set_promise_is_handled, upon_settlement } from "../webidl/promises.js";
import { bytes_ended, cancel_the_bytes } from "./body.js";
import { error_to_record } from "./errors.js";

const PIECE = 256 * 1024;   // bytes that are read at once

const nothing = () => undefined;
const done = () => a_promise_resolved_with(undefined);

/** https://fetch.spec.whatwg.org/#body-unusable , of a stream */
export function is_disturbed_or_locked(stream) {
  return stream.disturbed || IsReadableStreamLocked(stream);
}

/** Ours: the stream that `body` would have had from the start, in the state in which it would be now. */
export function make_the_stream(body) {
  const cancel = (reason) => a_promise_resolved_with(cancel_the_bytes(body, reason));
  switch (body.state) {
    case "used": {
      const stream = CreateReadableByteStream(nothing, done, done);
      AcquireReadableStreamDefaultReader(stream);
      stream.disturbed = true;
      return stream;
    }
    case "errored": {
      const stream = CreateReadableByteStream(nothing, done, done);
      ReadableByteStreamControllerError(stream.controller, body.stored_error);
      return stream;
    }
  }
  if (body.owner === null) {
    const stream = CreateReadableByteStream(nothing, done, cancel);
    for (const chunk of chunks_of(body)) ReadableByteStreamControllerEnqueue(stream.controller, chunk);
    close_byte_stream(stream);
    bytes_ended(body);
    return stream;
  }
  const stream = CreateReadableByteStream(nothing, () => pull_from_handle(stream, body), cancel);
  return stream;
}

/** The bytes of a string, or copies of chunks: what goes into a stream is the reader's. */
function chunks_of(body) {
  if (body.chunks !== null) return body.chunks.map((chunk) => chunk.slice());
  return body.text === "" ? [] : [load("encoding/utf8.js").utf8_encode(body.text)];
}

/** The pull algorithm of a stream whose bytes lie in Python. */
function pull_from_handle(stream, body) {
  if (body.owner.handle === 0) return done();
  const reading = op_body_read(body.owner.handle, PIECE);
  return react(reading, (buffer) => {
    if (buffer === null) {
      body.owner.handle = 0;
      bytes_ended(body);
    }
    if (stream.state !== "readable") return;
    if (buffer === null) close_byte_stream(stream);
    else ReadableByteStreamControllerEnqueue(stream.controller, new Uint8Array(buffer));
  }, (error) => {
    bytes_ended(body);
    throw error;
  });
}

/** https://streams.spec.whatwg.org/#readablestream-close , for a byte stream */
function close_byte_stream(stream) {
  const { controller } = stream;
  ReadableByteStreamControllerClose(controller);
  // Who waits with a buffer of his own learns of the end too.
  if (!controller.pendingPullIntos.is_empty) ReadableByteStreamControllerRespond(controller, 0);
}

/** https://streams.spec.whatwg.org/#readablestream-error , if the stream is readable */
export function error_stream(stream, error) {
  if (stream.state !== "readable") return;
  if (stream.controller.is_byte_stream_controller) ReadableByteStreamControllerError(stream.controller, error);
  else ReadableStreamDefaultControllerError(stream.controller, error);
}

/** https://streams.spec.whatwg.org/#readablestream-cancel , whoever holds the stream, if it is readable */
export function cancel_stream(stream, reason) {
  if (stream.state === "readable") set_promise_is_handled(ReadableStreamCancel(stream, reason));
}

/** https://fetch.spec.whatwg.org/#concept-body-clone , its step 1: both branches */
export function tee_stream(stream) {
  return load("streams/readable_stream_tee.js").ReadableStreamTee(stream, true);
}

/** https://streams.spec.whatwg.org/#readablestream-create-a-proxy */
export function proxy_of_stream(stream) {
  // 1. 2. Through a transform stream that changes nothing.
  const transform = load("streams/for_other_specifications.js").create_an_identity_transform_stream();
  return pipe_through(stream, transform);
}

/** https://streams.spec.whatwg.org/#readablestream-pipe-through */
function pipe_through(stream, transform) {
  const { ReadableStreamPipeTo } = load("streams/readable_stream_pipe_to.js");
  set_promise_is_handled(ReadableStreamPipeTo(stream, transform.writable, false, false, false));
  return transform.readable;
}

/** Steps 2–6 of https://fetch.spec.whatwg.org/#dom-body-textstream ; `stream` is null for no body. */
export function text_stream_of(stream) {
  // 2. Without a body: nothing to read.
  if (stream === null) {
    const empty_stream = CreateReadableStream(nothing, done, done);
    ReadableStreamDefaultControllerClose(empty_stream.controller);
    return empty_stream;
  }
  // 3–6. Through a decoder.
  const { TextDecoderStream } = load("encoding/TextDecoderStream.js");
  return pipe_through(stream, TextDecoderStream.constructor_steps("utf-8", { fatal: false, ignoreBOM: false }));
}

/** https://streams.spec.whatwg.org/#readablestreamdefaultreader-read-all-bytes : a promise of one Uint8Array */
export function read_all_bytes_of(stream) {
  const { promise, resolve, reject } = new_promise();
  let reader;
  try {
    reader = AcquireReadableStreamDefaultReader(stream);
  } catch (error) {
    reject(error);
    return promise;
  }
  const chunks = [];
  read_loop(reader, {
    // NB: the bytes are copied at once, as the chunk stays with whoever made it.
    chunk: (bytes) => {
      chunks.push(bytes.slice());
      return true;
    },
    end: () => resolve(load("file/blob_parts.js").join_chunks(chunks)),
    failure: reject,
  });
  return promise;
}

/**
 * https://streams.spec.whatwg.org/#read-loop
 * `chunk(bytes)` gives true to go on at once, or a promise to go on when it is fulfilled with true.
 */
function read_loop(reader, steps) {
  // NB: a loop, not a recursion: chunks that are there already come from within the read.
  let reading = false;
  let again = true;
  const go_on = () => {
    again = true;
    if (reading) return;
    reading = true;
    while (again) {
      again = false;
      ReadableStreamDefaultReaderRead(reader, request);
    }
    reading = false;
  };
  const request = {
    chunk_steps(chunk) {
      // 1. Only bytes make a body.
      if (!is_uint8_array(chunk)) {
        steps.failure(new TypeError("The stream of a body gave something other than a Uint8Array"));
        return;
      }
      // 2. 3. Take it and read on.
      const next = steps.chunk(chunk);
      if (next === true) go_on();
      else upon_settlement(next, (wanted) => wanted && go_on(), steps.failure);
    },
    close_steps() {
      steps.end();
    },
    error_steps(error) {
      steps.failure(error);
    },
  };
  go_on();
}

const type_of_typed_array = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

function is_uint8_array(value) {
  return ArrayBuffer.isView(value) && type_of_typed_array.call(value) === "Uint8Array";
}

/**
 * Ours: the handle of a body in Python that gives the bytes of `stream`, as fast as they are taken out; the stream is locked. When Python's side
 * wants no more the stream is cancelled. `on_failure` gets the error the stream fails with, before Python does.
 */
export function pipe_to_python(stream, on_failure = undefined) {
  const [pipe, body] = op_body_create_pipe();
  const reader = AcquireReadableStreamDefaultReader(stream);
  let over = false;
  upon_settlement(op_body_unwanted(pipe), (unwanted) => {
    if (unwanted && !over) {
      over = true;
      set_promise_is_handled(ReadableStreamReaderGenericCancel(reader, new TypeError("Nobody reads this body any more")));
    }
  }, nothing);
  read_loop(reader, {
    chunk: (bytes) => op_body_write(pipe, bytes),
    end: () => {
      if (!over) op_body_close(pipe);
      over = true;
    },
    failure: (error) => {
      if (over) return;
      over = true;
      on_failure?.(error);
      op_body_error(pipe, error_to_record(error));
      if (stream.state === "readable") set_promise_is_handled(ReadableStreamReaderGenericCancel(reader, error));
    },
  });
  return body;
}

/** Ours: the handle of a body in Python that fails with `error` when it is read. */
export function failed_pipe(error, on_failure = undefined) {
  const [pipe, body] = op_body_create_pipe();
  on_failure?.(error);
  op_body_error(pipe, error_to_record(error));
  return body;
}
