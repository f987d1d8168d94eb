import { op_page_evaluated, op_page_run } from "../../ops.js";
import { promise_resolve } from "../../intrinsics.js";
import { invoke_callback } from "../../webidl/callbacks.js";
import { upon_settlement } from "../../webidl/promises.js";
import { describe_exception } from "../report_an_exception.js";

/** An upcall: whoever runs the browser wants to know the value of a script, or of the promise it gives. */
export function up_page_evaluate(number, source) {
  let value;
  try {
    value = invoke_callback(run, undefined, [source]);
  } catch (error) {
    op_page_evaluated(number, false, describe_exception(error));
    return;
  }
  upon_settlement(
    promise_resolve(value),
    (result) => answer(number, result),
    (reason) => op_page_evaluated(number, false, describe_exception(reason)),
  );
}

/** A script, or an expression with `await` in it. */
function run(source) {
  try {
    return op_page_run(source);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !source.includes("await")) {
      throw error;
    }
    return op_page_run(`(async () => (${source}\n))()`);
  }
}

function answer(number, result) {
  try {
    op_page_evaluated(number, true, can_travel(result) ? result : String(result));
  } catch {
    op_page_evaluated(number, false, "the value cannot leave the page");
  }
}

function can_travel(value) {
  return typeof value !== "function" && typeof value !== "symbol" && typeof value !== "bigint";
}
