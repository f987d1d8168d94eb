import { api_base_url } from "../realm/environment.js";
import { op_clients_focus, op_clients_navigate } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { a_promise_rejected_with, react } from "../webidl/promises.js";
import { Client } from "./Client.js";

/** https://w3c.github.io/ServiceWorker/#windowclient */
export class WindowClient extends Client {
  visibilityState;
  focused;
  ancestorOrigins;

  constructor(record) {
    super(record);
    this.visibilityState = record.visibility_state;
    this.focused = record.focused;
    this.ancestorOrigins = record.ancestor_origins;
  }

  /** https://w3c.github.io/ServiceWorker/#client-focus */
  focus() {
    return react(op_clients_focus(this.id), (record) => new WindowClient(record));
  }

  /** https://w3c.github.io/ServiceWorker/#client-navigate */
  navigate(url) {
    // 1–3. Parse the URL, which must not be about:blank.
    const parsed_url = parse_url(url, api_base_url());
    if (parsed_url === null || parsed_url.href === "about:blank") {
      return a_promise_rejected_with(new TypeError(`the client cannot be led to "${url}"`));
    }
    // 4–8. Navigate the client; the promise gets its new WindowClient, or null for that of another origin.
    return react(op_clients_navigate(this.id, parsed_url.href), (record) => (record === null ? null : new WindowClient(record)));
  }
}
