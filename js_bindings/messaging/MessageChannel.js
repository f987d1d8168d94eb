import { op_messaging_channel_create } from "../ops.js";
import { MessagePort } from "./MessagePort.js";

/** https://html.spec.whatwg.org/multipage/web-messaging.html#messagechannel */
export class MessageChannel {
  port1;
  port2;

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messagechannel */
  constructor() {
    // 1–3. Make two ports and entangle them.
    const [first, second] = op_messaging_channel_create();
    this.port1 = new MessagePort(first, second);
    this.port2 = new MessagePort(second, first);
    MessagePort.entangle(this.port1, this.port2);
  }

  static constructor_steps() {
    return new MessageChannel();
  }
}
