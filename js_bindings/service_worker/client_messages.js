import { fire_an_event } from "../dom/EventTarget.js";
import { MessageEvent } from "../messaging/MessageEvent.js";
import { structured_deserialize_with_transfer } from "../html/structured_clone/structured_deserialize.js";
import { from_wire } from "../html/structured_clone/wire.js";
import { queue_a_global_task } from "../realm/tasks.js";
import { ports_among } from "../messaging/MessagePort.js";
import { load } from "../webidl/lazy.js";
import { service_worker_object } from "./objects.js";

/** https://w3c.github.io/ServiceWorker/#dfn-client-message-queue of this realm: null once it is enabled. */
let waiting = [];

/**
 * Deliver what waits, and from now on what comes.
 *
 * startMessages() and `onmessage` do it; a document does it when it has been parsed, just before DOMContentLoaded, and a worker when
 * its script has run.
 */
export function enable_client_message_queue() {
  if (waiting !== null) {
    const messages = waiting;
    waiting = null;
    for (const message of messages) {
      queue_a_global_task("DOM manipulation task source", () => deliver(...message));
    }
  }
}

/** An upcall: `enable_client_message_queue`, for those who know in Python when it is time. */
export function up_service_worker_enable_client_messages() {
  enable_client_message_queue();
}

/** An upcall: a worker's Client.postMessage(). `source` is the worker's record. */
export function up_service_worker_client_message(...message) {
  if (waiting === null) {
    deliver(...message);
  } else {
    waiting.push(message);
  }
}

/** https://w3c.github.io/ServiceWorker/#client-postmessage-options , its steps 4.5.1 to 4.5.6 */
function deliver(origin, source_record, ...wire) {
  const destination = load("service_worker/ServiceWorkerContainer.js").service_worker_container_of_this_realm();
  // 1–2. The source is the service worker.
  const source = service_worker_object(source_record);
  // 3. Deserialize with transfer; failure fires "messageerror".
  let result;
  try {
    result = structured_deserialize_with_transfer(from_wire(...wire));
  } catch {
    fire_an_event("messageerror", destination, { origin, source }, MessageEvent);
    return;
  }
  // 4–6. NB: this is a task already.
  const { deserialized: data, transferred_values } = result;
  fire_an_event("message", destination, { origin, source, data, ports: ports_among(transferred_values) }, MessageEvent);
}
