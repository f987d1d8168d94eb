import { fire_an_event } from "../../dom/EventTarget.js";
import { body_to_wire, extract_a_body } from "../../fetch/body.js";
import { parse_url } from "../../url/url_record.js";
import { serialize_urlencoded } from "../../url/urlencoded.js";
import { FormData } from "../../xhr/FormData.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { load } from "../../webidl/lazy.js";
import { choose_a_navigable } from "../navigate.js";
import { queue_a_global_task } from "../tasks.js";
import { report_an_exception } from "../report_an_exception.js";
import { FormDataEvent, SubmitEvent } from "./form_events.js";
import { listed_elements } from "./HTMLFormElement.js";

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-2 */

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#dom-fs-action , the getter */
export function action_of(value, document) {
  return value === null || value === "" ? document.url : parse_url(value, document.base_url)?.href ?? value;
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-form-submit , with its events */
export function submit_the_form(form, submitter) {
  // 1-4. Only from within a document, and not twice at a time.
  if (!form.isConnected || form.firing_submission_events) {
    return;
  }
  form.firing_submission_events = true;
  let goes_on;
  try {
    // 5.1-5.5. Only with valid values, unless nobody cares.
    const validates = !form.noValidate && !(submitter?.formNoValidate ?? false);
    // 5.6. Ask.
    goes_on = (!validates || form.checkValidity())
      && fire_an_event("submit", form, { bubbles: true, cancelable: true, submitter }, SubmitEvent);
  } finally {
    form.firing_submission_events = false;
  }
  if (goes_on) {
    send(form, submitter);
  }
}

/** https://html.spec.whatwg.org/multipage/forms.html#dom-form-submit */
export function submit_without_events(form) {
  if (form.isConnected) {
    send(form, null);
  }
}

function send(form, submitter) {
  // 6. What is in it.
  const entry_list = construct_the_entry_list(form, submitter);
  if (entry_list === null || !form.isConnected) {
    return;
  }
  // 7-20. Where and how?
  const document = form.node_document;
  const own = (name) => (submitter !== null && submitter !== undefined ? submitter.attribute_value(`form${name}`) : null);
  const method = (own("method") ?? form.attribute_value("method") ?? "get").toLowerCase();
  const url = parse_url(action_of(own("action") ?? form.attribute_value("action"), document));
  if (method === "dialog") {
    close_the_dialog(form, submitter);
    return;
  }
  if (url === null) {
    return;
  }
  // 21. In which window? FIXME: in a new one.
  const target = choose_a_navigable(document.default_view, own("target") ?? form.attribute_value("target") ?? "");
  if (target === null) {
    report_an_exception(new DOMException("submitting a form into a new window is not implemented", "NotSupportedError"));
    return;
  }
  // 22-25. By its address alone, or with a body.
  if (method !== "post") {
    const [without_fragment] = url.href.split("#", 1);
    const address = `${without_fragment.split("?", 1)[0]}?${serialize_urlencoded(as_strings(entry_list))}`;
    queue_a_global_task("DOM manipulation task source", () => target.go(address));
    return;
  }
  const [body, content_type] = encode(entry_list, (own("enctype") ?? form.attribute_value("enctype") ?? "").toLowerCase());
  queue_a_global_task("DOM manipulation task source", () => target.go(url.href, "auto", body_to_wire(body), content_type));
}

const as_strings = (entry_list) => entry_list.map(([name, value]) => [name, typeof value === "string" ? value : value.name]);

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#submit-body : a body and its type */
function encode(entry_list, enctype) {
  switch (enctype) {
    case "multipart/form-data":
      return extract_a_body(new FormData(entry_list));
    case "text/plain":
      return [extract_a_body(as_strings(entry_list).map(([name, value]) => `${name}=${value}\r\n`).join(""))[0], "text/plain"];
    default:
      return [extract_a_body(serialize_urlencoded(as_strings(entry_list)))[0], "application/x-www-form-urlencoded"];
  }
}

function close_the_dialog(form, submitter) {
  for (let node = form.parentNode; node !== null; node = node.parentNode) {
    if (node.is_html("dialog")) {
      node.close(submitter?.value);
      return;
    }
  }
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-the-form-data-set ; null while it is being done. */
export function construct_the_entry_list(form, submitter = null) {
  // 1-2. Not twice at a time.
  if (form.constructing_entry_list) {
    return null;
  }
  form.constructing_entry_list = true;
  // 3-5. Every control that has something to say.
  const entry_list = [];
  for (const field of listed_elements(form)) {
    append_entries_of(field, submitter, entry_list);
  }
  // 6-8. Others may add to it.
  const form_data = new FormData(entry_list);
  fire_an_event("formdata", form, { bubbles: true, formData: form_data }, FormDataEvent);
  form.constructing_entry_list = false;
  // 9. Here.
  return form_data.entry_list.map((entry) => [...entry]);
}

const is_button = (field) => field.is_html("button") || (field.is_html("input") && ["submit", "reset", "button", "image"].includes(field.type));

function append_entries_of(field, submitter, entry_list) {
  const name = field.attribute_value("name") ?? "";
  if (is_disabled(field) || (is_button(field) && field !== submitter) || field.is_html("fieldset") || field.is_html("output") || field.is_html("object")) {
    return;
  }
  if (field.is_html("input") && (field.type === "checkbox" || field.type === "radio") && !field.checked) {
    return;
  }
  if (field.is_html("input") && field.type === "image") {
    const prefix = name === "" ? "" : `${name}.`;
    entry_list.push([`${prefix}x`, "0"], [`${prefix}y`, "0"]);
    return;
  }
  if (name === "") {
    return;
  }
  if (field.is_html("select")) {
    for (const option of field.selectedOptions.current()) {
      if (!is_disabled(option)) {
        entry_list.push([name, option.value]);
      }
    }
  } else if (field.is_html("input") && field.type === "file") {
    const files = Array.from({ length: field.files.length }, (unused, index) => field.files.item(index));
    const none = () => new (load("file/File.js").File)([], "", { type: "application/octet-stream" });
    (files.length > 0 ? files : [none()]).forEach((file) => entry_list.push([name, file]));
  } else {
    entry_list.push([name, field.value.toWellFormed()]);
  }
}
