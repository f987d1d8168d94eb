import { fire_an_event } from "../../dom/EventTarget.js";
import { implementation_of } from "../../webidl/platform_objects.js";
import { child_windows } from "../navigation/frames.js";
import { BeforeUnloadEvent, PageTransitionEvent } from "../navigation/history_events.js";

/** An upcall: https://html.spec.whatwg.org/multipage/document-lifecycle.html#unload-a-document . Nobody is asked, so beforeunload changes nothing. */
export function up_document_unload() {
  unload_a_window(implementation_of(globalThis));
}

/** The same, called by the window that has this one in a frame; those inside it come after it. */
export function unload_a_window(window) {
  const { document } = window;
  // https://html.spec.whatwg.org/multipage/browsing-the-web.html#checking-if-unloading-is-canceled
  fire_an_event("beforeunload", window, { cancelable: true }, BeforeUnloadEvent);
  // 1–5. Fire "pagehide",
  fire_an_event("pagehide", window, { persisted: false, bubbles: true, cancelable: true }, PageTransitionEvent, document);
  // 6. make the document hidden,
  change_visibility(document, "hidden");
  // 7–12. and fire "unload".
  fire_an_event("unload", window, undefined, undefined, document);
  child_windows(document).forEach((inner) => inner.unload());
  window.is_closed = true;
}

/** An upcall: https://html.spec.whatwg.org/multipage/interaction.html#update-the-visibility-state */
export function up_document_visibility(state) {
  change_visibility(implementation_of(globalThis).document, state);
}

function change_visibility(document, state) {
  if (document.visibility !== state) {
    document.visibility = state;
    fire_an_event("visibilitychange", document, { bubbles: true });
  }
}
