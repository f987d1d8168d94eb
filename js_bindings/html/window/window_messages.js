import { fire_an_event } from "../../dom/EventTarget.js";
import { MessageEvent } from "../../messaging/MessageEvent.js";
import { ports_among } from "../../messaging/MessagePort.js";
import { op_window_proxy_post_message } from "../../ops.js";
import { environment_facts } from "../../realm/environment_facts.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { parse_url } from "../../url/url_record.js";
import { incumbent_global } from "../../webidl/callbacks.js";
import { implementation_of } from "../../webidl/platform_objects.js";
import { structured_deserialize_with_transfer } from "../structured_clone/structured_deserialize.js";
import { structured_serialize_with_transfer } from "../structured_clone/structured_serialize.js";
import { from_wire, to_wire } from "../structured_clone/wire.js";

/**
 * https://html.spec.whatwg.org/multipage/web-messaging.html#window-post-message-steps , where the target lives in another agent
 *
 * `number`: what Python calls its navigable.
 */
export function post_a_message_to_another_agent(number, message, options, transfer_list) {
  const target_origin = typeof options === "string" ? options : options?.targetOrigin ?? "/";
  const transfer = typeof options === "string" ? transfer_list ?? [] : options?.transfer ?? [];
  // 1–6. The target origin has to be an origin, "/" or "*".
  if (target_origin !== "*" && target_origin !== "/" && parse_url(target_origin) === null) {
    throw new DOMException(`"${target_origin}" is no origin`, "SyntaxError");
  }
  // 7–8. Serialize with transfer; the rest is done in the target's agent.
  op_window_proxy_post_message(number, target_origin, ...to_wire(structured_serialize_with_transfer(message, transfer)));
}

/** An upcall: the same from its step 8, from another agent. */
export function up_window_message(origin, source_global, ...wire) {
  const source = source_global === null ? null : implementation_of(source_global);
  deliver(implementation_of(globalThis), origin, source, from_wire(...wire));
}

function deliver(window, origin, source, serialized) {
  // 8.2–8.5. Deserialize the message.
  let result;
  try {
    result = structured_deserialize_with_transfer(serialized);
  } catch {
    fire_an_event("messageerror", window, { origin, source }, MessageEvent);
    return;
  }
  // 8.6–8.7. Fire "message" with the data and the ports.
  const { deserialized: data, transferred_values } = result;
  fire_an_event("message", window, { data, origin, source, ports: ports_among(transferred_values) }, MessageEvent);
}

/** https://html.spec.whatwg.org/multipage/web-messaging.html#window-post-message-steps , in the realm of the target */
export function window_post_message(target_window, message, options, transfer_list) {
  const target = typeof options === "string" ? options : options?.targetOrigin ?? "/";
  const transfer = typeof options === "string" ? transfer_list ?? [] : options?.transfer ?? [];
  const source = implementation_of(incumbent_global()) ?? target_window;
  const { origin } = source;
  // 1–6. Find the target origin: "/" is that of the source, "*" any.
  let target_origin = target;
  if (target === "/") {
    target_origin = source.origin;
  } else if (target !== "*") {
    const url = parse_url(target);
    if (url === null) {
      throw new DOMException(`"${target}" is no origin`, "SyntaxError");
    }
    // NB: an opaque origin is nobody's, whatever it is serialized as.
    target_origin = url.origin === "null" ? null : url.origin;
  }
  // 7. Serialize with transfer.
  const serialized = structured_serialize_with_transfer(message, transfer);
  // 8. Queue a task in the target.
  queue_a_global_task("posted message task source", () => {
    // 8.1. A window of another origin than the target origin hears nothing.
    if (target_origin !== "*" && target_origin !== environment_facts().origin) {
      return;
    }
    // 8.2–8.7. Deserialize, and fire the event.
    deliver(target_window, origin, source, serialized);
  });
}
