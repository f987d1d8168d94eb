import { keys_of, map_list } from "../webidl/lists.js";
import { create_an_event } from "./Event.js";
import { dispatch } from "./dispatch.js";
import * as event_handlers from "./event_handlers.js";
import { add_an_event_listener, EventListener, listeners_of, remove_an_event_listener } from "./event_listeners.js";

/** https://dom.spec.whatwg.org/#interface-eventtarget */
export class EventTarget {
  // OPTIMIZATION: the event listener list, cut by type and capture (which is all that the order between listeners can show):
  // "type" → {capturing, bubbling}: callback → listener, in order. Null until the first listener is added.
  event_listener_list = null;
  // https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-map, name → handler; null until one is set.
  event_handler_map = null;

  static constructor_steps() {
    return new EventTarget();
  }

  /** https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener */
  addEventListener(type, callback, options) {
    // 1. Flatten the options.
    const { capture, passive, once, signal } = flatten_more(options);
    // 2. Add an event listener of them.
    add_an_event_listener(this, new EventListener(type, callback, capture, { passive, once, signal }));
  }

  /** https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener */
  removeEventListener(type, callback, options) {
    // 1. Flatten the options to capture, which alone tells listeners apart.
    const capture = flatten(options);
    // 2. Remove the event listener, if there is one.
    const listener = listeners_of(this, type, capture)?.get(callback);
    if (listener !== undefined) {
      remove_an_event_listener(this, listener);
    }
  }

  /** https://dom.spec.whatwg.org/#dom-eventtarget-dispatchevent */
  dispatchEvent(event) {
    // 1. The event must be initialized, and not being dispatched.
    if (event.dispatch_flag || !event.initialized_flag) {
      throw new DOMException("the event is already being dispatched, or was never initialized", "InvalidStateError");
    }
    // 2. The event is a script's, so it is not trusted.
    event.isTrusted = false;
    // 3. Dispatch it.
    return dispatch(event, this);
  }

  /** https://dom.spec.whatwg.org/#get-the-parent : what the event reaches next; nodes, documents and others override it. */
  get_the_parent(event) {
    return null;
  }

  /** The getter of an event handler attribute (`name` is "onmessage"). */
  get_event_handler(name) {
    return event_handlers.get_event_handler(this, name);
  }

  /** The setter of an event handler attribute. */
  set_event_handler(name, value) {
    event_handlers.set_event_handler(this, name, value);
  }

  /** Ours, asked before a listener is added or removed: ServiceWorkerGlobalScope warns about listeners that come too late. */
  event_listeners_will_change(listener) {}

  /** Ours, told after: MessagePort and others keep count of who listens. */
  event_listeners_changed(type) {}

  /** Ours: true where touch and wheel listeners are passive unless they say otherwise (windows, documents, their body). */
  get has_passive_default() {
    return false;
  }
}

/** https://dom.spec.whatwg.org/#concept-flatten-options */
function flatten(options) {
  // 1. A boolean is capture itself.
  if (typeof options === "boolean") {
    return options;
  }
  // 2. A dictionary has it as a member.
  return options?.capture ?? false;
}

/** https://dom.spec.whatwg.org/#event-flatten-more */
function flatten_more(options) {
  // 1. Flatten the options to capture.
  const capture = flatten(options);
  // 2–4. The other members, of a dictionary.
  if (typeof options === "boolean" || options === undefined) {
    return { capture, passive: null, once: false, signal: null };
  }
  // 5. All of them.
  return { capture, passive: options.passive ?? null, once: options.once ?? false, signal: options.signal ?? null };
}

/** https://dom.spec.whatwg.org/#legacy-obtain-service-worker-fetch-event-listener-callbacks */
export function legacy_obtain_service_worker_fetch_event_listener_callbacks(global) {
  // 1–3. NB: across capture, the order of addition is not kept; nobody can tell.
  const both = global.event_listener_list?.get("fetch");
  if (both === undefined) {
    return [];
  }
  const callbacks = keys_of(both.capturing);
  map_list(keys_of(both.bubbling), (callback) => { callbacks[callbacks.length] = callback; });
  return callbacks;
}

/**
 * https://dom.spec.whatwg.org/#concept-event-fire
 *
 * `init` gives attributes (and slots) of the event their values; returns false when a listener cancelled it.
 */
export function fire_an_event(name, target, init = undefined, Interface = undefined, legacy_target_override = null) {
  // 1–4. Create the event and initialize its attributes.
  const event = create_an_event(Interface, name, init);
  // 5. Dispatch it.
  return dispatch(event, target, legacy_target_override);
}

export { dispatch };
