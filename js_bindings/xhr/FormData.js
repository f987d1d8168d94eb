import { File } from "../file/File.js";
import { load } from "../webidl/lazy.js";

/** https://xhr.spec.whatwg.org/#interface-formdata */
export class FormData {
  entry_list = [];      // [name, value] pairs, the value a string or a File: https://xhr.spec.whatwg.org/#concept-formdata-entry-list

  /** Internal creation: `new FormData(list of [name, value])`. */
  constructor(entry_list = []) {
    this.entry_list = entry_list;
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata */
  static constructor_steps(form, submitter = null) {
    const form_data = new FormData();
    // 1. From a form:
    if (form !== undefined) {
      // 1.1. A submitter has to be a submit button of that form.
      if (submitter !== null) {
        if (!is_submit_button(submitter)) throw new TypeError("The submitter is not a submit button");
        if (submitter.form !== form) {
          throw new DOMException("The submitter does not belong to the form", "NotFoundError");
        }
      }
      // 1.2–1.3. Construct the entry list; that fails while the form is constructing one.
      const list = load("html/forms/submission.js").construct_the_entry_list(form, submitter);
      if (list === null) throw new DOMException("The form is constructing its entry list", "InvalidStateError");
      // 1.4. Take over the entry list.
      form_data.entry_list = list;
    }
    return form_data;
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata-append */
  append(name, value, filename) {
    this.entry_list.push(create_an_entry(name, value, filename));
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata-delete */
  delete(name) {
    this.entry_list = this.entry_list.filter((entry) => entry[0] !== name);
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata-get */
  get(name) {
    for (const entry of this.entry_list) if (entry[0] === name) return entry[1];
    return null;
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata-getall */
  getAll(name) {
    return this.entry_list.filter((entry) => entry[0] === name).map((entry) => entry[1]);
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata-has */
  has(name) {
    return this.entry_list.some((entry) => entry[0] === name);
  }

  /** https://xhr.spec.whatwg.org/#dom-formdata-set */
  set(name, value, filename) {
    // 1–2. Create the entry.
    const entry = create_an_entry(name, value, filename);
    // 3. It replaces the first entry of that name; the others are removed.
    const first = this.entry_list.findIndex((other) => other[0] === name);
    if (first >= 0) {
      this.entry_list[first] = entry;
      this.entry_list = this.entry_list.filter((other, index) => index <= first || other[0] !== name);
    } else {
      // 4. Or it is appended.
      this.entry_list.push(entry);
    }
  }

  value_pairs() {
    return this.entry_list;
  }
}

/**
 * https://html.spec.whatwg.org/#create-an-entry
 * `value` is a string or a Blob (implementation); gives `[name, value]` with a string or a File.
 */
export function create_an_entry(name, value, filename) {
  // 1–2. NB: the strings arrive as scalar value strings.
  if (typeof value !== "string") {
    // 3.1. A blob that is no file becomes a file of the name "blob".
    if (value.lastModified === undefined) value = new File(value.chunks, value.type, "blob");
    // 3.2. A file name makes a file of that name, of the same bytes.
    if (filename !== undefined) value = new File(value.chunks, value.type, filename, value.lastModified);
  }
  // 4. The entry.
  return [name, value];
}

/** https://html.spec.whatwg.org/multipage/forms.html#concept-submit-button */
function is_submit_button(element) {
  return (element.is_html("button") && element.type === "submit") || (element.is_html("input") && ["submit", "image"].includes(element.type));
}
