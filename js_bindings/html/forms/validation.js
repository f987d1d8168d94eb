import { parse_a_float } from "../elements/reflection.js";

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constraints : the names of what a control suffers from. */
export function problems_of(control) {
  const problems = new Set();
  const { localName: kind } = control;
  if (kind !== "input" && kind !== "select" && kind !== "textarea") {
    return problems;
  }
  const required = control.find_attribute("required") !== null;
  if (kind === "input" && (control.type === "checkbox" || control.type === "radio")) {
    if (required && !control.checked && !(control.type === "radio" && control.checked_others().length > 0)) {
      problems.add("valueMissing");
    }
    return problems;
  }
  const { value } = control;
  if (required && value === "" && control.find_attribute("readonly") === null) {
    problems.add("valueMissing");
  }
  if (kind === "select" || value === "") {
    return problems;
  }
  // NB: only what somebody has typed can be too long or too short, and nobody types.
  if (kind === "input") {
    check_type(control, value, problems);
    check_pattern(control, value, problems);
    if (control.type === "number" || control.type === "range") {
      check_range(control, value, problems);
    }
  }
  return problems;
}

const EMAIL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

function check_type(control, value, problems) {
  if (control.type === "email" && !value.split(",").every((part) => EMAIL.test(control.multiple ? part.trim() : part))) {
    problems.add("typeMismatch");
  }
  if (control.type === "url" && !/^[a-zA-Z][a-zA-Z0-9+.-]*:\S/.test(value)) {
    problems.add("typeMismatch");
  }
}

function check_pattern(control, value, problems) {
  const pattern = control.attribute_value("pattern");
  if (pattern === null || !control.is_text_field()) {
    return;
  }
  try {
    if (!new RegExp(`^(?:${pattern})$`, "v").test(value)) {
      problems.add("patternMismatch");
    }
  } catch {
    // What is no regular expression is no pattern.
  }
}

function check_range(control, value, problems) {
  const number = parse_a_float(value);
  const minimum = parse_a_float(control.attribute_value("min")) ?? (control.type === "range" ? 0 : null);
  const maximum = parse_a_float(control.attribute_value("max")) ?? (control.type === "range" ? 100 : null);
  if (minimum !== null && number < minimum) {
    problems.add("rangeUnderflow");
  }
  if (maximum !== null && number > maximum) {
    problems.add("rangeOverflow");
  }
  const step = control.attribute_value("step")?.toLowerCase() === "any" ? null : parse_a_float(control.attribute_value("step")) ?? 1;
  if (step !== null && step > 0) {
    const steps = (number - (minimum ?? parse_a_float(control.attribute_value("value")) ?? 0)) / step;
    if (Math.abs(steps - Math.round(steps)) > 1e-9) {
      problems.add("stepMismatch");
    }
  }
}
