import { fire_an_event } from "../../dom/EventTarget.js";
import { op_document_loaded } from "../../ops.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { begin_the_refresh } from "../navigation/declarative_refresh.js";
import { PageTransitionEvent } from "../navigation/history_events.js";
import { TreeConstruction } from "./tree_construction.js";

/** What a document needs while it loads. */
export class Loading {
  document;
  construction;
  // https://html.spec.whatwg.org/multipage/scripting.html#pending-parsing-blocking-script
  pending_parsing_blocking_script = null;
  // https://html.spec.whatwg.org/multipage/scripting.html#list-of-scripts-that-will-execute-when-the-document-has-finished-parsing
  deferred_scripts = [];
  // https://html.spec.whatwg.org/multipage/scripting.html#set-of-scripts-that-will-execute-as-soon-as-possible
  scripts_as_soon_as_possible = new Set();
  // https://html.spec.whatwg.org/multipage/scripting.html#list-of-scripts-that-will-execute-in-order-as-soon-as-possible
  scripts_in_order = [];
  // How many things https://html.spec.whatwg.org/multipage/dom.html#delay-the-load-event
  delaying_the_load_event = 0;
  parsing = true;
  content_loaded = false;      // DOMContentLoaded has been fired
  stopped = false;
  completing = false;
  loop_is_running = false;     // false means too that the parser waits for a script, or for what has not come yet
  waiting_for_input = false;   // the latter; or for other tasks to have their turn
  script_nesting_level = 0;    // https://html.spec.whatwg.org/multipage/parsing.html#script-nesting-level
  nested_writes = 0;           // how many calls of document.write() are being parsed, each in a script that the one before has written
  too_many_writes = false;

  constructor(document) {
    this.document = document;
    this.construction = new TreeConstruction(document, document, false);
  }

  delay() {
    ++this.delaying_the_load_event;
  }

  /** Something the load event waited for is over. */
  undelay() {
    --this.delaying_the_load_event;
    this.complete_if_possible();
  }

  /** Step 8 of https://html.spec.whatwg.org/multipage/parsing.html#the-end and after */
  complete_if_possible() {
    if (this.is_complete) {
      this.completing = true;
      queue_a_global_task("DOM manipulation task source", () => completely_finish_loading(this.document));
    }
  }

  /** The same now, in a task of the parser. AD-HOC: as in browsers: what a document says from then on comes after its load event. */
  complete_now_if_possible() {
    if (this.is_complete) {
      this.completing = true;
      completely_finish_loading(this.document);
    }
  }

  /** Whether nothing is waited for any more, and nobody has said so yet. */
  get is_complete() {
    return this.content_loaded && !this.completing && !this.stopped && this.delaying_the_load_event === 0
      && this.scripts_as_soon_as_possible.size === 0 && this.scripts_in_order.length === 0;
  }
}

/** https://html.spec.whatwg.org/multipage/parsing.html#the-end , its step 9, and https://html.spec.whatwg.org/multipage/document-lifecycle.html#completely-finish-loading */
function completely_finish_loading(document) {
  const window = document.default_view;
  // 9.1. The readiness becomes complete.
  set_ready_state(document, "complete");
  // 9.2–9.8. Fire "load" at the window, with the document as its target.
  fire_an_event("load", window, undefined, undefined, document);
  // 9.9–9.11. Fire "pageshow".
  fire_an_event("pageshow", window, { persisted: false, bubbles: true, cancelable: true }, PageTransitionEvent, document);
  begin_the_refresh(document);
  // 9.12. Completely finish loading: the opener may know, and the iframe it is in. AD-HOC: at once, where it is of the same agent.
  op_document_loaded();
  window.frame_element?.run_the_load_event_steps();
}

/** https://html.spec.whatwg.org/multipage/dom.html#update-the-current-document-readiness */
export function set_ready_state(document, state) {
  document.ready_state = state;
  fire_an_event("readystatechange", document);
}
