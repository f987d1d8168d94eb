import { string_slice } from "../intrinsics.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { set_the_canceled_flag } from "./Event.js";
import { add_an_event_listener, EventListener, InternalCallback, remove_an_event_listener } from "./event_listeners.js";

/**
 * Event handlers: `onmessage` and its kind.
 * https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes
 */

/** https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers */
class EventHandler {
  value = null;      // null, a callback, or an uncompiled raw handler (a subclass of EventTarget knows how to compile it)
  listener = null;   // null, or the listener that runs it
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#internal-raw-uncompiled-handler : the text of a content attribute. */
export class UncompiledHandler {
  #body;
  location;

  constructor(body, location) {
    this.#body = body;
    this.location = location;
  }

  get body() {
    return this.#body;
  }

  /** NB: not by its prototype, of which a proxy of a script would be asked. */
  static is(value) {
    return value !== null && #body in value;
  }
}

const TYPES_IN_CAMEL_CASE = {
  __proto__: null,
  onwebkitanimationend: "webkitAnimationEnd",
  onwebkitanimationiteration: "webkitAnimationIteration",
  onwebkitanimationstart: "webkitAnimationStart",
  onwebkittransitionend: "webkitTransitionEnd",
};

/** Ours: "onmessage" listens for "message"; only four legacy names differ from that. */
function event_handler_event_type(name) {
  return TYPES_IN_CAMEL_CASE[name] ?? string_slice(name, 2);
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-idl-attributes , the getter */
export function get_event_handler(target, name) {
  // 1–2. Determine the target (a body's onload is its window's); there may be none.
  const event_target = determine_the_target(target, name);
  if (event_target === null) {
    return null;
  }
  // 3. The current value of the handler.
  return get_the_current_value(event_target, name);
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-idl-attributes , the setter */
export function set_event_handler(target, name, value) {
  // 1–2. Determine the target.
  const event_target = determine_the_target(target, name);
  if (event_target === null) {
    return;
  }
  // 3. Null deactivates the handler.
  if (value === null) {
    deactivate(event_target, name);
    return;
  }
  // 4. Set the value and activate the handler.
  event_target.event_handler_map ??= new Map();
  let handler = event_target.event_handler_map.get(name);
  if (handler === undefined) {
    handler = new EventHandler();
    event_target.event_handler_map.set(name, handler);
  }
  handler.value = value;
  activate(event_target, name, handler);
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#determining-the-target-of-an-event-handler */
function determine_the_target(target, name) {
  // 1–4. NB: body and frameset elements override `event_handler_target(name)`.
  return target.event_handler_target === undefined ? target : target.event_handler_target(name);
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#activate-an-event-handler */
function activate(event_target, name, handler) {
  // 1–2. The handler is activated when it first gets a value, and keeps its place among the listeners while that changes.
  if (handler.listener !== null) {
    return;
  }
  // 3–4. The callback of its listener processes whatever the handler is at the time.
  const callback = new InternalCallback((event, current_target) => process(current_target, name, event));
  handler.listener = new EventListener(event_handler_event_type(name), callback);
  // 5–6. Add the listener.
  add_an_event_listener(event_target, handler.listener);
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#deactivate-an-event-handler */
export function deactivate(event_target, name) {
  // 1–2. Get the handler.
  const handler = event_target.event_handler_map?.get(name);
  if (handler === undefined) {
    return;
  }
  handler.value = null;
  // 3. Remove its listener.
  if (handler.listener !== null) {
    remove_an_event_listener(event_target, handler.listener);
  }
  // 4. The handler has no listener.
  handler.listener = null;
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#getting-the-current-value-of-the-event-handler */
export function get_the_current_value(event_target, name) {
  // 1–2. Get the handler.
  const handler = event_target.event_handler_map?.get(name);
  if (handler === undefined) {
    return null;
  }
  // 3. Source text is compiled when first asked for; null if it cannot be.
  if (UncompiledHandler.is(handler.value)) {
    handler.value = event_target.compile_event_handler(name, handler.value);
    if (handler.value === null) {
      deactivate(event_target, name);
    }
  }
  // 4. The value.
  return handler.value;
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm */
function process(event_target, name, event) {
  // 1–2. Get the current value.
  const callback = get_the_current_value(event_target, name);
  if (callback === null) {
    return;
  }
  // 3. Special error event handling: an ErrorEvent at a global is told in five arguments.
  const special_error_event_handling = event.is_error_event && event.type === "error" && event_target.is_global_scope === true;
  // 4. Call the callback. NB: an object that cannot be called counts as a function that does nothing.
  let return_value;
  if (typeof callback === "function") {
    const args = special_error_event_handling
      ? [event.message, event.filename, event.lineno, event.colno, event.error]
      : [platform_object_of(event)];
    return_value = invoke_callback(callback, platform_object_of(event_target), args);
  }
  // 5. Process the return value.
  if (event.is_before_unload_event && event.type === "beforeunload") {
    // 5.1. beforeunload: anything but null cancels; a text would be shown in the question.
    const answer = return_value === undefined || return_value === null ? null : String(return_value);
    if (answer !== null) {
      set_the_canceled_flag(event);
      if (event.return_value === "") {
        event.return_value = answer;
      }
    }
  } else if (special_error_event_handling) {
    // 5.2. Special error event handling: true cancels.
    if (return_value === true) {
      set_the_canceled_flag(event);
    }
  } else if (return_value === false) {
    // 5.3. Otherwise false cancels.
    set_the_canceled_flag(event);
  }
}
