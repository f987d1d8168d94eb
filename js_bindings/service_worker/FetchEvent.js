import { initialize_attributes } from "../dom/Event.js";
import { is_unusable, cancel_body } from "../fetch/body.js";
import { is_response_unusable, response_to_wire } from "../fetch/Response.js";
import { note_of_the_call } from "../intrinsics.js";
import { op_service_worker_event_is_over, op_service_worker_respond, op_service_worker_respond_with_entered } from "../ops.js";
import { implementation_of_interface } from "../webidl/platform_objects.js";
import { a_promise_resolved_with, new_promise, set_promise_is_handled, upon_settlement } from "../webidl/promises.js";
import { brand_of } from "../webidl/tables.js";
import { describe_exception } from "../realm/report_an_exception.js";
import { ExtendableEvent, add_lifetime_promise } from "./ExtendableEvent.js";
import { report_failure_in_event } from "./reports.js";

const RESPONSE = brand_of("Response");

/** https://w3c.github.io/ServiceWorker/#fetchevent-interface */
export class FetchEvent extends ExtendableEvent {
  request = null;
  clientId = "";
  resultingClientId = "";
  replacesClientId = "";
  preload_response = null;        // {promise, …} once it is asked for, or when there is a navigation preload
  handled_promise = null;         // {promise, resolve, reject} once it is asked for
  respond_with_entered_flag = false;
  // NB: the potential response, the wait to respond flag and the respond-with error flag in one: what the event has come to, null while
  // that is not known, with the response, its record and its body; and whether Python has been told.
  outcome = null;
  response = null;
  response_record = null;
  response_body = null;
  outcome_is_told = false;
  respond_with_call = null;       // an error made where respondWith() was called
  failure = null;                 // why what was given to respondWith() is no answer, for people

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
    if (init?.preloadResponse !== undefined) {
      this.preload_response = { promise: init.preloadResponse };
    }
    if (init?.handled !== undefined) {
      this.handled_promise = { promise: init.handled };
    }
  }

  get preloadResponse() {
    this.preload_response ??= { promise: a_promise_resolved_with(undefined) };
    return this.preload_response.promise;
  }

  get handled() {
    if (this.handled_promise === null) {
      this.handled_promise = new_promise();
      if (this.outcome_is_told) {
        this.settle_handled();
      }
    }
    return this.handled_promise.promise;
  }

  /** https://w3c.github.io/ServiceWorker/#fetch-event-respondwith */
  respondWith(promise) {
    // 1–2. Only while the event is dispatched can it be responded to,
    if (!this.dispatch_flag) {
      throw new DOMException("the event is not being dispatched", "InvalidStateError");
    }
    // 3. and only once.
    if (this.respond_with_entered_flag) {
      throw new DOMException("respondWith() was already called", "InvalidStateError");
    }
    // 4. The promise is a lifetime promise.
    add_lifetime_promise(promise, this, (reason) => {
      this.fail("the promise given to respondWith()", reason, `the promise given to respondWith() was rejected: ${describe_exception(reason)}`);
    });
    this.respond_with_call = note_of_the_call();
    // 5–7. Stop the propagation, and set the respond-with entered flag.
    this.stop_propagation_flag = true;
    this.stop_immediate_propagation_flag = true;
    this.respond_with_entered_flag = true;
    op_service_worker_respond_with_entered(this.number);
    // 8–10. The promise becomes the potential response, or the respond-with error flag is set.
    upon_settlement(promise, (value) => this.respond(value), () => this.come_to("error"));
  }

  /** Step 10 of respondWith(). */
  respond(value) {
    // 10.1. Anything but a Response sets the respond-with error flag. NB: so does a Response that is unusable.
    const response = implementation_of_interface(value, RESPONSE);
    if (response === undefined || is_response_unusable(response)) {
      const failure = response === undefined
        ? `respondWith() was given ${describe_exception(value)}, which is no Response`
        : "respondWith() was given a Response whose body was read already or is held by a reader; give it clone()";
      this.fail("respondWith()", new TypeError(failure), failure);
      this.come_to("error");
      return;
    }
    // 10.2. The potential response; its body goes over as it is, or is read as fast as it is wanted there.
    this.response = response;
    [this.response_record, this.response_body] = response_to_wire(response, (reason) => {
      this.fail("the body of the response given to respondWith()", reason);
    });
    // 10.3. There is nothing to wait for any more.
    this.come_to("response");
  }

  /** Ours: tell whoever watches that what respondWith() was given is no answer; `failure` says so to those who asked for one. */
  fail(where, reason, failure = null) {
    if (this.expects(reason)) return;
    this.failure = failure;
    report_failure_in_event(this, where, reason, this.respond_with_call);
  }

  /** Ours: whoever has given up the request does not wait for an answer, and its errors are no failures. */
  expects(reason) {
    return this.request?.abort_signal?.aborted === true;
  }

  come_to(outcome) {
    this.outcome = outcome;
    // OPTIMIZATION: if this promise is all that the lifetime depends on, its end, a microtask from now, is told together with the outcome.
    if (this.pending_promises_count > 1) {
      this.tell_outcome(false);
    }
  }

  lifetime_has_changed() {
    if (this.dispatch_flag || this.number === 0) {
      return;
    }
    if (this.outcome === null && !this.respond_with_entered_flag) {
      this.come_to_nothing();
    }
    const is_over = this.pending_promises_count <= 0 && !this.lifetime_is_over;
    if (is_over) {
      this.end_lifetime();
    }
    if (this.outcome !== null && !this.outcome_is_told) {
      this.tell_outcome(is_over);
    } else if (is_over) {
      op_service_worker_event_is_over(this.number, this.has_rejected_promise);
    }
  }

  /** https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm , its steps 17.4.13 and 21: nobody has responded. */
  come_to_nothing() {
    this.outcome = this.canceled_flag ? "canceled" : "fallback";
    // 17.4.17. A request body without a source cannot be sent again: the event fails if it was read, otherwise it is cancelled.
    const body = this.request.inner_body;
    if (body !== null && body.source_is_null) {
      if (is_unusable(body)) {
        this.outcome = "error";
      } else {
        cancel_body(body, undefined);
      }
    }
  }

  tell_outcome(is_over) {
    this.outcome_is_told = true;
    const unfit = op_service_worker_respond(this.number, this.outcome, is_over, this.response_record, this.response_body, this.failure);
    if (unfit !== null) this.fail("respondWith()", new TypeError(unfit));
    this.response = this.response_record = this.response_body = null;
    if (this.handled_promise !== null) {
      this.settle_handled();
    }
  }

  /** https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm , its steps 21 to 23 */
  settle_handled() {
    const { promise, resolve, reject } = this.handled_promise;
    if (this.outcome === "response" || this.outcome === "fallback") {
      resolve(undefined);
    } else {
      // NB: nobody need look at it.
      set_promise_is_handled(promise);
      reject(new DOMException("the fetch event had no response", "NetworkError"));
    }
  }
}
