import { op_page_evaluated, op_page_failed, op_page_parse, op_page_run } from "../../ops.js";
import { call_script, promise_resolve } from "../../intrinsics.js";
import { invoke_callback } from "../../webidl/callbacks.js";
import { upon_settlement } from "../../webidl/promises.js";
import { describe_exception, stack_of } from "../../realm/report_an_exception.js";
import { kind_of } from "../structured_clone/internal_slots.js";
import { structured_deserialize } from "../structured_clone/structured_deserialize.js";
import { from_wire } from "../structured_clone/wire.js";
import { value_for_python } from "./values_for_python.js";

/**
 * An upcall: whoever runs the browser wants to know the value of a script, or of the promise it gives.
 *
 * If the value is a function, what it returns for the arguments, which are a serialized list.
 */
export function up_page_evaluate(number, source, ...wire) {
  let args = [];
  let has_await;
  let value;
  try {
    if (wire.length > 0) {
      args = structured_deserialize(from_wire(...wire));
    }
    const parsed = op_page_parse(source);
    has_await = parsed[1];
    value = invoke_callback(run, undefined, [parsed[0], has_await, args]);
  } catch (error) {
    fail(number, error);
    return;
  }
  upon_settlement(
    promise_resolve(value),
    (result) => (has_await ? call_and_answer(number, result.value, args) : answer(number, result)),
    (reason) => fail(number, reason),
  );
}

function run(source, has_await, args) {
  const value = op_page_run(source, has_await);
  return has_await ? value : called(value, args);
}

function called(value, args) {
  if (typeof value === "function") {
    return call_script(value, undefined, args);
  }
  if (args.length > 0) {
    throw new TypeError("the script is no function: there is nothing to give the arguments to");
  }
  return value;
}

function call_and_answer(number, value, args) {
  let result;
  try {
    result = invoke_callback(called, undefined, [value, args]);
  } catch (error) {
    fail(number, error);
    return;
  }
  upon_settlement(promise_resolve(result), (settled) => answer(number, settled), (reason) => fail(number, reason));
}

function answer(number, value) {
  let wire;
  try {
    wire = value_for_python(value);
  } catch (error) {
    fail(number, error);
    return;
  }
  op_page_evaluated(number, wire[0], wire[1]);
}

function fail(number, reason) {
  const is_error = typeof reason === "object" && reason !== null && is_kind_of_error(kind_of(reason));
  op_page_failed(number, is_error ? text_of(reason, "name") : "", is_error ? text_of(reason, "message") : describe_exception(reason), stack_of(reason));
}

const is_kind_of_error = (kind) => kind === "Error" || kind === "DOMException";

function text_of(error, member) {
  try {
    return `${error[member]}`;
  } catch {
    return "";
  }
}
