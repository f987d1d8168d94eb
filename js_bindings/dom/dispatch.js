import { reflect_get } from "../intrinsics.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { values_of } from "../webidl/lists.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { load } from "../webidl/lazy.js";
import { InternalCallback, remove_an_event_listener } from "./event_listeners.js";

/**
 * Dispatching, https://dom.spec.whatwg.org/#dispatching-events
 *
 * NB: we have no shadow trees. So retargeting changes nothing, a target's root is never a shadow root, every parent belongs to
 * the target's own tree, and an event keeps its targets when it is over; the steps that exist for them are left out by name.
 */

const NONE = 0;
const CAPTURING_PHASE = 1;
const AT_TARGET = 2;
const BUBBLING_PHASE = 3;

/** https://dom.spec.whatwg.org/#event-path (an item of it) */
class EventPathItem {
  invocation_target;
  shadow_adjusted_target;
  related_target;
  touch_target_list;

  constructor(invocation_target, shadow_adjusted_target, related_target, touch_target_list) {
    this.invocation_target = invocation_target;
    this.shadow_adjusted_target = shadow_adjusted_target;
    this.related_target = related_target;
    this.touch_target_list = touch_target_list;
  }
}

/**
 * https://dom.spec.whatwg.org/#concept-event-dispatch
 *
 * Returns false if the event was cancelled. `legacy_target_override` is the document, where HTML dispatches at a window in its name.
 */
export function dispatch(event, target, legacy_target_override = null) {
  // 1. Under way.
  event.dispatch_flag = true;
  // 2. What listeners will see as the target.
  const target_override = legacy_target_override ?? target;
  // 3. Who acts when all is over (a link, a button).
  let activation_target = null;
  // 4–5. NB: retargeting and clearing are for shadow trees.
  const related_target = event.related_target;
  // 6. NB: an event whose related target is its target goes on, as there is no shadow tree that could hide that.
  // 6.1–6.3. The path begins here.
  const touch_targets = event.touch_target_list;
  append_to_an_event_path(event, target, target_override, related_target, touch_targets);
  // 6.4–6.5. A click activates the first object on its way that knows how.
  const is_activation_event = event.is_mouse_event && event.type === "click";
  if (is_activation_event && has_activation_behavior(target)) {
    activation_target = target;
  }
  // 6.6–6.9. Go up, one parent after the other (slots are left out).
  for (let parent = target.get_the_parent(event); parent !== null; parent = parent.get_the_parent(event)) {
    if (is_activation_event && event.bubbles && activation_target === null && has_activation_behavior(parent)) {
      activation_target = parent;
    }
    append_to_an_event_path(event, parent, null, related_target, touch_targets);
  }
  // 6.10–6.11. NB: nothing to clear.
  // 6.12. Checkboxes switch before their listeners run.
  activation_target?.legacy_pre_activation_behavior?.(event);
  // 6.13. Down.
  const path = event.path;
  for (let index = path.length - 1; index >= 0; --index) {
    event.eventPhase = path[index].shadow_adjusted_target !== null ? AT_TARGET : CAPTURING_PHASE;
    invoke(path, index, event, "capturing");
  }
  // 6.14. And up again.
  for (let index = 0; index < path.length; ++index) {
    if (path[index].shadow_adjusted_target !== null) {
      event.eventPhase = AT_TARGET;
    } else if (!event.bubbles) {
      continue;
    } else {
      event.eventPhase = BUBBLING_PHASE;
    }
    invoke(path, index, event, "bubbling");
  }
  // 7–10. It is over; the event may be used again.
  event.eventPhase = NONE;
  event.currentTarget = null;
  event.path = [];
  event.dispatch_flag = false;
  event.stop_propagation_flag = false;
  event.stop_immediate_propagation_flag = false;
  // 11. NB: nothing to clear.
  // 12. Act, or take back what was done in advance.
  if (activation_target !== null) {
    if (!event.canceled_flag) {
      activation_target.activation_behavior(event);
    } else {
      activation_target.legacy_canceled_activation_behavior?.(event);
    }
  }
  // 13. Was it let through?
  return !event.canceled_flag;
}

function has_activation_behavior(target) {
  return target.activation_behavior !== undefined;
}

/** https://dom.spec.whatwg.org/#concept-event-path-append */
function append_to_an_event_path(event, invocation_target, shadow_adjusted_target, related_target, touch_targets) {
  // 1–4. NB: flags about shadow trees.
  // 5. One item more.
  event.path[event.path.length] = new EventPathItem(invocation_target, shadow_adjusted_target, related_target, touch_targets);
}

const LEGACY_TYPES = {
  __proto__: null,
  animationend: "webkitAnimationEnd",
  animationiteration: "webkitAnimationIteration",
  animationstart: "webkitAnimationStart",
  transitionend: "webkitTransitionEnd",
};

/** https://dom.spec.whatwg.org/#concept-event-listener-invoke */
function invoke(path, index, event, phase) {
  // 1–2. The target as seen from here is that of the nearest item before that has one.
  let target_index = index;
  while (path[target_index].shadow_adjusted_target === null) {
    --target_index;
  }
  // 3–5. Show it.
  event.target = path[target_index].shadow_adjusted_target;
  event.related_target = path[index].related_target;
  event.touch_target_list = path[index].touch_target_list;
  // 6. Stopped?
  if (event.stop_propagation_flag) {
    return;
  }
  // 7. Here we are.
  event.currentTarget = path[index].invocation_target;
  // 8–10. Run a copy of the list, so that listeners added from now on are not called.
  const found = inner_invoke(event, phase);
  // 11. Events of the user agent try an older name, if nobody knew the new one.
  if (!found && event.isTrusted) {
    const original_event_type = event.type;
    const legacy_type = LEGACY_TYPES[original_event_type];
    if (legacy_type === undefined) {
      return;
    }
    event.type = legacy_type;
    inner_invoke(event, phase);
    event.type = original_event_type;
  }
}

/** https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke */
function inner_invoke(event, phase) {
  const current_target = event.currentTarget;
  const both = current_target.event_listener_list?.get(event.type);
  // 1. NB: `found` is about the type alone, so it is known beforehand.
  if (both === undefined || both.capturing.size + both.bubbling.size === 0) {
    return false;
  }
  // 2. Each listener of the type (2.1-2.2) and of the phase (2.3-2.4), unless it has been removed in the meantime.
  const listeners = phase === "capturing" ? both.capturing : both.bubbling;
  if (listeners.size === 0) {
    return true;
  }
  const copies = values_of(listeners);
  for (let index = 0; index < copies.length; ++index) {
    const listener = copies[index];
    if (listener.removed) {
      continue;
    }
    // 2.5. Once is now.
    if (listener.once) {
      remove_an_event_listener(current_target, listener);
    }
    // 2.6–2.8. A window remembers the event that it is at.
    // FIXME: the window of the callback's realm; we take that of the event.
    const global = current_event_holder;
    const previous_event = global.current_event;
    global.current_event = event;
    // 2.9. Passive listeners cannot cancel.
    event.in_passive_listener_flag = listener.passive === true;
    // 2.10. NB: no event timing.
    // 2.11. Call it; what it throws is reported and stops nothing.
    try {
      call_event_listener(listener.callback, event, current_target);
    } catch (error) {
      load("realm/report_an_exception.js").report_an_exception(error);
    }
    // 2.12–2.13. Back to before.
    event.in_passive_listener_flag = false;
    global.current_event = previous_event;
    // 2.14. Enough?
    if (event.stop_immediate_propagation_flag) {
      break;
    }
  }
  // 3. Somebody knew the type.
  return true;
}

/** Ours: the realm's current event, https://dom.spec.whatwg.org/#window-current-event . Window's `event` attribute reads it. */
export const current_event_holder = { current_event: undefined };

/** https://webidl.spec.whatwg.org/#call-a-user-objects-operation , for EventListener */
function call_event_listener(callback, event, current_target) {
  if (InternalCallback.is(callback)) {
    callback.run(event, current_target);
    return;
  }
  const event_object = platform_object_of(event);
  // 10. A function is called with the current target as this,
  if (typeof callback === "function") {
    invoke_callback(callback, platform_object_of(current_target), [event_object]);
    return;
  }
  // 11. any other object has its handleEvent called, looked up now.
  const handle_event = reflect_get(callback, "handleEvent");
  if (typeof handle_event !== "function") {
    throw new TypeError("EventListener.handleEvent is not a function");
  }
  invoke_callback(handle_event, callback, [event_object]);
}
