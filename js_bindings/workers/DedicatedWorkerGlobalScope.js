import { post_message } from "../messaging/MessagePort.js";
import { op_workers_close } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { WorkerGlobalScope } from "./WorkerGlobalScope.js";

/** https://html.spec.whatwg.org/multipage/workers.html#dedicatedworkerglobalscope */
export class DedicatedWorkerGlobalScope extends WorkerGlobalScope {
  name = "";
  inside_port = null;     // the worker's implicit port; null while the worker was started without an owner

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-dedicatedworkerglobalscope-postmessage */
  postMessage(message, options) {
    if (this.inside_port !== null) {
      post_message(this.inside_port, message, Array.isArray(options) ? options : options?.transfer ?? []);
    }
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-dedicatedworkerglobalscope-close */
  close() {
    op_workers_close();
  }

  requestAnimationFrame(callback) {
    return load("realm/animation_frames.js").request_animation_frame(callback);
  }

  cancelAnimationFrame(handle) {
    load("realm/animation_frames.js").cancel_animation_frame(handle);
  }
}
