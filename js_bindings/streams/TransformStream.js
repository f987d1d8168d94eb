import { converter_of } from "../webidl/converters.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { new_promise } from "../webidl/promises.js";
import { ExtractHighWaterMark, ExtractSizeAlgorithm } from "./queuing_strategies.js";
import { SetUpTransformStreamDefaultControllerFromTransformer } from "./transform_default_controllers.js";
import { IsReadableStreamLocked } from "./readable_streams.js";
import { ReadableStream } from "./ReadableStream.js";
import { InitializeTransformStream } from "./transform_stream_sides.js";
import { TransformStreamDefaultController } from "./TransformStreamDefaultController.js";
import { IsWritableStreamLocked } from "./writable_streams.js";
import { WritableStream } from "./WritableStream.js";

const TRANSFORMER = { t: "dictionary", name: "Transformer" };

/** https://streams.spec.whatwg.org/#ts-class */
export class TransformStream {
  backpressure = undefined;
  backpressureChangePromise = undefined;      // a PromiseSlot
  controller = undefined;
  detached = false;                     // [[Detached]]
  readable = undefined;
  writable = undefined;

  /** https://streams.spec.whatwg.org/#ts-constructor */
  static constructor_steps(transformer = null, writableStrategy, readableStrategy) {
    // 1–2. NB: the object itself is kept too, because its methods are called on it.
    const transformerDict = converter_of(TRANSFORMER)(transformer, "TransformStream: transformer");
    // 3–4. No readable type and no writable type is defined yet.
    if (transformerDict.readableType !== undefined) {
      throw new RangeError("readableType must be undefined");
    }
    if (transformerDict.writableType !== undefined) {
      throw new RangeError("writableType must be undefined");
    }
    // 5–8. Extract the size algorithms and the high water marks of both strategies.
    const readableHighWaterMark = ExtractHighWaterMark(readableStrategy, 0);
    const readableSizeAlgorithm = ExtractSizeAlgorithm(readableStrategy);
    const writableHighWaterMark = ExtractHighWaterMark(writableStrategy, 1);
    const writableSizeAlgorithm = ExtractSizeAlgorithm(writableStrategy);
    // 9–10. Initialize the stream with a start promise, so that neither side starts before the transformer has.
    const start = new_promise();
    const stream = new TransformStream();
    InitializeTransformStream(
      stream, start.promise, writableHighWaterMark, writableSizeAlgorithm, readableHighWaterMark, readableSizeAlgorithm,
    );
    // 11. Set up a default controller from the transformer.
    const controller = new TransformStreamDefaultController();
    SetUpTransformStreamDefaultControllerFromTransformer(stream, controller, transformer, transformerDict);
    // 12–13. Resolve the start promise with what the member start returns.
    if (transformerDict.start !== undefined) {
      start.resolve(invoke_callback(transformerDict.start, transformer, [platform_object_of(controller)]));
    } else {
      start.resolve(undefined);
    }
    return stream;
  }

  /** https://streams.spec.whatwg.org/#ts-transfer */
  static transfer_steps(value, dataHolder) {
    // 1–4. A stream with a locked side cannot be transferred.
    const { readable, writable } = value;
    if (IsReadableStreamLocked(readable)) {
      throw new DOMException("A transform stream whose readable side is locked cannot be transferred", "DataCloneError");
    }
    if (IsWritableStreamLocked(writable)) {
      throw new DOMException("A transform stream whose writable side is locked cannot be transferred", "DataCloneError");
    }
    // 5–6. Transfer both sides.
    dataHolder.readable = {};
    ReadableStream.transfer_steps(readable, dataHolder.readable);
    readable.detached = true;
    dataHolder.writable = {};
    WritableStream.transfer_steps(writable, dataHolder.writable);
    writable.detached = true;
  }

  static transfer_receiving_steps(dataHolder, value) {
    // 1–4. Receive both sides.
    value.readable = new ReadableStream();
    ReadableStream.transfer_receiving_steps(dataHolder.readable, value.readable);
    value.writable = new WritableStream();
    WritableStream.transfer_receiving_steps(dataHolder.writable, value.writable);
    // 5. NB: the other slots stay undefined: a stream that has been received does not transform.
  }
}
