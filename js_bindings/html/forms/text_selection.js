/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#textFieldSelection */
export class TextSelection {
  get current_selection() {
    return this.selection ??= { start: this.value.length, end: this.value.length, direction: "none" };
  }

  get selectionStart() {
    return this.has_a_selection() ? this.current_selection.start : null;
  }

  set selectionStart(value) {
    this.check_that_it_has_a_selection();
    const end = Math.max(this.current_selection.end, value ?? 0);
    this.setSelectionRange(value ?? 0, end, this.current_selection.direction);
  }

  get selectionEnd() {
    return this.has_a_selection() ? this.current_selection.end : null;
  }

  set selectionEnd(value) {
    this.check_that_it_has_a_selection();
    this.setSelectionRange(this.current_selection.start, value ?? 0, this.current_selection.direction);
  }

  get selectionDirection() {
    return this.has_a_selection() ? this.current_selection.direction : null;
  }

  set selectionDirection(value) {
    this.check_that_it_has_a_selection();
    this.setSelectionRange(this.current_selection.start, this.current_selection.end, value ?? "none");
  }

  select() {
    if (this.has_a_selection()) {
      this.setSelectionRange(0, this.value.length, "none");
    }
  }

  setSelectionRange(start, end, direction) {
    this.check_that_it_has_a_selection();
    const { length } = this.value;
    const last = Math.min(end, length);
    this.selection = { start: Math.min(start, last), end: last, direction: ["forward", "backward"].includes(direction) ? direction : "none" };
  }

  setRangeText(replacement, start = this.current_selection.start, end = this.current_selection.end, mode = "preserve") {
    this.check_that_it_has_a_selection();
    if (start > end) {
      throw new DOMException("the start is behind the end", "IndexSizeError");
    }
    const { value } = this;
    const { start: old_start, end: old_end } = this.current_selection;
    const first = Math.min(start, value.length);
    const last = Math.min(end, value.length);
    this.value = value.slice(0, first) + replacement + value.slice(last);
    const new_end = first + replacement.length;
    const delta = replacement.length - (last - first);
    const moved = (position) => (position > last ? position + delta : Math.min(position, new_end));
    const ranges = { select: [first, new_end], start: [first, first], end: [new_end, new_end], preserve: [moved(old_start), moved(old_end)] };
    this.setSelectionRange(...ranges[mode], "none");
  }

  check_that_it_has_a_selection() {
    if (!this.has_a_selection()) {
      throw new DOMException("there is nothing to select in it", "InvalidStateError");
    }
  }
}
