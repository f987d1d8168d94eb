import { EventTarget } from "../dom/EventTarget.js";
import { structured_serialize_with_transfer } from "../html/structured_clone/structured_serialize.js";
import { to_wire } from "../html/structured_clone/wire.js";
import { op_service_worker_post_message } from "../ops.js";

/** https://w3c.github.io/ServiceWorker/#serviceworker-interface */
export class ServiceWorker extends EventTarget {
  number;       // Python knows the worker by it
  scriptURL;
  state;

  constructor({ number, script_url, state }) {
    super();
    this.number = number;
    this.scriptURL = script_url;
    this.state = state;
  }

  /** https://w3c.github.io/ServiceWorker/#service-worker-postmessage-options and #service-worker-postmessage */
  postMessage(message, options) {
    // 1–4. The older form has the transfer list as its second argument. Serialize with transfer.
    const transfer = Array.isArray(options) ? options : options?.transfer ?? [];
    const serialized = structured_serialize_with_transfer(message, transfer);
    // 5–6. Post it to the worker's agent.
    op_service_worker_post_message(this.number, ...to_wire(serialized));
  }
}
