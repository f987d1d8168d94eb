import {
  error_for_script, error_to_string, is_dom_exception, is_error, OwnError, regexp_exec, string_includes, string_split, uncurry,
} from "../intrinsics.js";
import { host, op_errors_report, op_workers_report_error } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { filter_list, list_includes } from "../webidl/lists.js";
import { implementation_of } from "../webidl/platform_objects.js";
import { upon_rejection } from "../webidl/promises.js";
import { environment_facts } from "./environment_facts.js";

/** Errors that nobody caught: https://html.spec.whatwg.org/multipage/webappapis.html#runtime-script-errors */

const own_stack = uncurry(Object.getOwnPropertyDescriptor(Error.prototype, "stack").get);
const IN_BINDINGS = "(js_bindings/";
const AT_BINDINGS = "at js_bindings/";
const NATIVE = /\(native\)$/;
const NOT_BLANK = /\S/;
const PLACE = /^\s*at (?:.*? \()?([^()]*):(\d+):(\d+)\)?$/;

/** Ours: `value` in a few words, whatever its own methods do. */
export function describe_exception(value) {
  try {
    if (is_error(value) || is_dom_exception(value)) {
      return error_to_string(value);
    }
    return String(value);
  } catch {
    return "an object that cannot be described";
  }
}

/** Ours: the engine's stack of an error, without our own functions; null for what has none. */
export function stack_of(value) {
  let stack = null;
  try {
    if (is_error(value)) {
      stack = own_stack(value) ?? value.stack;
    } else if (is_dom_exception(value)) {
      stack = value.stack;
    }
  } catch {
    return null;
  }
  if (typeof stack !== "string") {
    return null;
  }
  const lines = filter_list(string_split(stack, "\n"), (line) => regexp_exec(NOT_BLANK, line) !== null);
  let shown = "";
  for (let index = 0; index < lines.length; ++index) {
    // What our functions call natively belongs to them.
    const is_called_by_ours = regexp_exec(NATIVE, lines[index]) !== null && index + 1 < lines.length && is_ours(lines[index + 1]);
    if (!is_ours(lines[index]) && !is_called_by_ours) {
      shown += (shown === "" ? "" : "\n") + lines[index];
    }
  }
  return shown;
}

function is_ours(line) {
  return string_includes(line, IN_BINDINGS) || string_includes(line, AT_BINDINGS);
}

/** Ours: where the topmost frame with a place is. Frames read "at name (file:line:column)", those of a syntax error "at file:line:column". */
function place_in(stack) {
  const lines = string_split(stack ?? "", "\n");
  for (let index = 0; index < lines.length; ++index) {
    const match = regexp_exec(PLACE, lines[index]);
    if (match !== null) {
      return { filename: match[1], lineno: Number(match[2]), colno: Number(match[3]) };
    }
  }
  return { filename: "", lineno: 0, colno: 0 };
}

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#extract-error
 *
 * `call`: an error made where a script called us, if that was before now; it tells the place when the exception's own stack does not.
 */
export function extract_error_information(exception, call = undefined) {
  // 1–5. The attributes of an ErrorEvent; and (ours) the stack. What is no error has none: then the place is where a script called us.
  let stack = (stack_of(exception) ?? stack_of(call ?? new OwnError())) || null;
  let place = place_in(stack);
  if (place.filename === "" && call !== undefined) {
    stack = stack_of(call);
    place = place_in(stack);
  }
  // AD-HOC: the engine does not know where it was thrown; at least it was here.
  place.filename ||= environment_facts().url;
  return { __proto__: null, message: "Uncaught " + describe_exception(exception), ...place, error: error_for_script(exception), stack };
}

// The URLs of the scripts of this realm whose errors are muted.
const muted = new Set();

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#muted-errors
 *
 * AD-HOC: the engine does not tell which script an exception belongs to, so the place where it was thrown decides.
 */
export function mute_errors_of(url) {
  muted.add(url);
}

let in_error_reporting_mode = false;

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception , for the global of this realm.
 *
 * `place` overrides where it happened, `omit_error` keeps the exception from the script (a script of another origin threw it).
 */
export function report_an_exception(exception, { omit_error = false, place = undefined } = {}) {
  // 1–2. Extract the error.
  let not_handled = true;
  let information = { __proto__: null, ...extract_error_information(exception), ...place };
  const { stack } = information;
  // 3–4. A script with muted errors does not give them away.
  if (muted.has(information.filename)) {
    omit_error = true;
  }
  if (omit_error) {
    information = { __proto__: null, message: "Script error.", filename: "", lineno: 0, colno: 0, error: null };
  }
  // 5. Fire "error" at the global, unless the error is one of its own error handlers.
  if (!in_error_reporting_mode) {
    in_error_reporting_mode = true;
    try {
      const { fire_an_event } = load("dom/EventTarget.js");
      const { ErrorEvent } = load("dom/ErrorEvent.js");
      not_handled = fire_an_event("error", implementation_of(globalThis), { __proto__: null, ...information, cancelable: true }, ErrorEvent);
    } finally {
      in_error_reporting_mode = false;
    }
  }
  // 6. Not handled: a dedicated worker fires it at its owner, and where there is none whoever watches is told.
  if (not_handled) {
    const { message, filename, lineno, colno } = information;
    const shown_stack = omit_error ? null : stack;
    const has_owner = list_includes(host.global_names, "DedicatedWorker");
    if (!has_owner || !op_workers_report_error(message, filename, lineno, colno, shown_stack)) {
      op_errors_report(message, filename, lineno, colno, shown_stack);
    }
  }
  return !not_handled;
}

/** An upcall: a script that Python ran threw `exception`. */
export function up_report_an_exception(exception, omit_error) {
  return report_an_exception(exception, { omit_error: omit_error === true });
}

/** An upcall, for https://html.spec.whatwg.org/multipage/webappapis.html#run-a-module-script : what `promise` is rejected with is reported. */
export function up_report_when_rejected(promise) {
  upon_rejection(promise, (reason) => report_an_exception(reason));
}
