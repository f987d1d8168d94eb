import { EventTarget } from "../dom/EventTarget.js";
import { MessagePort } from "../messaging/MessagePort.js";
import { op_workers_create_shared } from "../ops.js";
import { parse_worker_url, remember_worker_object } from "./worker_objects.js";

/** https://html.spec.whatwg.org/multipage/workers.html#sharedworker */
export class SharedWorker extends EventTarget {
  number;   // engine/workers knows it by this
  port;     // the outside port

  /** Internal creation, from what `op_workers_create_shared` gave. */
  constructor(number, outside_port_number, inside_port_number) {
    super();
    this.number = number;
    this.port = new MessagePort(outside_port_number, inside_port_number);
  }

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworker */
  static constructor_steps(script_url, options) {
    // 1–2. The older form has the name as its second argument.
    const { name = "", type = "classic", credentials = "same-origin" } = typeof options === "string" ? { name: options } : options;
    // 3–6. Parse the script URL.
    const { url, blob_url_entry } = parse_worker_url(script_url);
    // 7–12. Make two ports; the shared worker manager finds a worker for the outside one. FIXME: extendedLifetime.
    const numbers = op_workers_create_shared(url, blob_url_entry?.number ?? null, name, type, credentials);
    const shared_worker = new SharedWorker(...numbers);
    remember_worker_object(shared_worker.number, shared_worker);
    return shared_worker;
  }
}
