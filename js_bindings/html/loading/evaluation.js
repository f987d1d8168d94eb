import { op_page_evaluated } from "../../ops.js";
import { promise_resolve } from "../../intrinsics.js";
import { upon_settlement } from "../../webidl/promises.js";
import { describe_exception } from "../report_an_exception.js";

/** An upcall: the value of a script that whoever runs the browser wants to know, or a promise of it. */
export function up_page_settle(number, value) {
  upon_settlement(
    promise_resolve(value),
    (result) => answer(number, result),
    (reason) => op_page_evaluated(number, false, describe_exception(reason)),
  );
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
