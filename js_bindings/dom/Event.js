import { has_own, ownKeys } from "../intrinsics.js";
import { current_high_resolution_time } from "../realm/high_resolution_time.js";
import { map_list } from "../webidl/lists.js";

/**
 * https://dom.spec.whatwg.org/#interface-event
 *
 * An event class of ours takes `(type, init)` and ends its constructor with `initialize_attributes(this, init)`, because the
 * fields of a subclass get their defaults only after the constructor of its parent has run.
 */
export class Event {
  type = "";
  target = null;
  related_target = null;
  touch_target_list = [];
  currentTarget = null;
  eventPhase = 0;
  path = [];
  bubbles = false;
  cancelable = false;
  composed = false;                       // the composed flag
  isTrusted = false;
  timeStamp = 0;
  stop_propagation_flag = false;
  stop_immediate_propagation_flag = false;
  canceled_flag = false;
  in_passive_listener_flag = false;
  initialized_flag = false;
  dispatch_flag = false;

  /** https://dom.spec.whatwg.org/#inner-event-creation-steps */
  constructor(type = "", init = undefined) {
    this.type = type;
    // 2. Set the initialized flag.
    this.initialized_flag = true;
    // 3. Set the time stamp.
    this.timeStamp = current_high_resolution_time();
    // 4. Take over the members of the dictionary that name an attribute. (Subclasses do it again, for theirs.)
    initialize_attributes(this, init);
  }

  get srcElement() {
    return this.target;
  }

  /** https://dom.spec.whatwg.org/#dom-event-composedpath */
  composedPath() {
    // 1–16. NB: we have no shadow trees, so no object of the path is hidden from the current target.
    return map_list(this.path, (item) => item.invocation_target);
  }

  stopPropagation() {
    this.stop_propagation_flag = true;
  }

  get cancelBubble() {
    return this.stop_propagation_flag;
  }

  set cancelBubble(value) {
    if (value) {
      this.stop_propagation_flag = true;
    }
  }

  stopImmediatePropagation() {
    this.stop_propagation_flag = true;
    this.stop_immediate_propagation_flag = true;
  }

  get returnValue() {
    return !this.canceled_flag;
  }

  set returnValue(value) {
    if (!value) {
      set_the_canceled_flag(this);
    }
  }

  preventDefault() {
    set_the_canceled_flag(this);
  }

  get defaultPrevented() {
    return this.canceled_flag;
  }

  initEvent(type, bubbles, cancelable) {
    // 1. An event that is being dispatched is not initialized.
    if (this.dispatch_flag) {
      return;
    }
    // 2. Initialize the event.
    initialize_an_event(this, type, bubbles, cancelable);
  }

  /** Ours: true for MouseEvent and its subclasses, the only events that activate something. */
  get is_mouse_event() {
    return false;
  }

  /** Ours: true for ErrorEvent, and for BeforeUnloadEvent below: event handlers treat them specially. */
  get is_error_event() {
    return false;
  }

  get is_before_unload_event() {
    return false;
  }
}

/** https://dom.spec.whatwg.org/#set-the-canceled-flag */
export function set_the_canceled_flag(event) {
  if (event.cancelable && !event.in_passive_listener_flag) {
    event.canceled_flag = true;
  }
}

/** https://dom.spec.whatwg.org/#concept-event-initialize */
export function initialize_an_event(event, type, bubbles, cancelable) {
  // 1. Set the initialized flag.
  event.initialized_flag = true;
  // 2. Unset the flags that listeners of an earlier dispatch have set.
  event.stop_propagation_flag = false;
  event.stop_immediate_propagation_flag = false;
  event.canceled_flag = false;
  // 3. The event is a script's, so it is not trusted.
  event.isTrusted = false;
  // 4. It has no target yet.
  event.target = null;
  // 5–7. Set type, bubbles and cancelable.
  event.type = type;
  event.bubbles = bubbles;
  event.cancelable = cancelable;
}

/** Ours: step 4 of the inner event creation steps, for the slots that `event` has so far. */
export function initialize_attributes(event, init) {
  if (init === undefined) {
    return;
  }
  const members = ownKeys(init);
  for (let index = 0; index < members.length; ++index) {
    if (has_own(event, members[index])) {
      event[members[index]] = init[members[index]];
    }
  }
}

/**
 * https://dom.spec.whatwg.org/#concept-event-create
 *
 * `init` holds the attributes and slots that the caller wishes to give a value.
 */
export function create_an_event(Interface = Event, type = "", init = undefined) {
  // 1–3. NB: a dictionary converted from undefined is nothing but the defaults of our fields; the realm is always ours.
  const event = new Interface(type, init);
  // 4. It is trusted, unless the caller said otherwise.
  event.isTrusted = init !== undefined && has_own(init, "isTrusted") ? init.isTrusted : true;
  // 5. The event.
  return event;
}
