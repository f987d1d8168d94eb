import { load } from "../../webidl/lazy.js";

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#validitystate ; asks the control each time. */
export class ValidityState {
  control;

  constructor(control) {
    this.control = control;
  }

  get problems() {
    return load("html/forms/validation.js").problems_of(this.control);
  }

  get customError() {
    return (this.control.custom_validity_message ?? "") !== "";
  }

  get valid() {
    return !this.customError && this.problems.size === 0;
  }
}

for (const name of [
  "valueMissing", "typeMismatch", "patternMismatch", "tooLong", "tooShort", "rangeUnderflow", "rangeOverflow", "stepMismatch", "badInput",
]) {
  Object.defineProperty(ValidityState.prototype, name, {
    get() {
      return this.problems.has(name);
    },
    configurable: true,
  });
}
