import { END_OF_ITERATION } from "../webidl/async_iterables.js";
import { converter_of } from "../webidl/converters.js";
import { load } from "../webidl/lazy.js";
import { a_promise_rejected_with, a_promise_resolved_with, new_promise, set_promise_is_handled } from "../webidl/promises.js";
import { assert } from "./assert.js";
import { ExtractHighWaterMark, ExtractSizeAlgorithm } from "./queuing_strategies.js";
import { SetUpReadableByteStreamControllerFromUnderlyingSource } from "./readable_byte_controllers.js";
import { SetUpReadableStreamDefaultControllerFromUnderlyingSource } from "./readable_default_controllers.js";
import {
  ReadableStreamDefaultReaderRead,
  ReadableStreamDefaultReaderRelease,
  ReadableStreamReaderGenericCancel,
} from "./readable_stream_readers.js";
import { InitializeReadableStream, IsReadableStreamLocked, ReadableStreamCancel } from "./readable_streams.js";
import { ReadableByteStreamController } from "./ReadableByteStreamController.js";
import { AcquireReadableStreamBYOBReader } from "./ReadableStreamBYOBReader.js";
import { ReadableStreamDefaultController } from "./ReadableStreamDefaultController.js";
import { AcquireReadableStreamDefaultReader } from "./ReadableStreamDefaultReader.js";
import { IsWritableStreamLocked } from "./writable_streams.js";

const UNDERLYING_SOURCE = { t: "dictionary", name: "UnderlyingSource" };

/** https://streams.spec.whatwg.org/#rs-class */
export class ReadableStream {
  controller = undefined;
  detached = false;                     // [[Detached]]
  disturbed = false;
  reader = undefined;
  state = "readable";
  storedError = undefined;

  /** https://streams.spec.whatwg.org/#rs-constructor */
  static constructor_steps(underlyingSource = null, strategy) {
    // 1–2. NB: the object itself is kept too, because its methods are called on it.
    const underlyingSourceDict = converter_of(UNDERLYING_SOURCE)(underlyingSource, "ReadableStream: underlyingSource");
    // 3. Initialize the stream.
    const stream = new ReadableStream();
    InitializeReadableStream(stream);
    if (underlyingSourceDict.type === "bytes") {
      // 4. A byte stream takes no size algorithm, and its high water mark is 0 if none is given.
      if (strategy.size !== undefined) {
        throw new RangeError("A stream of type 'bytes' measures its chunks itself: its strategy cannot have a size()");
      }
      const highWaterMark = ExtractHighWaterMark(strategy, 0);
      SetUpReadableByteStreamControllerFromUnderlyingSource(
        stream, new ReadableByteStreamController(), underlyingSource, underlyingSourceDict, highWaterMark,
      );
    } else {
      // 5. Any other stream gets a default controller, with the size algorithm and the high water mark of the strategy.
      assert(underlyingSourceDict.type === undefined, "there is only one other type");
      const sizeAlgorithm = ExtractSizeAlgorithm(strategy);
      const highWaterMark = ExtractHighWaterMark(strategy, 1);
      SetUpReadableStreamDefaultControllerFromUnderlyingSource(
        stream, new ReadableStreamDefaultController(), underlyingSource, underlyingSourceDict, highWaterMark, sizeAlgorithm,
      );
    }
    return stream;
  }

  /** https://streams.spec.whatwg.org/#rs-from */
  static from(asyncIterable) {
    // 1. Make a stream of what the iterable yields.
    return load("streams/readable_stream_from_iterable.js").ReadableStreamFromIterable(asyncIterable);
  }

  /** https://streams.spec.whatwg.org/#rs-locked */
  get locked() {
    // 1. A stream with a reader is locked.
    return IsReadableStreamLocked(this);
  }

  /** https://streams.spec.whatwg.org/#rs-cancel */
  cancel(reason) {
    // 1. Only the reader cancels a locked stream.
    if (IsReadableStreamLocked(this)) {
      return a_promise_rejected_with(new TypeError("A locked stream is cancelled through its reader"));
    }
    // 2. Cancel the stream.
    return ReadableStreamCancel(this, reason);
  }

  /** https://streams.spec.whatwg.org/#rs-get-reader */
  getReader(options) {
    // 1. Without a mode it is a default reader.
    if (options.mode === undefined) {
      return AcquireReadableStreamDefaultReader(this);
    }
    // 2–3. Otherwise it is a BYOB reader.
    assert(options.mode === "byob", "there is only one mode");
    return AcquireReadableStreamBYOBReader(this);
  }

  /** https://streams.spec.whatwg.org/#rs-pipe-through */
  pipeThrough(transform, options) {
    // 1–2. Neither this stream nor the writable side is locked.
    if (IsReadableStreamLocked(this)) {
      throw new TypeError("A locked stream cannot be piped");
    }
    if (IsWritableStreamLocked(transform.writable)) {
      throw new TypeError("The writable side is locked");
    }
    // 3–5. Pipe into the writable side; the promise of the pipe counts as handled.
    const { preventClose, preventAbort, preventCancel, signal } = options;
    const { ReadableStreamPipeTo } = load("streams/readable_stream_pipe_to.js");
    const promise = ReadableStreamPipeTo(this, transform.writable, preventClose, preventAbort, preventCancel, signal);
    set_promise_is_handled(promise);
    // 6. The readable side.
    return transform.readable;
  }

  /** https://streams.spec.whatwg.org/#rs-pipe-to */
  pipeTo(destination, options) {
    // 1–2. Neither this stream nor the destination is locked.
    if (IsReadableStreamLocked(this)) {
      return a_promise_rejected_with(new TypeError("A locked stream cannot be piped"));
    }
    if (IsWritableStreamLocked(destination)) {
      return a_promise_rejected_with(new TypeError("The destination is locked"));
    }
    // 3–4. Pipe into the destination, which the signal can abort.
    const { preventClose, preventAbort, preventCancel, signal } = options;
    const { ReadableStreamPipeTo } = load("streams/readable_stream_pipe_to.js");
    return ReadableStreamPipeTo(this, destination, preventClose, preventAbort, preventCancel, signal);
  }

  /** https://streams.spec.whatwg.org/#rs-tee */
  tee() {
    // 1. Tee the stream; both branches get the same chunks.
    return load("streams/readable_stream_tee.js").ReadableStreamTee(this, false);
  }

  /** https://streams.spec.whatwg.org/#rs-asynciterator : the asynchronous iterator initialization steps */
  async_iterator_init(iterator, options) {
    // 1–2. The iterator acquires a default reader.
    iterator.reader = AcquireReadableStreamDefaultReader(this);
    // 3–4. It remembers whether it cancels the stream at its end.
    iterator.prevent_cancel = options.preventCancel;
  }

  /** https://streams.spec.whatwg.org/#rs-asynciterator : the get the next iteration result steps */
  async_iterator_next(iterator) {
    // 1–2. The reader still has its stream.
    const reader = iterator.reader;
    assert(reader.stream !== undefined, "the iterator holds its stream until it ends");
    // 3–4. The read request resolves the promise with the chunk or the end of iteration; at the end the reader is released.
    const { promise, resolve, reject } = new_promise();
    const readRequest = {
      chunk_steps(chunk) {
        resolve(chunk);
      },
      close_steps() {
        ReadableStreamDefaultReaderRelease(reader);
        resolve(END_OF_ITERATION);
      },
      error_steps(e) {
        ReadableStreamDefaultReaderRelease(reader);
        reject(e);
      },
    };
    // 5–6. Read with this request.
    ReadableStreamDefaultReaderRead(reader, readRequest);
    return promise;
  }

  /** https://streams.spec.whatwg.org/#rs-asynciterator : the asynchronous iterator return steps */
  async_iterator_return(iterator, arg) {
    // 1–3. The reader still has its stream, and no read request waits.
    const reader = iterator.reader;
    assert(reader.stream !== undefined, "the iterator holds its stream until it ends");
    assert(reader.readRequests.is_empty, "one call at a time");
    // 4. Cancel the stream unless that is prevented, and release the reader.
    if (!iterator.prevent_cancel) {
      const result = ReadableStreamReaderGenericCancel(reader, arg);
      ReadableStreamDefaultReaderRelease(reader);
      return result;
    }
    // 5–6. Otherwise just release the reader.
    ReadableStreamDefaultReaderRelease(reader);
    return a_promise_resolved_with(undefined);
  }

  /** https://streams.spec.whatwg.org/#rs-transfer */
  static transfer_steps(value, dataHolder) {
    // 1. A locked stream cannot be transferred.
    if (IsReadableStreamLocked(value)) {
      throw new DOMException("A locked stream cannot be transferred", "DataCloneError");
    }
    // 2–9. Pipe this stream into a cross-realm writable one, and transfer the other port.
    load("streams/transferable_streams.js").transfer_a_readable_stream(value, dataHolder);
  }

  static transfer_receiving_steps(dataHolder, value) {
    load("streams/transferable_streams.js").receive_a_readable_stream(dataHolder, value);
  }
}
