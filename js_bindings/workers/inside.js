import { fire_an_event } from "../dom/EventTarget.js";
import { MessageEvent } from "../messaging/MessageEvent.js";
import { MessagePort } from "../messaging/MessagePort.js";
import { implementation_of } from "../webidl/platform_objects.js";

/** What Python tells a dedicated or shared worker's realm: https://html.spec.whatwg.org/multipage/workers.html#run-a-worker */

/** An upcall, before the worker's script runs. A shared worker has no implicit port. */
export function up_worker_begin(name, inside_port_number, outside_port_number) {
  const global_scope = implementation_of(globalThis);
  global_scope.name = name;
  if (inside_port_number !== null) {
    const inside_port = new MessagePort(inside_port_number, outside_port_number);
    inside_port.message_event_target = global_scope;
    global_scope.inside_port = inside_port;
  }
}

/** An upcall: somebody has made a SharedWorker object for this worker. */
export function up_shared_worker_connect(inside_port_number, outside_port_number) {
  const inside_port = new MessagePort(inside_port_number, outside_port_number);
  fire_an_event("connect", implementation_of(globalThis), { data: "", ports: [inside_port], source: inside_port }, MessageEvent);
}
