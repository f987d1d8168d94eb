import { EventTarget } from "../dom/EventTarget.js";
import { MessagePort, post_message } from "../messaging/MessagePort.js";
import { op_workers_create, op_workers_terminate } from "../ops.js";
import { forget_worker_object, parse_worker_url, remember_worker_object } from "./worker_objects.js";

/** https://html.spec.whatwg.org/multipage/workers.html#dedicated-workers-and-the-worker-interface */
export class Worker extends EventTarget {
  number;         // engine/workers knows it by this
  outside_port;

  /** Internal creation, from what `op_workers_create` gave. */
  constructor(number, outside_port_number, inside_port_number) {
    super();
    this.number = number;
    this.outside_port = new MessagePort(outside_port_number, inside_port_number);
    this.outside_port.message_event_target = this;
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-worker */
  static constructor_steps(script_url, { name, type, credentials }) {
    // 1–4. Parse the script URL.
    const { url, blob_url_entry } = parse_worker_url(script_url);
    // 5–7. Make two ports, and run a worker in parallel.
    const worker = new Worker(...op_workers_create(url, blob_url_entry?.number ?? null, name, type, credentials));
    remember_worker_object(worker.number, worker);
    return worker;
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-worker-terminate */
  terminate() {
    forget_worker_object(this.number);
    // What the worker has said is not heard any more.
    this.outside_port.close();
    op_workers_terminate(this.number);
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-worker-postmessage */
  postMessage(message, options) {
    post_message(this.outside_port, message, Array.isArray(options) ? options : options?.transfer ?? []);
  }
}
