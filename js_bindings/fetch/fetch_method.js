import { op_fetch_abort, op_fetch_start } from "../ops.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { new_promise, upon_settlement } from "../webidl/promises.js";
import { promise_for_script } from "../webidl/promises.js";
import { cancel_body, error_body } from "./body.js";
import { serialize_an_abort_reason } from "./errors.js";
import { next_fetch_id } from "./fetch_ids.js";
import { Request, request_to_wire } from "./Request.js";
import { response_from_record, when_ended } from "./Response.js";

/** https://fetch.spec.whatwg.org/#dom-global-fetch */
export function fetch(input, init) {
  // 1. Make the promise.
  const call = new FetchCall();
  // 2. Make a Request as its constructor does; what it throws rejects the promise.
  let request_object;
  try {
    request_object = Request.constructor_steps(input, init);
  } catch (error) {
    call.reject(error);
    return call.promise;
  }
  // 3. Get its request.
  call.request_object = request_object;
  // 4. The signal is aborted already.
  const signal = request_object.abort_signal;
  if (signal !== null && signal.aborted) {
    abort_the_fetch_call(call, signal.reason);
    return call.promise;
  }
  // 5–6. NB: what a service worker fetches does not come back to it: Python sees to it.
  // 7–10. NB: slots of `call`. The controller is known by an id of ours.
  call.id = next_fetch_id();
  // 11. The abort steps: first here, then over there.
  if (signal !== null) {
    call.signal = signal;
    call.abort_steps = () => {
      // 11.1–11.2. Locally aborted, so that no response is processed any more.
      call.locally_aborted = true;
      // 11.3. Abort the fetch controller.
      op_fetch_abort(call.id, serialize_an_abort_reason(signal.reason));
      // 11.4. Abort the fetch() call.
      abort_the_fetch_call(call, signal.reason);
    };
    signal.add_algorithm(call.abort_steps);
  }
  // 12. Fetch; the response comes back as a record, a network error as a TypeError.
  const [record, body] = request_to_wire(request_object);
  upon_settlement(op_fetch_start(call.id, record, body), (response) => process_response(call, response), (error) => process_network_error(call, error));
  // 13. The promise.
  return call.promise;
}

/** Ours: one call of fetch(), under way. */
class FetchCall {
  id = 0;
  promise;
  resolve;
  reject;
  request_object = null;
  has_a_response = false;
  response_body = null;   // weak
  locally_aborted = false;
  signal = null;
  abort_steps = null;

  constructor() {
    const { promise, resolve, reject } = new_promise();
    this.promise = promise_for_script(promise);
    this.resolve = resolve;
    this.reject = reject;
  }
}

/** The processResponse of fetch(), for a response that is no network error. */
function process_response(call, record) {
  // 1. After a local abort the promise is rejected already.
  if (call.locally_aborted) return;
  // 4. Make the Response. NB: steps 2 and 3 are `process_network_error`.
  const response_object = response_from_record(record, "immutable");
  const { resolve } = call;
  if (call.signal !== null) follow_the_response(call, response_object);
  // 5. Resolve the promise with it.
  resolve(platform_object_of(response_object));
}

const forgotten = new FinalizationRegistry((forget) => forget());

/** Ours: it can be aborted until it has come in whole; or nobody has it any more: a signal that lives on does not keep it. */
function follow_the_response(call, response_object) {
  const body = response_object.inner_body;
  call.has_a_response = true;
  call.response_body = body === null ? null : new WeakRef(body);
  call.promise = call.resolve = call.reject = null;
  const forget = () => call.signal.remove_algorithm(call.abort_steps);
  forgotten.register(body ?? response_object, forget);
  when_ended(response_object, forget);
}

/** The processResponse of fetch(), for a network error: `error` is the TypeError, or the AbortError of an aborted one. */
function process_network_error(call, error) {
  // 1. After a local abort the promise is rejected already.
  if (call.locally_aborted) return;
  // NB: what failed cannot be aborted any more.
  call.signal?.remove_algorithm(call.abort_steps);
  // 2–3. Reject the promise. NB: Python has made the right error.
  call.reject(error);
}

/** https://fetch.spec.whatwg.org/#abort-fetch */
function abort_the_fetch_call(call, error) {
  // 1. Reject the promise, which does nothing once there is a response.
  if (!call.has_a_response) call.reject(error);
  // 2. Cancel the body of the request.
  if (call.request_object.inner_body !== null) cancel_body(call.request_object.inner_body, error);
  // 3–5. Error the body of the response.
  const response_body = call.response_body?.deref();
  if (response_body !== undefined) error_body(response_body, error);
}
