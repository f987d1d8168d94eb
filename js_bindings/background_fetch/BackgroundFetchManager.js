import { Request, request_to_wire } from "../fetch/Request.js";
import { op_background_fetch_fetch, op_background_fetch_get, op_background_fetch_get_ids } from "../ops.js";
import { background_fetch_registration_object } from "./instances.js";

/** https://wicg.github.io/background-fetch/#background-fetch-manager */
export class BackgroundFetchManager {
  registration;   // https://wicg.github.io/background-fetch/#backgroundfetchmanager-service-worker-registration

  /** Internal creation, by the ServiceWorkerRegistration it belongs to. */
  constructor(registration) {
    this.registration = registration;
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchmanager-fetch */
  async fetch(id, requests, options) {
    // 1–3. NB: slots of the op's arguments.
    const records = [];
    const positions = [];
    const bodies = [];
    // 4. A single request is a list of one.
    const list = Array.isArray(requests) ? requests : [requests];
    // 5. An empty list is refused.
    if (list.length === 0) throw new TypeError("There is nothing to fetch");
    // 6. For each request:
    // 6.1. The Request constructor makes it.
    const request_objects = list.map((request) => Request.constructor_steps(request, {}));
    // 6.2. A request in mode "no-cors" is refused, as nobody could look at its response.
    if (request_objects.some(({ request }) => request.mode === "no-cors")) {
      throw new TypeError('A request in mode "no-cors" cannot be fetched in the background');
    }
    // 6.3–6.6. NB: Python takes the client from it. Bodies travel beside the records.
    request_objects.forEach((object, position) => {
      const [record, body] = request_to_wire(object);
      records.push(record);
      if (body !== null) {
        positions.push(position);
        bodies.push(body);
      }
    });
    // 7–9. In Python.
    const snapshot = await op_background_fetch_fetch(this.registration.number, id, records, options, positions, ...bodies);
    return background_fetch_registration_object(snapshot);
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchmanager-get */
  async get(id) {
    // AD-HOC: no fetch is asked for with an empty id, browsers and the tests say.
    if (id === "") throw new TypeError("The id is empty");
    // 1–2. In Python.
    const snapshot = await op_background_fetch_get(this.registration.number, id);
    // 3. No background fetch of that id: undefined.
    // 4. Its instance. NB: what happens meanwhile is made up for when the instance is there: see instances.js.
    return snapshot === null ? undefined : background_fetch_registration_object(snapshot);
  }

  /** https://wicg.github.io/background-fetch/#dom-backgroundfetchmanager-getids */
  getIds() {
    return op_background_fetch_get_ids(this.registration.number);
  }
}
