import { fire_an_event } from "../dom/EventTarget.js";
import { host } from "../ops.js";
import { implementation_of } from "../webidl/platform_objects.js";
import { SecurityPolicyViolationEvent } from "./SecurityPolicyViolationEvent.js";

/**
 * An upcall: https://w3c.github.io/webappsec-csp/#report-violation , its event. FIXME: it is fired at the element concerned, where there
 * is one.
 */
export function up_report_csp_violation(violation) {
  const global = implementation_of(globalThis);
  const is_window = host.global_interface === "Window";
  const target = is_window ? global.document : global;
  const referrer = is_window ? global.document.referrer_string : "";
  fire_an_event("securitypolicyviolation", target, { ...violation, referrer, bubbles: true, composed: true }, SecurityPolicyViolationEvent);
}
