import { EventTarget, fire_an_event } from "../dom/EventTarget.js";
import { MessageEvent } from "./MessageEvent.js";
import { structured_deserialize } from "../html/structured_clone/structured_deserialize.js";
import { structured_serialize } from "../html/structured_clone/structured_serialize.js";
import { from_wire, to_wire } from "../html/structured_clone/wire.js";
import { op_messaging_broadcast_close, op_messaging_broadcast_open, op_messaging_broadcast_post } from "../ops.js";

// The open channels of this realm, by their number.
const channels = new Map();

/** https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts */
export class BroadcastChannel extends EventTarget {
  name;               // the channel name
  number;             // engine/messaging knows it by this
  closed_flag = false;

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel */
  constructor(name) {
    super();
    this.name = name;
    this.number = op_messaging_broadcast_open(name);
    channels.set(this.number, this);
  }

  static constructor_steps(name) {
    return new BroadcastChannel(name);
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-postmessage */
  postMessage(message) {
    // 1. NB: whoever can run this is eligible for messaging.
    // 2. A closed channel posts nothing.
    if (this.closed_flag) {
      throw new DOMException("the channel has been closed", "InvalidStateError");
    }
    // 3. Serialize the message.
    const serialized = structured_serialize(message);
    // 4–9. Post it to every other channel of this name and storage key, the oldest first.
    op_messaging_broadcast_post(this.number, ...to_wire(serialized));
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-close */
  close() {
    this.closed_flag = true;
    if (channels.delete(this.number)) {
      op_messaging_broadcast_close(this.number);
    }
  }
}

/** An upcall: step 9 of postMessage(), in the task. */
export function up_messaging_broadcast_message(number, origin, ...wire) {
  // 9.1. A channel that was closed in the meantime hears nothing.
  const channel = channels.get(number);
  if (channel === undefined) {
    return;
  }
  // 9.2–9.3. Deserialize the message; failure fires "messageerror".
  let data;
  try {
    data = structured_deserialize(from_wire(...wire));
  } catch {
    fire_an_event("messageerror", channel, { origin }, MessageEvent);
    return;
  }
  // 9.4. Fire "message".
  fire_an_event("message", channel, { data, origin }, MessageEvent);
}
