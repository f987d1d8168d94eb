import { Document } from "../../dom/Document.js";
import { fire_an_event } from "../../dom/EventTarget.js";
import {
  op_document_begin_script,
  op_document_fetch_resource,
  op_document_has_begun,
  op_document_parse_next,
  op_document_stop_loading,
} from "../../ops.js";
import { host } from "../../ops.js";
import { set_api_base_url } from "../../realm/environment.js";
import { forget_environment_facts } from "../../realm/environment_facts.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { invoke_callback } from "../../webidl/callbacks.js";
import { load } from "../../webidl/lazy.js";
import { implementation_of } from "../../webidl/platform_objects.js";
import { declaratively_refresh } from "../navigation/declarative_refresh.js";
import { Loading, set_ready_state } from "./loading_state.js";
import { execute_the_script_element, prepare_the_script_element, when_ready } from "./scripts.js";

/** From the first tag to the load event: https://html.spec.whatwg.org/multipage/parsing.html and document lifecycles. */

/** An upcall: https://html.spec.whatwg.org/multipage/document-lifecycle.html#read-html and before it the making of the document. */
export function up_document_load({ url, content_type, encoding, referrer, last_modified, fallback_base_url = null, visibility, scripting, refresh = null }) {
  const window = implementation_of(globalThis);
  // NB: the window of a frame may have been there before this document.
  forget_environment_facts();
  op_document_has_begun();
  const document = new Document(content_type);
  document.url = url;
  document.encoding = encoding;
  document.referrer_string = referrer;
  document.last_modified = last_modified;
  document.fallback_base_url = fallback_base_url;
  document.visibility = visibility;
  document.scripting = scripting;
  document.default_view = window;
  document.ready_state = "loading";
  document.loading = new Loading(document);
  window.associated = document;
  set_api_base_url(document.base_url);
  if (refresh !== null) {
    declaratively_refresh(document, refresh);
  }
  continue_parsing(document);
}

/** https://html.spec.whatwg.org/multipage/parsing.html#tree-construction , from one script to the next */
function continue_parsing(document) {
  const { loading } = document;
  loading.loop_is_running = true;
  parse_on(document, loading);
  loading.loop_is_running = false;
}

/** An upcall: a script was stopped from outside. If it was one that the parser had run, it goes on after it. */
export function up_document_continue() {
  const { document } = implementation_of(globalThis);
  document.current_script = null;
  const { loading } = document;
  if (loading?.loop_is_running) {
    // NB: it may have been in the middle of writing.
    op_document_begin_script();
    loading.script_nesting_level = loading.nested_writes = 0;
    loading.too_many_writes = loading.construction.is_performing = false;
    continue_after_a_script(document);
  }
}

/** NB: what it has written may have another one in it that has to be waited for. */
function continue_after_a_script(document) {
  document.loading.loop_is_running = false;
  if (!wait_for_a_blocking_script(document)) {
    continue_parsing(document);
  }
}

/** An upcall: more of the document has come, or its end; or other tasks have had their turn. */
export function up_document_parse_on() {
  const { document } = implementation_of(globalThis);
  if (document.loading?.waiting_for_input) {
    document.loading.waiting_for_input = false;
    continue_parsing(document);
  }
}

function parse_on(document, loading) {
  for (let begins_a_turn = true; !loading.stopped; begins_a_turn = false) {
    const { operations, script, done, waiting, gives_way } = op_document_parse_next(begins_a_turn);
    loading.construction.perform(operations);
    if (waiting) {
      loading.waiting_for_input = true;
      return;
    }
    if (script !== undefined && !parse_a_script_end_tag(document, script)) {
      return;
    }
    if (done) {
      the_end(document);
      return;
    }
    if (gives_way) {
      loading.waiting_for_input = true;
      return;
    }
  }
}

/** Ours: what a script of the parser has just written, up to a script that has to be waited for. */
export function parse_what_is_written(document) {
  const { loading } = document;
  while (!loading.stopped) {
    const { operations, script, done, waiting } = op_document_parse_next(false);
    loading.construction.perform(operations);
    if (script !== undefined) {
      prepare_a_script_of_the_parser(loading, script);
    }
    if (waiting || done || loading.pending_parsing_blocking_script !== null) {
      return;
    }
  }
}

/** The steps of https://html.spec.whatwg.org/multipage/parsing.html#scriptEndTag in which it may run. */
function prepare_a_script_of_the_parser(loading, number) {
  ++loading.script_nesting_level;
  prepare_the_script_element(loading.construction.nodes.get(number));
  --loading.script_nesting_level;
}

/** https://html.spec.whatwg.org/multipage/parsing.html#scriptEndTag ; false when the parser has to wait. */
function parse_a_script_end_tag(document, script) {
  const { loading } = document;
  // 1. Perform a microtask checkpoint.
  perform_a_microtask_checkpoint();
  // 2–6. Prepare the script element, which executes it if it does not wait.
  prepare_a_script_of_the_parser(loading, script);
  // 7. Wait for the pending parsing-blocking script.
  return !wait_for_a_blocking_script(document);
}

/** Step 7 of it: false when there is none. */
function wait_for_a_blocking_script(document) {
  const { loading } = document;
  const blocking = loading.pending_parsing_blocking_script;
  if (blocking === null) {
    return false;
  }
  // 7.1–7.8. wait until its result is ready,
  loading.pending_parsing_blocking_script = null;
  when_ready(blocking, () => {
    // 7.9–7.15. execute it, and go on.
    perform_a_microtask_checkpoint();
    op_document_begin_script();
    loading.loop_is_running = true;
    ++loading.script_nesting_level;
    execute_the_script_element(blocking);
    --loading.script_nesting_level;
    continue_after_a_script(document);
  });
  return true;
}

/** Ours: where our own functions alone are on the stack. */
function perform_a_microtask_checkpoint() {
  invoke_callback(do_nothing, undefined, []);
}

const do_nothing = () => undefined;

/** https://html.spec.whatwg.org/multipage/parsing.html#the-end */
function the_end(document) {
  const { loading } = document;
  // 1–4. The document is interactive.
  loading.parsing = false;
  set_ready_state(document, "interactive");
  // 5. Execute the scripts that execute when the document has finished parsing.
  run_deferred_scripts(document);
}

function run_deferred_scripts(document) {
  const { loading } = document;
  while (loading.deferred_scripts.length > 0) {
    const [script] = loading.deferred_scripts;
    if (script.result === "uninitialized") {
      when_ready(script, () => run_deferred_scripts(document));
      return;
    }
    loading.deferred_scripts.shift();
    execute_the_script_element(script);
  }
  // 6. Fire "DOMContentLoaded" in a task.
  queue_a_global_task("DOM manipulation task source", () => {
    if (loading.stopped) {
      return;
    }
    // NB: pages that register their listeners while they are parsed get messages that came before from now on.
    if (host.is_secure_context) {
      load("service_worker/client_messages.js").enable_client_message_queue();
    }
    fire_an_event("DOMContentLoaded", document, { bubbles: true });
    // 7–8. Wait for whatever delays the load event.
    loading.content_loaded = true;
    loading.complete_now_if_possible();
  });
}

/** https://html.spec.whatwg.org/multipage/document-lifecycle.html#abort-a-document , as far as its parser goes */
export function stop(document) {
  op_document_stop_loading();
  if (document.loading?.parsing) {
    document.loading.stopped = true;
    set_ready_state(document, "complete");
  }
}

/**
 * Ours: fetch a resource that nothing is done with, but that the load event waits for; then fire `load` or `error` at the element.
 * `accepts(ok)` says whether the element still wants it.
 */
export async function fetch_a_resource(element, url, options, accepts = () => true) {
  const { loading } = element.node_document;
  loading?.delay();
  const ok = await op_document_fetch_resource(url, options);
  queue_a_global_task("DOM manipulation task source", () => {
    if (accepts(ok)) {
      fire_an_event(ok ? "load" : "error", element);
    }
    loading?.undelay();
  });
}
