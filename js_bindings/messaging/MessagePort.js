import { EventTarget, fire_an_event } from "../dom/EventTarget.js";
import { MessageEvent } from "./MessageEvent.js";
import { structured_deserialize_with_transfer } from "../html/structured_clone/structured_deserialize.js";
import { structured_serialize_with_transfer } from "../html/structured_clone/structured_serialize.js";
import { from_wire, to_wire } from "../html/structured_clone/wire.js";
import {
  op_messaging_port_close, op_messaging_port_post, op_messaging_port_receive, op_messaging_port_ship, op_messaging_port_start,
} from "../ops.js";
import { NumberedObjects } from "../webidl/numbered_objects.js";
import { implementation_of, platform_object_of } from "../webidl/platform_objects.js";

// The ports of this realm that are entangled, by their number.
const ports = new NumberedObjects((number) => op_messaging_port_close(number));

/** https://html.spec.whatwg.org/multipage/web-messaging.html#ports-and-garbage-collection : one that may hear something is held. */
function hold_while_it_may_hear(port) {
  const { number, partner, waiting } = port;
  if (number === null) return;
  // NB: another realm may send at any time; from this realm nothing more comes once nobody has either port.
  if (port.queue_enabled && (partner === null || waiting > 0)) ports.hold(number);
  else ports.let_go(number);
}

/**
 * https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports
 *
 * What another agent can see of a port (its entanglement, its queue) is in engine/messaging; here is only its number.
 */
export class MessagePort extends EventTarget {
  number = null;              // null: not entangled
  entangled_number = null;
  detached = false;           // [[Detached]]
  queue_enabled = false;      // the port message queue has been enabled
  partner = null;             // the entangled port, if it was made with this one and both are still here: each keeps the other
  waiting = 0;                // messages from its partner that have not arrived
  message_event_target = null;  // where the messages of a worker's implicit port are heard; null: at the port

  constructor(number = null, entangled_number = null) {
    super();
    this.set_up(number, entangled_number);
  }

  set_up(number, entangled_number) {
    this.number = number;
    this.entangled_number = entangled_number;
    if (number !== null) {
      ports.add(number, this);
    }
  }

  /** The two ports of a channel. */
  static entangle(first, second) {
    first.partner = second;
    second.partner = first;
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#transfer-steps-for-messageport */
  static transfer_steps(value, data_holder) {
    // 1. NB: a port that has been shipped may lose messages to nobody.
    // 2–3. The message queue and the entanglement go with the ticket: whoever has that may receive the port.
    data_holder.ticket = value.number === null ? null : op_messaging_port_ship(value.number);
    data_holder.entangled_number = value.entangled_number;
    if (value.number !== null) {
      value.leave();
    }
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#transfer-receiving-steps-for-messageport */
  static transfer_receiving_steps(data_holder, value) {
    // 1–3. The port is entangled again, with the messages that wait for it, and is not enabled yet.
    const { ticket, entangled_number } = data_holder;
    value.set_up(ticket === null ? null : op_messaging_port_receive(ticket), entangled_number);
  }

  leave() {
    ports.delete(this.number);
    this.number = null;
    this.entangled_number = null;
    const { partner } = this;
    this.partner = null;
    if (partner !== null) {
      partner.partner = null;
      hold_while_it_may_hear(partner);
    }
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-postmessage */
  postMessage(message, options) {
    // 1–2. The older form has the transfer list as its second argument.
    post_message(this, message, Array.isArray(options) ? options : options?.transfer ?? []);
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-start */
  start() {
    if (!this.queue_enabled) {
      this.queue_enabled = true;
      hold_while_it_may_hear(this);
      if (this.number !== null) {
        op_messaging_port_start(this.number);
      }
    }
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-close */
  close() {
    // 1. Detach the port.
    this.detached = true;
    // 2. Disentangle it, of which the other port hears.
    if (this.number !== null) {
      op_messaging_port_close(this.number);
      this.leave();
    }
  }

  /** Setting `onmessage` starts the port, as https://html.spec.whatwg.org/multipage/web-messaging.html#ports-and-garbage-collection says before. */
  set_event_handler(name, value) {
    super.set_event_handler(name, value);
    if (name === "onmessage") {
      this.start();
    }
  }
}

/** https://html.spec.whatwg.org/multipage/web-messaging.html#message-port-post-message-steps */
export function post_message(source_port, message, transfer) {
  // 1–2. The port itself cannot be transferred,
  if (transfer.includes(platform_object_of(source_port))) {
    throw new DOMException("a port cannot be transferred through itself", "DataCloneError");
  }
  // 3–4. and to transfer its target dooms the message.
  const doomed = transfer.some((item) => {
    const port = implementation_of(item);
    return port instanceof MessagePort && port.number !== null && port.number === source_port.entangled_number;
  });
  // 5. Serialize with transfer, in any case.
  const serialized = structured_serialize_with_transfer(message, transfer);
  // 6. Without a target, or doomed, the message is lost.
  if (source_port.number === null || doomed) {
    return;
  }
  const { partner } = source_port;
  if (partner !== null) {
    partner.waiting += 1;
    hold_while_it_may_hear(partner);
  }
  // 7. Add it to the port message queue of the target.
  op_messaging_port_post(source_port.number, ...to_wire(serialized));
}

/** An upcall: step 7 of the message port post message steps, in the task. */
export function up_messaging_port_message(number, ...wire) {
  // 7.1. The port may have been transferred or closed in the meantime.
  const port = ports.get(number);
  if (port === undefined) {
    return;
  }
  if (port.waiting > 0) {
    port.waiting -= 1;
    hold_while_it_may_hear(port);
  }
  const target = port.message_event_target ?? port;
  // 7.2–7.3. Deserialize with transfer; failure fires "messageerror".
  let result;
  try {
    result = structured_deserialize_with_transfer(from_wire(...wire));
  } catch {
    fire_an_event("messageerror", target, undefined, MessageEvent);
    return;
  }
  // 7.4–7.6. Fire "message" with the data and the ports.
  fire_an_event("message", target, { data: result.deserialized, ports: ports_among(result.transferred_values) }, MessageEvent);
}

/** An upcall: the other side has been closed, https://html.spec.whatwg.org/multipage/web-messaging.html#disentangle */
export function up_messaging_port_closed(number, messages_wait) {
  const port = ports.get(number);
  if (port !== undefined) {
    port.entangled_number = null;
    port.partner = null;
    hold_while_it_may_hear(port);
    // What was sent before can still be heard, once the port is started.
    if (!messages_wait) {
      port.leave();
    }
    fire_an_event("close", port);
  }
}

/** Ours: the implementation objects of the ports in a list of transferred values, for the `ports` of a MessageEvent. */
export function ports_among(transferred_values) {
  return transferred_values.map(implementation_of).filter((implementation) => implementation instanceof MessagePort);
}
