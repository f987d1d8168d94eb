import { fire_an_event } from "../../dom/EventTarget.js";
import { child_text_content } from "../../dom/Node.js";
import { ascii_lowercase, strip_ascii_whitespace } from "../../infra/strings.js";
import {
  op_document_csp_blocks_inline, op_scripts_fetch_classic, op_scripts_fetch_module,
  op_scripts_integrity_of, op_scripts_register_import_map, op_scripts_run_classic, op_scripts_run_classic_text, op_scripts_run_module,
} from "../../ops.js";
import { parse_url } from "../../url/url_record.js";
import { invoke_callback } from "../../webidl/callbacks.js";
import { upon_rejection } from "../../webidl/promises.js";
import { report_an_exception } from "../../realm/report_an_exception.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { Loading } from "./loading_state.js";

/** Script elements: https://html.spec.whatwg.org/multipage/scripting.html#script-processing-model */

const JAVASCRIPT_TYPES = new Set([
  "application/ecmascript", "application/javascript", "application/x-ecmascript", "application/x-javascript", "text/ecmascript", "text/javascript",
  "text/javascript1.0", "text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4", "text/javascript1.5",
  "text/jscript", "text/livescript", "text/x-ecmascript", "text/x-javascript",
]);

/** https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element , steps 8 to 12: "classic", "module", …, or null */
function type_of_script(element) {
  const type = element.attribute_value("type");
  const language = element.attribute_value("language");
  let string;
  if (type === "" || (type === null && (language === null || language === ""))) {
    string = "text/javascript";
  } else {
    string = type !== null ? strip_ascii_whitespace(type) : `text/${language}`;
  }
  const lowercase = ascii_lowercase(string);
  if (JAVASCRIPT_TYPES.has(lowercase)) {
    return "classic";
  }
  return ["module", "importmap", "speculationrules"].includes(lowercase) ? lowercase : null;
}

/** https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element */
export function prepare_the_script_element(element) {
  // 1. An element that has already started does nothing.
  if (element.already_started) {
    return;
  }
  // 2–4. NB: the parser document is taken away for the while, so that a script that is not run may be run later.
  const { parser_document } = element;
  element.parser_document = null;
  if (parser_document !== null && element.find_attribute("async") === null) {
    element.force_async = true;
  }
  // 5–6. Without src and source text there is nothing to execute.
  const source_text = child_text_content(element);
  const src = element.attribute_value("src");
  if (src === null && source_text === "") {
    return;
  }
  // 7. The element must be connected.
  if (!element.isConnected) {
    return;
  }
  // 8–13. The type of the script.
  const type = type_of_script(element);
  if (type === null) {
    return;
  }
  element.script_type = type;
  // 14. The element is the parser's again.
  if (parser_document !== null) {
    element.parser_document = parser_document;
    element.force_async = false;
  }
  // 15–17. The element has already started.
  element.already_started = true;
  const document = element.node_document;
  element.preparation_time_document = document;
  if (parser_document !== null && parser_document !== document) {
    return;
  }
  // 18. A document without a window, or without scripting, executes nothing.
  if (document.default_view === null || !document.scripting) {
    return;
  }
  document.loading ??= new Loading(document);
  // 19. A classic script with nomodule is not for a browser with modules.
  if (element.find_attribute("nomodule") !== null && type === "classic") {
    return;
  }
  // 20. Ask the content security policy about an inline script.
  const nonce = element.attribute_value("nonce") ?? "";
  if (src === null && op_document_csp_blocks_inline("script", source_text, nonce, parser_document !== null)) {
    return;
  }
  // 21. The attributes event and for must mean the window's load.
  const event = element.attribute_value("event");
  const for_value = element.attribute_value("for");
  if (event !== null && for_value !== null && type === "classic"
    && (strip_ascii_whitespace(for_value).toLowerCase() !== "window" || !["onload", "onload()"].includes(strip_ascii_whitespace(event).toLowerCase()))) {
    return;
  }
  // 22–30. The script fetch options.
  const options = {
    nonce,
    integrity: element.attribute_value("integrity") ?? "",
    parser_inserted: parser_document !== null,
    referrer_policy: element.referrerPolicy,
    cross_origin: element.crossOrigin,
    charset: element.attribute_value("charset") ?? document.encoding,
  };
  // 31–32. An external script, or an inline one.
  element.result = "uninitialized";
  if (src !== null) {
    if (!fetch_an_external_script(element, type, src, options)) {
      return;
    }
  } else if (!take_an_inline_script(element, type, source_text, document, options)) {
    return;
  }
  // 33–35. When the script is executed.
  schedule(element, type, src, document.loading);
}

/** Step 31: false when there is nothing to wait for. */
function fetch_an_external_script(element, type, src, options) {
  const document = element.node_document;
  // 31.1. An import map cannot be external.
  const url = type === "importmap" || type === "speculationrules" || src === "" ? null : parse_url(src, document.base_url);
  // 31.2–31.6. Parse the URL; failure fires "error".
  if (url === null) {
    queue_a_global_task("DOM manipulation task source", () => fire_an_event("error", element));
    return false;
  }
  element.from_an_external_file = true;
  // NB: what no attribute says an import map may say.
  if (type === "module" && element.find_attribute("integrity") === null) {
    options.integrity = op_scripts_integrity_of(url.href);
  }
  // 31.7–31.9. The element delays the load event.
  element.delaying_the_load_event = true;
  document.loading.delay();
  // 31.10–31.11. Fetch the script.
  const fetched = type === "classic" ? op_scripts_fetch_classic(url.href, options) : op_scripts_fetch_module(url.href, options);
  fetched.then((script) => {
    queue_a_global_task("networking task source", () => {
      mark_as_ready(element, script === null ? null : { handle: script.handle, muted_errors: script.muted_errors, url: url.href, source: null });
    });
  });
  return true;
}

/** Step 32: false when there is nothing to run. */
function take_an_inline_script(element, type, source, document, options) {
  // 32.1–32.2. Make the script of the source text.
  switch (type) {
    case "classic":
    case "module":
      element.result = { handle: null, muted_errors: false, url: document.url, source, line: element.line, column: element.column, options };
      return true;
    case "importmap":
      element.result = { source };
      return true;
    default:
      // FIXME: speculation rules.
      report_an_exception(new DOMException(`scripts of type ${type} are not implemented`, "NotSupportedError"));
      queue_a_global_task("DOM manipulation task source", () => fire_an_event("error", element));
      return false;
  }
}

/** Steps 33 to 35 */
function schedule(element, type, src, loading) {
  const is_async = element.find_attribute("async") !== null || element.force_async;
  const parser_inserted = element.parser_document !== null;
  if ((type === "classic" && src !== null) || type === "module") {
    if (is_async) {
      // 33.2. As soon as possible.
      loading.scripts_as_soon_as_possible.add(element);
      run_when_ready(element, () => {
        execute_the_script_element(element);
        loading.scripts_as_soon_as_possible.delete(element);
        loading.complete_if_possible();
      });
    } else if (!parser_inserted) {
      // 33.3. In order, as soon as possible.
      loading.scripts_in_order.push(element);
      run_when_ready(element, () => {
        if (loading.scripts_in_order[0] !== element) {
          return;
        }
        while (loading.scripts_in_order.length > 0 && loading.scripts_in_order[0].result !== "uninitialized") {
          execute_the_script_element(loading.scripts_in_order[0]);
          loading.scripts_in_order.shift();
        }
        loading.complete_if_possible();
      });
    } else if (element.find_attribute("defer") !== null || type === "module") {
      // 33.4. When the document has finished parsing.
      loading.deferred_scripts.push(element);
    } else {
      // 33.5. As the pending parsing-blocking script.
      loading.pending_parsing_blocking_script = element;
    }
  } else {
    // 34–35. Immediately, even in the middle of another script.
    execute_the_script_element(element);
  }
}

/** Steps for a script that is not the parser's: an inline module is ready at once, but still runs from a task. */
function run_when_ready(element, steps) {
  if (element.result === "uninitialized") {
    when_ready(element, steps);
  } else {
    queue_a_global_task("networking task source", steps);
  }
}

/** Call `steps`, from a task, once the script is there (or is known not to come). */
export function when_ready(element, steps) {
  if (element.result === "uninitialized") {
    element.steps_to_run_when_the_result_is_ready = steps;
  } else {
    steps();
  }
}

/** https://html.spec.whatwg.org/multipage/scripting.html#mark-as-ready */
function mark_as_ready(element, result) {
  // 1. Set the result.
  element.result = result;
  // 2–3. Run the steps that wait for the result.
  const steps = element.steps_to_run_when_the_result_is_ready;
  element.steps_to_run_when_the_result_is_ready = null;
  steps?.();
  // 4. The element no longer delays the load event.
  if (element.delaying_the_load_event) {
    element.delaying_the_load_event = false;
    element.preparation_time_document.loading.undelay();
  }
}

/** https://html.spec.whatwg.org/multipage/scripting.html#execute-the-script-element */
export function execute_the_script_element(element) {
  // 1–3. The element must still be in the document that it was prepared in.
  const document = element.node_document;
  if (element.preparation_time_document !== document) {
    return;
  }
  // 4. Without a result fire "error".
  const { result } = element;
  if (result === null) {
    fire_an_event("error", element);
    return;
  }
  // 5–6. Run the script.
  let is_loaded = true;
  if (element.script_type === "classic") {
    const old = document.current_script;
    document.current_script = element;
    try {
      run_a_classic_script(result);
    } finally {
      document.current_script = old;
    }
  } else if (element.script_type === "module") {
    is_loaded = run_a_module_script(result);
  } else {
    register_an_import_map(result);
  }
  // 7–8. An external script fires "load". NB: what it imports is part of it.
  if (element.from_an_external_file || !is_loaded) {
    fire_an_event(is_loaded ? "load" : "error", element);
  }
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#run-a-classic-script */
function run_a_classic_script({ handle, muted_errors, url, source, line, column, options }) {
  try {
    if (handle !== null) {
      invoke_callback(op_scripts_run_classic, undefined, [handle]);
    } else {
      invoke_callback(op_scripts_run_classic_text, undefined, [source, url, line, column, options]);
    }
  } catch (error) {
    report_an_exception(error, { omit_error: muted_errors });
  }
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#register-an-import-map */
function register_an_import_map({ source }) {
  try {
    // NB: that it is JSON is said here, with the engine's own words.
    JSON.parse(source);
    op_scripts_register_import_map(source);
  } catch (error) {
    report_an_exception(error);
  }
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#run-a-module-script ; false when something it imports did not come. */
function run_a_module_script({ source, url, line = 1, column = 1, options = null }) {
  let evaluation_promise;
  try {
    evaluation_promise = invoke_callback(op_scripts_run_module, undefined, [url, source, line, column, options]);
  } catch (error) {
    report_an_exception(error);
    return true;
  }
  if (evaluation_promise === null) {
    return false;
  }
  upon_rejection(evaluation_promise, report_an_exception_of_a_module);
  return true;
}

function report_an_exception_of_a_module(error) {
  report_an_exception(error);
}
