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
  // 1. Set the dispatch flag.
  event.dispatch_flag = true;
  // 2. The target that listeners will see.
  const target_override = legacy_target_override ?? target;
  // 3. There is no activation target yet (a link, a button).
  let activation_target = null;
  // 4–5. NB: retargeting and clearing are for shadow trees.
  const related_target = event.related_target;
  // 6. NB: an event whose related target is its target goes on, as there is no shadow tree that could hide that.
  // 6.1–6.3. Append the target to the event path.
  const touch_targets = event.touch_target_list;
  append_to_an_event_path(event, target, target_override, related_target, touch_targets);
  // 6.4–6.5. A click has an activation target: the first on the path with activation behavior.
  const is_activation_event = event.is_mouse_event && event.type === "click";
  if (is_activation_event && has_activation_behavior(target)) {
    activation_target = target;
  }
  // 6.6–6.9. Append one parent after the other (slots are left out).
  for (let parent = target.get_the_parent(event); parent !== null; parent = parent.get_the_parent(event)) {
    if (is_activation_event && event.bubbles && activation_target === null && has_activation_behavior(parent)) {
      activation_target = parent;
    }
    append_to_an_event_path(event, parent, null, related_target, touch_targets);
  }
  // 6.10–6.11. NB: nothing to clear.
  // 6.12. Run the legacy-pre-activation behavior: checkboxes switch before their listeners run.
  activation_target?.legacy_pre_activation_behavior?.(event);
  // 6.13. Invoke the listeners of the capturing phase.
  const path = event.path;
  for (let index = path.length - 1; index >= 0; --index) {
    event.eventPhase = path[index].shadow_adjusted_target !== null ? AT_TARGET : CAPTURING_PHASE;
    invoke(path, index, event, "capturing");
  }
  // 6.14. Invoke the listeners at the target and of the bubbling phase.
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
  // 7–10. Unset the flags and the phase; the event may be dispatched again.
  event.eventPhase = NONE;
  event.currentTarget = null;
  event.path = [];
  event.dispatch_flag = false;
  event.stop_propagation_flag = false;
  event.stop_immediate_propagation_flag = false;
  // 11. NB: nothing to clear.
  // 12. Run the activation behavior, or the legacy-canceled-activation behavior.
  if (activation_target !== null) {
    if (!event.canceled_flag) {
      activation_target.activation_behavior(event);
    } else {
      activation_target.legacy_canceled_activation_behavior?.(event);
    }
  }
  // 13. Whether the event was not canceled.
  return !event.canceled_flag;
}

function has_activation_behavior(target) {
  return target.activation_behavior !== undefined;
}

/** https://dom.spec.whatwg.org/#concept-event-path-append */
function append_to_an_event_path(event, invocation_target, shadow_adjusted_target, related_target, touch_targets) {
  // 1–4. NB: flags about shadow trees.
  // 5. Append the item to the path.
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
  // 1–2. The shadow-adjusted target is that of the nearest item before that has one.
  let target_index = index;
  while (path[target_index].shadow_adjusted_target === null) {
    --target_index;
  }
  // 3–5. Set the target.
  event.target = path[target_index].shadow_adjusted_target;
  event.related_target = path[index].related_target;
  event.touch_target_list = path[index].touch_target_list;
  // 6. Stop if the propagation was stopped.
  if (event.stop_propagation_flag) {
    return;
  }
  // 7. Set the current target.
  event.currentTarget = path[index].invocation_target;
  // 8–10. Inner invoke, with a copy of the list, so that listeners added from now on are not called.
  const found = inner_invoke(event, phase);
  // 11. A trusted event whose type nobody listens for tries its legacy type.
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
  // 2. For each listener of the type (2.1–2.2) and of the phase (2.3–2.4) that has not been removed in the meantime:
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
    // 2.5. Remove a listener that is to be called once.
    if (listener.once) {
      remove_an_event_listener(current_target, listener);
    }
    // 2.6–2.8. Set the current event of the window.
    // FIXME: the window of the callback's realm; we take that of the event.
    const global = current_event_holder;
    const previous_event = global.current_event;
    global.current_event = event;
    // 2.9. The event is in a passive listener, which cannot cancel it.
    event.in_passive_listener_flag = listener.passive === true;
    // 2.10. NB: no event timing.
    // 2.11. Call the callback; what it throws is reported and stops nothing.
    try {
      call_event_listener(listener.callback, event, current_target);
    } catch (error) {
      load("realm/report_an_exception.js").report_an_exception(error);
    }
    // 2.12–2.13. Unset the passive flag and restore the current event.
    event.in_passive_listener_flag = false;
    global.current_event = previous_event;
    // 2.14. Stop if the immediate propagation was stopped.
    if (event.stop_immediate_propagation_flag) {
      break;
    }
  }
  // 3. A listener of the type was found.
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
