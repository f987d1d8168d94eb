import { api_base_url } from "../realm/environment.js";
import { op_clients_claim, op_clients_get, op_clients_match_all, op_clients_open_window } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { a_promise_rejected_with, react } from "../webidl/promises.js";
import { client_object } from "./client_objects.js";

/** https://w3c.github.io/ServiceWorker/#clients-interface */
export class Clients {
  get(id) {
    return react(op_clients_get(id), (record) => (record === null ? undefined : client_object(record)));
  }

  matchAll(options) {
    return react(op_clients_match_all(options.includeUncontrolled, options.type), (records) => records.map(client_object));
  }

  /** https://w3c.github.io/ServiceWorker/#clients-openwindow */
  openWindow(url) {
    // 1–3. Parse the URL, which must not be about:blank.
    const parsed_url = parse_url(url, api_base_url());
    if (parsed_url === null || parsed_url.href === "about:blank") {
      return a_promise_rejected_with(new TypeError(`a window cannot be opened at "${url}"`));
    }
    // 4–8. Open a window there; the promise gets its client, or null for that of another storage key.
    return react(op_clients_open_window(parsed_url.href), (record) => (record === null ? null : client_object(record)));
  }

  claim() {
    return op_clients_claim();
  }
}
