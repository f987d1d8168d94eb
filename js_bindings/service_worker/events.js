import { create_an_event } from "../dom/Event.js";
import { dispatch, legacy_obtain_service_worker_fetch_event_listener_callbacks } from "../dom/EventTarget.js";
import { load } from "../webidl/lazy.js";
import { implementation_of } from "../webidl/platform_objects.js";
import { new_promise, set_promise_is_handled } from "../webidl/promises.js";
import { ExtendableEvent, pending_events } from "./ExtendableEvent.js";

/** The events that Python dispatches in a service worker. Each has a number, under which Python waits for its end. */

function dispatch_event(number, event) {
  pending_events.set(number, event);
  event.number = number;
  dispatch(event, implementation_of(globalThis));
  event.lifetime_has_changed();
}

/** An upcall: https://w3c.github.io/ServiceWorker/#installation-algorithm , its step 11.3, and #activation-algorithm , its step 10.1 */
export function up_service_worker_fire_lifecycle_event(number, name) {
  const Interface = name === "install" ? load("service_worker/InstallEvent.js").InstallEvent : ExtendableEvent;
  dispatch_event(number, create_an_event(Interface, name));
}

/** An upcall: https://w3c.github.io/ServiceWorker/#fire-functional-event-algorithm , its step 6. `name` is of the interface `interface_name`. */
export function up_fire_functional_event(number, name, interface_name, init) {
  // 6.1–6.2. Create and initialize the event.
  const Interface = load("webidl/tables.js").implementation_class(interface_name);
  const event = Interface.from_functional_init === undefined ? create_an_event(Interface, name, init) : Interface.from_functional_init(init, name);
  event.type = name;
  event.isTrusted = true;
  // 6.3–6.4. Dispatch it, and track its lifetime.
  dispatch_event(number, event);
}

/** An upcall: https://w3c.github.io/ServiceWorker/#service-worker-postmessage-options , its step 6.2. `source` is {client}, {worker} or null. */
export function up_service_worker_fire_message_event(number, origin, source, ...wire) {
  const { ExtendableMessageEvent } = load("service_worker/ExtendableMessageEvent.js");
  const { structured_deserialize_with_transfer } = load("html/structured_clone/structured_deserialize.js");
  const { from_wire } = load("html/structured_clone/wire.js");
  // 1–3. Find the source.
  const init = { origin, source: source_object(source) };
  // 4–5. Deserialize the message; where that fails the event is "messageerror".
  let name = "message";
  try {
    const { deserialized, transferred_values } = structured_deserialize_with_transfer(from_wire(...wire));
    init.data = deserialized;
    init.ports = load("messaging/MessagePort.js").ports_among(transferred_values);
  } catch {
    name = "messageerror";
  }
  // 6–7. Create the event, dispatch it, and track its lifetime.
  dispatch_event(number, create_an_event(ExtendableMessageEvent, name, init));
}

function source_object(source) {
  if (source === null) {
    return null;
  }
  return source.worker === undefined
    ? load("service_worker/client_objects.js").client_object(source.client)
    : load("service_worker/objects.js").service_worker_object(source.worker);
}

/** An upcall: https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm , its step 17.4 */
export function up_service_worker_fire_fetch_event(number, record, body, client_id, resulting_client_id, replaces_client_id, has_preload) {
  const { FetchEvent } = load("service_worker/FetchEvent.js");
  const { request_from_record } = load("fetch/Request.js");
  // 1, 4–5. Create the event.
  const event = new FetchEvent("fetch");
  event.isTrusted = true;
  event.cancelable = true;
  // 2–3, 6. Its request. NB: the signal of that is made when somebody asks for it.
  event.request = request_from_record(record, "immutable", body);
  // 7–11. The ids of its clients, and its preload response. NB: `handled` is made when somebody asks for it.
  event.clientId = client_id;
  event.resultingClientId = resulting_client_id;
  event.replacesClientId = replaces_client_id;
  if (has_preload) {
    event.preload_response = new_promise();
    set_promise_is_handled(event.preload_response.promise);
  }
  // 13–20. Dispatch it, and wait for its response.
  dispatch_event(number, event);
}

/** An upcall: https://w3c.github.io/ServiceWorker/#on-fetch-request-algorithm , its step 15.1.7.1 */
export function up_service_worker_preload_response(number, record) {
  const event = pending_events.get(number);
  if (event === undefined) {
    if (record !== null) {
      const { response_from_record, throw_away } = load("fetch/Response.js");
      throw_away(response_from_record(record));
    }
    return;
  }
  const { resolve, reject } = event.preload_response;
  if (record === null) {
    reject(new TypeError("the navigation preload failed"));
  } else {
    resolve(load("webidl/platform_objects.js").platform_object_of(load("fetch/Response.js").response_from_record(record)));
  }
}

/** An upcall: https://w3c.github.io/ServiceWorker/#create-fetch-event-and-dispatch-algorithm , its step 17.4.16.2 */
export function up_service_worker_fetch_aborted(number, reason) {
  const request = pending_events.get(number)?.request;
  if (request) {
    load("dom/AbortSignal.js").signal_abort(request.signal, load("fetch/errors.js").deserialize_an_abort_reason(reason));
  }
}

/** An upcall: https://w3c.github.io/ServiceWorker/#extendableevent-timed-out-flag is set. */
export function up_service_worker_event_timed_out(number) {
  const event = pending_events.get(number);
  if (event !== undefined) {
    event.timed_out_flag = true;
    event.end_lifetime();
  }
}

/**
 * An upcall: the worker's script has run. The first time it gives what
 * https://w3c.github.io/ServiceWorker/#run-service-worker-algorithm wants to know in its step 9.8.
 */
export function up_service_worker_evaluated(first) {
  const global_scope = implementation_of(globalThis);
  global_scope.has_been_evaluated = true;
  if (!first) {
    return null;
  }
  const event_types = [];
  for (const [type, { capturing, bubbling }] of global_scope.event_listener_list ?? []) {
    if (capturing.size + bubbling.size > 0) {
      event_types.push(type);
    }
  }
  return { event_types, fetch_listeners_are_empty: all_fetch_listeners_are_empty(global_scope, event_types) };
}

const EMPTY_FUNCTION = /^(?:async\s+)?(?:function\s*[\w$]*\s*\([\w$\s,]*\)|(?:\([\w$\s,]*\)|[\w$]+)\s*=>)\s*\{\s*\}$/;
const function_to_string = Function.prototype.toString;

/** https://w3c.github.io/ServiceWorker/#all-fetch-listeners-are-empty-algorithm . NB: listeners of unusual form count as not empty. */
function all_fetch_listeners_are_empty(global_scope, event_types) {
  // 1. There is no "fetch" listener.
  if (!event_types.includes("fetch")) {
    return true;
  }
  // 2. The event handler `onfetch`.
  const event_handler = global_scope.event_handler_map?.get("onfetch");
  // 3–5. All callbacks are functions with an empty body.
  return legacy_obtain_service_worker_fetch_event_listener_callbacks(global_scope).every((listener) => {
    const callback = event_handler?.listener?.callback === listener ? event_handler.value : listener;
    return typeof callback === "function" && EMPTY_FUNCTION.test(function_to_string.call(callback));
  });
}
