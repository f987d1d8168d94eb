import { fire_an_event } from "../../dom/EventTarget.js";

/** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#printing-steps : on no paper. */
export function print(window) {
  fire_an_event("beforeprint", window);
  fire_an_event("afterprint", window);
}
