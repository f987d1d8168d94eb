import { list_includes, map_list, values_of } from "../webidl/lists.js";

/** Lists of event listeners: what is called, and how it comes and goes. Who calls it: dispatch.js. */

/** https://dom.spec.whatwg.org/#concept-event-listener */
export class EventListener {
  type;
  callback;
  capture;
  passive;
  once;
  signal;
  removed = false;

  constructor(type, callback, capture = false, { passive = null, once = false, signal = null } = {}) {
    this.type = type;
    this.callback = callback;
    this.capture = capture;
    this.passive = passive;
    this.once = once;
    this.signal = signal;
  }
}

/** Ours: an event handler's place in the listener list. Its `run` gets (event, current target) as they are. */
export class InternalCallback {
  #run;

  constructor(run) {
    this.#run = run;
  }

  /** NB: not by its prototype, of which a proxy of a script would be asked. */
  static is(callback) {
    return #run in callback;
  }

  run(event, current_target) {
    this.#run(event, current_target);
  }
}

const TOUCH_AND_WHEEL = ["touchstart", "touchmove", "wheel", "mousewheel"];

/** https://dom.spec.whatwg.org/#default-passive-value */
function default_passive_value(type, event_target) {
  // 1–2. Touch and wheel events are passive by default at a window, its document, and the html and body elements of that.
  return list_includes(TOUCH_AND_WHEEL, type) && event_target.has_passive_default;
}

/** Ours: the listeners of one type and phase, callback → listener, or undefined. */
export function listeners_of(event_target, type, capture) {
  const both = event_target.event_listener_list?.get(type);
  return capture ? both?.capturing : both?.bubbling;
}

/** Ours: is anybody listening for `type`, in either phase? */
export function has_event_listener(event_target, type) {
  const both = event_target.event_listener_list?.get(type);
  return both !== undefined && both.capturing.size + both.bubbling.size > 0;
}

/** https://dom.spec.whatwg.org/#add-an-event-listener */
export function add_an_event_listener(event_target, listener) {
  // 1. A service worker that has been evaluated warns about a late listener.
  event_target.event_listeners_will_change(listener);
  // 2. An aborted signal adds nothing.
  if (listener.signal !== null && listener.signal.aborted) {
    return;
  }
  // 3. Nor does a null callback.
  if (listener.callback === null) {
    return;
  }
  // 4. Set the default passive value.
  listener.passive ??= default_passive_value(listener.type, event_target);
  // 5. Append the listener, if none has the same type, callback and capture.
  event_target.event_listener_list ??= new Map();
  let both = event_target.event_listener_list.get(listener.type);
  if (both === undefined) {
    both = { __proto__: null, capturing: new Map(), bubbling: new Map() };
    event_target.event_listener_list.set(listener.type, both);
  }
  const listeners = listener.capture ? both.capturing : both.bubbling;
  if (!listeners.has(listener.callback)) {
    listeners.set(listener.callback, listener);
  }
  // 6. The signal removes the listener when it is aborted.
  if (listener.signal !== null) {
    // NB: a signal that outlives the target keeps neither.
    const target = new WeakRef(event_target), reference = new WeakRef(listener);
    listener.abort_algorithm = () => {
      const living_target = target.deref(), living_listener = reference.deref();
      if (living_target !== undefined && living_listener !== undefined) remove_an_event_listener(living_target, living_listener);
    };
    listener.signal.add_algorithm(listener.abort_algorithm);
  }
  event_target.event_listeners_changed(listener.type);
}

/** https://dom.spec.whatwg.org/#remove-an-event-listener */
export function remove_an_event_listener(event_target, listener) {
  // 1. A service worker that has been evaluated warns here too.
  event_target.event_listeners_will_change(listener);
  // 2. Remove the listener. A dispatch under way sees `removed`.
  listener.removed = true;
  if (listener.abort_algorithm !== undefined) listener.signal.remove_algorithm(listener.abort_algorithm);
  const listeners = listeners_of(event_target, listener.type, listener.capture);
  if (listeners?.get(listener.callback) === listener) {
    listeners.delete(listener.callback);
  }
  event_target.event_listeners_changed(listener.type);
}

/** https://dom.spec.whatwg.org/#remove-all-event-listeners */
export function remove_all_event_listeners(event_target) {
  event_target.event_listener_list?.forEach(({ capturing, bubbling }) => {
    map_list(values_of(capturing), (listener) => remove_an_event_listener(event_target, listener));
    map_list(values_of(bubbling), (listener) => remove_an_event_listener(event_target, listener));
  });
}
