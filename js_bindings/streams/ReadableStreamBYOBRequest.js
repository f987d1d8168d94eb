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
    // 1–2. The request still has its controller, and the buffer of its view is not detached.
    if (this.controller === undefined) {
      throw new TypeError("The request has been answered");
    }
    if (IsDetachedBuffer(view_buffer(this.view))) {
      throw new TypeError("The buffer of the request was detached: answer with respondWithNewView()");
    }
    // 3–4. The view has bytes.
    assert(view_byte_length(this.view) > 0, "a request has room");
    assert(buffer_byte_length(view_buffer(this.view)) > 0, "a request has room");
    // 5. The controller responds with the bytes that were written.
    ReadableByteStreamControllerRespond(this.controller, bytesWritten);
  }

  /** https://streams.spec.whatwg.org/#rs-byob-request-respond-with-new-view */
  respondWithNewView(view) {
    // 1–2. The request still has its controller, and the buffer of the new view is not detached.
    if (this.controller === undefined) {
      throw new TypeError("The request has been answered");
    }
    if (IsDetachedBuffer(view_buffer(view))) {
      throw new TypeError("The buffer of the view is detached");
    }
    // 3. The controller responds with the new view.
    ReadableByteStreamControllerRespondWithNewView(this.controller, view);
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest */
export function ReadableByteStreamControllerGetBYOBRequest(controller) {
  // 1. It is made when somebody asks: a view of what the first pull-into descriptor has not filled yet.
  if (controller.current_byob_request === null && !controller.pendingPullIntos.is_empty) {
    const { buffer, byte_offset, byte_length, bytes_filled } = controller.pendingPullIntos.first;
    const byobRequest = new ReadableStreamBYOBRequest();
    byobRequest.controller = controller;
    byobRequest.view = new buffer_constructors.Uint8Array(buffer, byte_offset + bytes_filled, byte_length - bytes_filled);
    controller.current_byob_request = byobRequest;
  }
  // 2. The BYOB request, or null.
  return controller.current_byob_request;
}
