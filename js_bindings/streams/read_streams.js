import { is_view, typed_array_set } from "../intrinsics.js";
import { bytes_of_buffer_source } from "../webidl/buffer_sources.js";
import { load } from "../webidl/lazy.js";
import { new_promise } from "../webidl/promises.js";
import { view_byte_length, view_name } from "./array_buffers.js";
import { ReadableStreamDefaultReaderRead, ReadableStreamDefaultReaderRelease } from "./readable_stream_readers.js";
import { IsReadableStreamLocked, ReadableStreamCancel } from "./readable_streams.js";
import { AcquireReadableStreamDefaultReader } from "./ReadableStreamDefaultReader.js";

// https://streams.spec.whatwg.org/#other-specs-rs-reading : reading any readable stream in other specifications.
// See for_other_specifications.js.

/** https://streams.spec.whatwg.org/#readablestream-get-a-reader */
export const get_a_reader = AcquireReadableStreamDefaultReader;

/** https://streams.spec.whatwg.org/#readablestreamdefaultreader-read-a-chunk : `(reader, {chunk_steps, close_steps, error_steps})` */
export const read_a_chunk = ReadableStreamDefaultReaderRead;

/** https://streams.spec.whatwg.org/#readablestreamdefaultreader-release */
export const release_a_reader = ReadableStreamDefaultReaderRelease;

/** https://streams.spec.whatwg.org/#readablestream-cancel */
export const cancel_a_stream = ReadableStreamCancel;

/** https://streams.spec.whatwg.org/#readablestream-locked */
export const is_locked = IsReadableStreamLocked;

/** https://streams.spec.whatwg.org/#is-readable-stream-disturbed */
export function is_disturbed(stream) {
  return stream.disturbed;
}

/** https://streams.spec.whatwg.org/#readablestream-tee : the chunks of the second branch are copies. */
export function tee_a_stream(stream) {
  return load("streams/readable_stream_tee.js").ReadableStreamTee(stream, true);
}

/** https://streams.spec.whatwg.org/#readablestreamdefaultreader-read-all-bytes : `successSteps` get a Uint8Array. */
export function read_all_bytes(reader, successSteps, failureSteps) {
  new ReadLoop(reader, successSteps, failureSteps).go_on();
}

/** Ours: the same as a promise. */
export function promise_of_all_bytes(reader) {
  const { promise, resolve, reject } = new_promise();
  read_all_bytes(reader, resolve, reject);
  return promise;
}

/** https://streams.spec.whatwg.org/#read-loop : is itself the read request of all its reads. */
class ReadLoop {
  reader;
  successSteps;
  failureSteps;
  chunks = [];
  length = 0;
  chunks_are_ours;
  is_reading = false;
  wants_more = false;

  constructor(reader, successSteps, failureSteps) {
    this.reader = reader;
    this.successSteps = successSteps;
    this.failureSteps = failureSteps;
    // A byte stream takes the buffers it is fed with; whoever feeds another kind still has the chunk, and may write to it.
    this.chunks_are_ours = reader.stream.controller.is_byte_stream_controller;
  }

  /** NB: a loop where the standard has a recursion: chunks that are there already arrive from within the read. */
  go_on() {
    this.wants_more = true;
    if (this.is_reading) {
      return;
    }
    this.is_reading = true;
    while (this.wants_more) {
      this.wants_more = false;
      ReadableStreamDefaultReaderRead(this.reader, this);
    }
    this.is_reading = false;
  }

  chunk_steps(chunk) {
    // 1. A chunk must be a Uint8Array.
    if (!is_uint8_array(chunk)) {
      this.failureSteps(new TypeError("The stream gave something other than a Uint8Array"));
      return;
    }
    // 2. Append its bytes.
    this.chunks[this.chunks.length] = this.chunks_are_ours ? chunk : new Uint8Array(chunk);
    this.length += view_byte_length(chunk);
    // 3. Read on.
    this.go_on();
  }

  close_steps() {
    this.successSteps(this.joined());
  }

  error_steps(e) {
    this.failureSteps(e);
  }

  joined() {
    const { chunks } = this;
    if (chunks.length === 1) {
      return bytes_of_buffer_source(chunks[0]);
    }
    const bytes = new Uint8Array(this.length);
    let offset = 0;
    for (let i = 0; i < chunks.length; i += 1) {
      typed_array_set(bytes, chunks[i], offset);
      offset += view_byte_length(chunks[i]);
    }
    return bytes;
  }
}

export function is_uint8_array(value) {
  return is_view(value) && view_name(value) === "Uint8Array";
}
