import { structured_serialize_with_transfer } from "../html/structured_clone/structured_serialize.js";
import { to_wire } from "../html/structured_clone/wire.js";
import { op_clients_post_message } from "../ops.js";

/** https://w3c.github.io/ServiceWorker/#client-interface */
export class Client {
  id;
  url;
  type;
  frameType;

  constructor({ id, url, type, frame_type }) {
    this.id = id;
    this.url = url;
    this.type = type;
    this.frameType = frame_type;
  }

  /** https://w3c.github.io/ServiceWorker/#client-postmessage-options and #client-postmessage */
  postMessage(message, options) {
    // 1–3. The older form has the transfer list as its second argument. Serialize with transfer.
    const transfer = Array.isArray(options) ? options : options?.transfer ?? [];
    const serialized = structured_serialize_with_transfer(message, transfer);
    // 4. Post it to the client message queue.
    op_clients_post_message(this.id, ...to_wire(serialized));
  }
}
