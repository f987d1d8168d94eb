import { load } from "../webidl/lazy.js";

/** https://w3c.github.io/ServiceWorker/#create-client-algorithm and #create-windowclient-algorithm : `record` as engine/service_worker/clients.py writes it. */
export function client_object(record) {
  return record.type === "window"
    ? new (load("service_worker/WindowClient.js").WindowClient)(record)
    : new (load("service_worker/Client.js").Client)(record);
}
