import { string_slice } from "../intrinsics.js";
import { op_errors_report } from "../ops.js";
import { extract_error_information } from "../realm/report_an_exception.js";

/**
 * Ours: whoever watches the browser is told what became of an event, as of an error that nobody caught. No script is asked: a promise that an event
 * was given counts as handled. `where` completes "Uncaught (in …)"; `call`: an error made where the script gave the event what failed.
 */
export function report_failure_in_event(event, where, reason, call) {
  const { filename, lineno, colno, message, stack } = extract_error_information(reason, call);
  op_errors_report(`Uncaught (in ${where} of the "${event.type}" event)` + string_slice(message, "Uncaught".length), filename, lineno, colno, stack);
}
