import { buffer_constructors } from "../intrinsics.js";
import { buffer_byte_length, IsDetachedBuffer, view_buffer, view_byte_length } from "./array_buffers.js";
import { assert } from "./assert.js";
import { ReadableByteStreamControllerRespond, ReadableByteStreamControllerRespondWithNewView } from "./readable_byte_requests.js";

/** https://streams.spec.whatwg.org/#rs-byob-request-class */
export class ReadableStreamBYOBRequest {
  controller = undefined;
  view = null;

  /** https://streams.spec.whatwg.org/#rs-byob-request-respond */
  respond(bytesWritten) {
    // 1–2.
    if (this.controller === undefined) {
      throw new TypeError("The request has been answered");
    }
    if (IsDetachedBuffer(view_buffer(this.view))) {
      throw new TypeError("The buffer of the request was detached: answer with respondWithNewView()");
    }
    // 3–4.
    assert(view_byte_length(this.view) > 0, "a request has room");
    assert(buffer_byte_length(view_buffer(this.view)) > 0, "a request has room");
    // 5.
    ReadableByteStreamControllerRespond(this.controller, bytesWritten);
  }

  /** https://streams.spec.whatwg.org/#rs-byob-request-respond-with-new-view */
  respondWithNewView(view) {
    // 1–2.
    if (this.controller === undefined) {
      throw new TypeError("The request has been answered");
    }
    if (IsDetachedBuffer(view_buffer(view))) {
      throw new TypeError("The buffer of the view is detached");
    }
    // 3.
    ReadableByteStreamControllerRespondWithNewView(this.controller, view);
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest */
export function ReadableByteStreamControllerGetBYOBRequest(controller) {
  // 1. Made when somebody asks: a view of what is still free in the buffer that waits longest.
  if (controller.current_byob_request === null && !controller.pendingPullIntos.is_empty) {
    const { buffer, byte_offset, byte_length, bytes_filled } = controller.pendingPullIntos.first;
    const byobRequest = new ReadableStreamBYOBRequest();
    byobRequest.controller = controller;
    byobRequest.view = new buffer_constructors.Uint8Array(buffer, byte_offset + bytes_filled, byte_length - bytes_filled);
    controller.current_byob_request = byobRequest;
  }
  // 2.
  return controller.current_byob_request;
}
