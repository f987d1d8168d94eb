import { add_an_event_listener, EventListener } from "../dom/event_listeners.js";
import { MessageChannel } from "../messaging/MessageChannel.js";
import { MessagePort, post_message } from "../messaging/MessagePort.js";
import { implementation_of } from "../webidl/platform_objects.js";
import { a_promise_rejected_with, react, set_promise_is_handled } from "../webidl/promises.js";
import { RESOLVED, return_one, return_undefined } from "./algorithms.js";
import { assert } from "./assert.js";
import { PromiseSlot } from "./PromiseSlot.js";
import {
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerError,
  SetUpReadableStreamDefaultController,
} from "./readable_default_controllers.js";
import { ReadableStreamPipeTo } from "./readable_stream_pipe_to.js";
import { InitializeReadableStream } from "./readable_streams.js";
import { ReadableStream } from "./ReadableStream.js";
import { ReadableStreamDefaultController } from "./ReadableStreamDefaultController.js";
import { SetUpWritableStreamDefaultController, WritableStreamDefaultControllerErrorIfNeeded } from "./writable_default_controllers.js";
import { InitializeWritableStream } from "./writable_streams.js";
import { WritableStream } from "./WritableStream.js";
import { WritableStreamDefaultController } from "./WritableStreamDefaultController.js";

// https://streams.spec.whatwg.org/#transferrable-streams : a stream in one realm, its source or sink in another, ports between them.

/** https://streams.spec.whatwg.org/#rs-transfer : the transfer steps, for a stream that is not locked */
export function transfer_a_readable_stream(value, dataHolder) {
  // 2–4. Entangle two new ports.
  const { port1, port2 } = new MessageChannel();
  // 5–8. Pipe the stream into a cross-realm writable one, which writes to the first port.
  const writable = new WritableStream();
  SetUpCrossRealmTransformWritable(writable, port1);
  set_promise_is_handled(ReadableStreamPipeTo(value, writable, false, false, false));
  // 9. Transfer the second port.
  dataHolder.port = transferred_port(port2);
}

/** https://streams.spec.whatwg.org/#rs-transfer : the transfer-receiving steps */
export function receive_a_readable_stream(dataHolder, value) {
  // 1–3. The stream reads from the port that was received.
  SetUpCrossRealmTransformReadable(value, received_port(dataHolder.port));
}

/** https://streams.spec.whatwg.org/#ws-transfer : the transfer steps, for a stream that is not locked */
export function transfer_a_writable_stream(value, dataHolder) {
  // 2–4. Entangle two new ports.
  const { port1, port2 } = new MessageChannel();
  // 5–8. Pipe a cross-realm readable stream, which reads from the first port, into this one.
  const readable = new ReadableStream();
  SetUpCrossRealmTransformReadable(readable, port1);
  set_promise_is_handled(ReadableStreamPipeTo(readable, value, false, false, false));
  // 9. Transfer the second port.
  dataHolder.port = transferred_port(port2);
}

/** https://streams.spec.whatwg.org/#ws-transfer : the transfer-receiving steps */
export function receive_a_writable_stream(dataHolder, value) {
  // 1–3. The stream writes to the port that was received.
  SetUpCrossRealmTransformWritable(value, received_port(dataHolder.port));
}

function transferred_port(port) {
  const holder = {};
  MessagePort.transfer_steps(port, holder);
  return holder;
}

function received_port(holder) {
  const port = new MessagePort();
  MessagePort.transfer_receiving_steps(holder, port);
  return port;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-crossrealmtransformsenderror */
function CrossRealmTransformSendError(port, error) {
  // 1. Post the error. That this may fail too does not matter.
  try {
    PackAndPostMessage(port, "error", error);
  } catch {
    // The stream is errored already.
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-packandpostmessage */
function PackAndPostMessage(port, type, value) {
  // 1–6. Post a record without a prototype, so that nothing a script has patched plays a part.
  post_message(port, { __proto__: null, type, value }, []);
}

/** https://streams.spec.whatwg.org/#abstract-opdef-packandpostmessagehandlingerror */
function PackAndPostMessageHandlingError(port, type, value) {
  // 1–3. A value that cannot be cloned is sent as an error to the other side too.
  try {
    PackAndPostMessage(port, type, value);
  } catch (error) {
    CrossRealmTransformSendError(port, error);
    throw error;
  }
}

/** Post, disentangle, and tell by a promise how it went: the end of several of the algorithms below. */
function post_last_message(port, type, value) {
  try {
    PackAndPostMessageHandlingError(port, type, value);
  } catch (error) {
    return a_promise_rejected_with(error);
  } finally {
    port.close();
  }
  return RESOLVED;
}

/** Steps that hear what arrives at `port`; then its queue is enabled. */
function listen(port, message_steps, messageerror_steps) {
  add_an_event_listener(port, new EventListener("message", (event) => {
    const data = implementation_of(event).data;
    assert(typeof data === "object" && data !== null, "the other side packs messages");
    const { type, value } = data;
    assert(typeof type === "string", "the other side packs messages");
    message_steps(type, value);
  }));
  add_an_event_listener(port, new EventListener("messageerror", () => {
    const error = new DOMException("A chunk cannot be made in this realm", "DataCloneError");
    CrossRealmTransformSendError(port, error);
    messageerror_steps(error);
    port.close();
  }));
  port.start();
}

/** https://streams.spec.whatwg.org/#abstract-opdef-setupcrossrealmtransformreadable */
export function SetUpCrossRealmTransformReadable(stream, port) {
  // 1–2. Initialize the stream and make its controller.
  InitializeReadableStream(stream);
  const controller = new ReadableStreamDefaultController();
  // 3–5. Handle the messages of the port: chunk, close and error.
  listen(port, (type, value) => {
    if (type === "chunk") {
      ReadableStreamDefaultControllerEnqueue(controller, value);
    } else if (type === "close") {
      ReadableStreamDefaultControllerClose(controller);
      port.close();
    } else if (type === "error") {
      ReadableStreamDefaultControllerError(controller, value);
      port.close();
    }
  }, (error) => ReadableStreamDefaultControllerError(controller, error));
  // 6–7. The pull algorithm posts a pull message.
  const pullAlgorithm = () => {
    PackAndPostMessage(port, "pull", undefined);
    return RESOLVED;
  };
  // 8. The cancel algorithm posts the reason as an error message, the last one of the port.
  const cancelAlgorithm = (reason) => post_last_message(port, "error", reason);
  // 9–10. Set up the controller with these algorithms.
  SetUpReadableStreamDefaultController(stream, controller, return_undefined, pullAlgorithm, cancelAlgorithm, 0, return_one);
}

/** https://streams.spec.whatwg.org/#abstract-opdef-setupcrossrealmtransformwritable */
export function SetUpCrossRealmTransformWritable(stream, port) {
  // 1–3. Initialize the stream, make its controller, and start with backpressure.
  InitializeWritableStream(stream);
  const controller = new WritableStreamDefaultController();
  let backpressurePromise = new PromiseSlot();
  const resolve_backpressure = () => {
    if (backpressurePromise !== undefined) {
      backpressurePromise.resolve();
      backpressurePromise = undefined;
    }
  };
  // 4–6. Handle the messages of the port: pull and error.
  listen(port, (type, value) => {
    if (type === "pull") {
      resolve_backpressure();
    } else if (type === "error") {
      WritableStreamDefaultControllerErrorIfNeeded(controller, value);
      resolve_backpressure();
    }
  }, (error) => WritableStreamDefaultControllerErrorIfNeeded(controller, error));
  // 7–8. The write algorithm waits for a pull message, then posts the chunk.
  const writeAlgorithm = (chunk) => {
    backpressurePromise ??= PromiseSlot.resolved();
    return react(backpressurePromise.promise, () => {
      backpressurePromise = new PromiseSlot();
      try {
        PackAndPostMessageHandlingError(port, "chunk", chunk);
      } catch (error) {
        port.close();
        throw error;
      }
    });
  };
  // 9. The close algorithm posts a close message, the last one of the port.
  const closeAlgorithm = () => {
    PackAndPostMessage(port, "close", undefined);
    port.close();
    return RESOLVED;
  };
  // 10. The abort algorithm posts the reason as an error message, the last one of the port.
  const abortAlgorithm = (reason) => post_last_message(port, "error", reason);
  // 11–12. Set up the controller with these algorithms.
  SetUpWritableStreamDefaultController(
    stream, controller, return_undefined, writeAlgorithm, closeAlgorithm, abortAlgorithm, 1, return_one,
  );
}
