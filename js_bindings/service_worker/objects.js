import { op_service_worker_self } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { NumberedObjects } from "../webidl/numbered_objects.js";

/**
 * The one object of this realm for each registration and each worker, by the numbers under which Python knows them.
 *
 * Their attributes are snapshots, set by the upcalls below from tasks.
 */

const registrations = new NumberedObjects();
const workers = new NumberedObjects();

/** https://w3c.github.io/ServiceWorker/#get-the-service-worker-object ; `record` as engine/service_worker/records.py writes it, or null. */
export function service_worker_object(record) {
  if (record === null) {
    return null;
  }
  // 1–3. Make the object, unless there is one. NB: one that exists keeps the state that its tasks gave it.
  let worker = workers.get(record.number);
  if (worker === undefined) {
    worker = new (load("service_worker/ServiceWorker.js").ServiceWorker)(record);
    workers.add(record.number, worker);
    hold_while_it_changes(worker);
  }
  return worker;
}

/** https://w3c.github.io/ServiceWorker/#get-the-service-worker-registration-object */
export function service_worker_registration_object(record) {
  // 1–3. Make the object, unless there is one. NB: one that exists keeps what its tasks gave it.
  let registration = registrations.get(record.number);
  if (registration === undefined) {
    registration = new (load("service_worker/ServiceWorkerRegistration.js").ServiceWorkerRegistration)(record);
    registrations.add(record.number, registration);
    registration.installing = service_worker_object(record.installing);
    registration.waiting = service_worker_object(record.waiting);
    registration.active = service_worker_object(record.active);
    hold_while_it_has_workers(registration);
  }
  registration.update_via_cache = record.update_via_cache;
  return registration;
}

// NB: nothing is heard of one that is redundant, or of a registration that has lost all of its workers.

function hold_while_it_changes(worker) {
  if (worker.state === "redundant") workers.let_go(worker.number);
  else workers.hold(worker.number);
}

function hold_while_it_has_workers(registration) {
  const { number, installing, waiting, active } = registration;
  if (installing === null && waiting === null && active === null) registrations.let_go(number);
  else registrations.hold(number);
}

let self_objects = null;

/** Ours: `{ registration, worker }` of this realm's ServiceWorkerGlobalScope. */
export function objects_of_this_worker() {
  if (self_objects === null) {
    const { registration, worker } = op_service_worker_self();
    self_objects = { registration: service_worker_registration_object(registration), worker: service_worker_object(worker) };
  }
  return self_objects;
}

/** An upcall: https://w3c.github.io/ServiceWorker/#update-registration-state-algorithm , in the task. */
export function up_service_worker_registration_state(number, target, record) {
  const registration = registrations.get(number);
  if (registration !== undefined) {
    registration[target] = service_worker_object(record);
    hold_while_it_has_workers(registration);
  }
}

/** An upcall: https://w3c.github.io/ServiceWorker/#update-state-algorithm , its steps 4.1 to 4.4 */
export function up_service_worker_state(number, state) {
  // 4.1–4.2. Only a worker with an object here is updated.
  const worker = workers.get(number);
  if (worker === undefined) {
    return;
  }
  // 4.3–4.5. Set its state, and fire "statechange".
  worker.state = state;
  hold_while_it_changes(worker);
  load("dom/EventTarget.js").fire_an_event("statechange", worker);
}

/** An upcall: https://w3c.github.io/ServiceWorker/#installation-algorithm , its step 9 */
export function up_service_worker_updatefound(number) {
  const registration = registrations.get(number);
  if (registration !== undefined) {
    load("dom/EventTarget.js").fire_an_event("updatefound", registration);
  }
}
