import { op_scripts_compile_function } from "../../ops.js";
import { report_an_exception } from "../../realm/report_an_exception.js";
import { platform_object_of } from "../../webidl/platform_objects.js";
import { is_attribute_of } from "./members_of_interfaces.js";

/** https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-content-attributes */

/** Is `name` ("onclick") an event handler that elements have (or a body, for its window)? */
export function is_event_handler_name(name, element) {
  return is_attribute_of("HTMLElement", name) || (element.is_html("body") && is_attribute_of("HTMLBodyElement", name));
}

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#getting-the-current-value-of-the-event-handler , its step about source text:
 * the function, or null after telling why there is none.
 */
export function compile_event_handler(event_target, name, { body, location: element }) {
  // 3.1–3.2. The element and its document.
  const document = element.node_document;
  // 3.3. The form owner is in scope too.
  const form = element.form ?? null;
  // 3.4–3.7. Parse the body as that of a function.
  const is_window_error = name === "onerror" && event_target.is_global_scope === true;
  const parameters = is_window_error ? "event, source, lineno, colno, error" : "event";
  // 3.8–3.11. Make the function, with the document, the form owner and the element in scope.
  const scope = event_target.is_global_scope === true ? [] : [document, form, element].filter((each) => each !== null).map(platform_object_of);
  const names = scope.map((each, index) => `$${index}`);
  const opening = names.map((each) => `with(${each}){`).join("");
  const source = `(function(${names.join(",")}){${opening}return function ${name}(${parameters}) {\n${body}\n}${"}".repeat(names.length)}})`;
  try {
    return op_scripts_compile_function(source, document.url)(...scope);
  } catch (error) {
    report_an_exception(error);
    return null;
  }
}
