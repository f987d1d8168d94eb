import { fire_an_event } from "../dom/EventTarget.js";
import { host, op_errors_report, op_workers_report_error } from "../ops.js";
import { implementation_of } from "../webidl/platform_objects.js";
import { upon_rejection } from "../webidl/promises.js";
import { ErrorEvent } from "./ErrorEvent.js";
import { environment_facts } from "./environment_facts.js";
import { has_muted_errors } from "./muted_errors.js";

/** Errors that nobody caught: https://html.spec.whatwg.org/multipage/webappapis.html#runtime-script-errors */

const error_to_string = Error.prototype.toString;
const stack_getter = Object.getOwnPropertyDescriptor(Error.prototype, "stack").get;
const BINDINGS = "js_bindings/";

/** Ours: `value` in a few words, whatever its own methods do. */
export function describe_exception(value) {
  try {
    if (value instanceof Error || value instanceof DOMException) {
      return error_to_string.call(value);
    }
    return typeof value === "symbol" ? String(value) : `${value}`;
  } catch {
    return "an object that cannot be described";
  }
}

/** Ours: the engine's stack of an error, without our own functions; null for what has none. */
export function stack_of(value) {
  let stack = null;
  try {
    if (value instanceof Error) {
      stack = stack_getter.call(value) ?? value.stack;
    } else if (value instanceof DOMException) {
      stack = value.stack;
    }
  } catch {
    return null;
  }
  if (typeof stack !== "string") {
    return null;
  }
  const lines = stack.split("\n").filter((line) => line.trim() !== "");
  // What our functions call natively belongs to them.
  return lines.filter((line, index) => !is_ours(line) && !(line.endsWith("(native)") && is_ours(lines[index + 1] ?? ""))).join("\n");
}

function is_ours(line) {
  return line.includes(`(${BINDINGS}`) || line.includes(`at ${BINDINGS}`);
}

/** Ours: where the topmost frame with a place is. Frames read "at name (file:line:column)", those of a syntax error "at file:line:column". */
function place_in(stack) {
  for (const line of (stack ?? "").split("\n")) {
    const match = /^\s*at (?:.*? \()?([^()]*):(\d+):(\d+)\)?$/.exec(line);
    if (match !== null) {
      return { filename: match[1], lineno: Number(match[2]), colno: Number(match[3]) };
    }
  }
  return { filename: "", lineno: 0, colno: 0 };
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#extract-error */
export function extract_error_information(exception) {
  // 1-5. What an ErrorEvent has; and (ours) the stack. What is no error has none: then the place is where we are, if a script called us.
  const stack = (stack_of(exception) ?? stack_of(new Error())) || null;
  const place = place_in(stack);
  // AD-HOC: the engine does not know where it was thrown; at least it was here.
  place.filename ||= environment_facts().url;
  return { message: `Uncaught ${describe_exception(exception)}`, ...place, error: exception, stack };
}

let in_error_reporting_mode = false;

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception , for the global of this realm.
 *
 * `place` overrides where it happened, `omit_error` keeps the exception from the script (a script of another origin threw it).
 */
export function report_an_exception(exception, { omit_error = false, place = undefined } = {}) {
  // 1-2. What, where?
  let not_handled = true;
  const { stack, ...information } = { ...extract_error_information(exception), ...place };
  // 3-4. Scripts of other origins do not give away their errors.
  if (has_muted_errors(information.filename)) {
    omit_error = true;
  }
  if (omit_error) {
    Object.assign(information, { message: "Script error.", filename: "", lineno: 0, colno: 0, error: null });
  }
  // 5. Ask the global, unless the error is one of its own error handlers.
  if (!in_error_reporting_mode) {
    in_error_reporting_mode = true;
    try {
      not_handled = fire_an_event("error", implementation_of(globalThis), { ...information, cancelable: true }, ErrorEvent);
    } finally {
      in_error_reporting_mode = false;
    }
  }
  // 6. Nobody has seen to it: a dedicated worker tells its owner, whoever has none tells whoever watches.
  if (not_handled) {
    const { message, filename, lineno, colno } = information;
    const report = [message, filename, lineno, colno, omit_error ? null : stack];
    if (!host.global_names.includes("DedicatedWorker") || !op_workers_report_error(...report)) {
      op_errors_report(...report);
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
