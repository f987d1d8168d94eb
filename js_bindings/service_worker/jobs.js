import { make_error } from "../ops.js";
import { new_promise } from "../webidl/promises.js";
import { service_worker_registration_object } from "./objects.js";

/** Job promises: https://w3c.github.io/ServiceWorker/#dfn-job-promise . Python settles them in the order that its algorithms want. */

const promises = new Map();
let last_number = 0;

/** A promise for the job that `schedule(number)` asks Python for. */
export function promise_of_a_job(schedule) {
  const capability = new_promise();
  const number = ++last_number;
  promises.set(number, capability);
  schedule(number);
  return capability.promise;
}

/** An upcall: `error` is null or [message, name, whether it is a DOMException]; `value` a registration's record or a boolean. */
export function up_service_worker_settle_job(number, error, value) {
  const { resolve, reject } = promises.get(number);
  promises.delete(number);
  if (error !== null) {
    reject(make_error(...error));
  } else {
    resolve(typeof value === "boolean" ? value : service_worker_registration_object(value));
  }
}
