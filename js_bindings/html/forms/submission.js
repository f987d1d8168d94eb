import { fire_an_event } from "../../dom/EventTarget.js";
import { body_of_chunks, body_of_text, body_to_wire } from "../../fetch/body.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { direction_of } from "../../selectors/match.js";
import { is_disabled } from "../../selectors/pseudo_classes.js";
import { parse_url } from "../../url/url_record.js";
import { serialize_urlencoded } from "../../url/urlencoded.js";
import { load } from "../../webidl/lazy.js";
import { FormData } from "../../xhr/FormData.js";
import { encode_multipart_form_data, normalize_newlines } from "../../xhr/multipart.js";
import { is_without_an_opener, words_of } from "../navigation/follow_hyperlinks.js";
import { choose_a_navigable, open_a_new_window } from "../navigation/navigate.js";
import { FormDataEvent, SubmitEvent } from "./form_events.js";
import { listed_elements } from "./HTMLFormElement.js";

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-2 */

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#dom-fs-action , the getter */
export function action_of(value, document) {
  return value === null || value === "" ? document.url : parse_url(value, document.base_url)?.href ?? value;
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-form-submit , with its events */
export function submit_the_form(form, submitter = null) {
  // 1–4. The form must be connected, and not be firing submission events.
  if (!form.isConnected || form.firing_submission_events) {
    return;
  }
  form.firing_submission_events = true;
  let goes_on;
  try {
    // 5.1–5.5. Validate the constraints, unless there is no validation.
    const validates = !form.noValidate && !(submitter?.formNoValidate ?? false);
    // 5.6. Fire "submit".
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

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-form-submit , from where nobody is asked any more */
function send(form, submitter) {
  // 6–7. Construct the entry list.
  const entry_list = construct_the_entry_list(form, submitter);
  if (entry_list === null || !form.isConnected) {
    return;
  }
  // 8–10. The method.
  const document = form.node_document;
  const own = (name) => (submitter === null ? null : submitter.attribute_value(`form${name}`));
  const method = (own("method") ?? form.attribute_value("method") ?? "get").toLowerCase();
  // 11. The method "dialog" closes the dialog.
  if (method === "dialog") {
    close_the_dialog(form, submitter);
    return;
  }
  // 12–14. Parse the action.
  const url = parse_url(action_of(own("action") ?? form.attribute_value("action"), document));
  if (url === null) {
    return;
  }
  // 15–17. The enctype and the target.
  const enctype = (own("enctype") ?? form.attribute_value("enctype") ?? "").toLowerCase();
  const target = own("target") ?? form.attribute_value("target") ?? base_target(document);
  // 18–25. Mutate the action URL with the entry list, or submit it as the body.
  const [address, body, content_type] = request_for(url, method, enctype, entry_list);
  plan_to_navigate(form, target, address, body, content_type);
}

/** The table of actions in https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-form-submit : `[address, body, type]` */
function request_for(url, method, enctype, entry_list) {
  const is_post = method === "post";
  switch (url.protocol) {
    case "http:":
    case "https:":
      return is_post ? [url.href, ...submit_as_entity_body(enctype, entry_list)] : [mutate_action_url(url, entry_list), null, ""];
    case "data:":
      return [is_post ? url.href : mutate_action_url(url, entry_list), null, ""];
    default:
      // FIXME: what is mailed.
      return [url.href, null, ""];
  }
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#submit-mutate-action : only the query is another. */
function mutate_action_url(url, entry_list) {
  const [address, fragment] = split_once(url.href, "#");
  return `${split_once(address, "?")[0]}?${serialize_urlencoded(name_value_pairs(entry_list))}${fragment === null ? "" : `#${fragment}`}`;
}

function split_once(text, mark) {
  const place = text.indexOf(mark);
  return place < 0 ? [text, null] : [text.slice(0, place), text.slice(place + 1)];
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#submit-body : `[body, type]` */
function submit_as_entity_body(enctype, entry_list) {
  switch (enctype) {
    case "multipart/form-data": {
      const { chunks, boundary } = encode_multipart_form_data(entry_list);
      return [body_of_chunks(chunks), `multipart/form-data; boundary=${boundary}`];
    }
    case "text/plain":
      // https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#text/plain-encoding-algorithm
      return [body_of_text(name_value_pairs(entry_list).map(([name, value]) => `${name}=${value}\r\n`).join("")), "text/plain"];
    default:
      return [body_of_text(serialize_urlencoded(name_value_pairs(entry_list))), "application/x-www-form-urlencoded"];
  }
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#convert-to-a-list-of-name-value-pairs */
function name_value_pairs(entry_list) {
  return entry_list.map(([name, value]) => [normalize_newlines(name), normalize_newlines(typeof value === "string" ? value : value.name)]);
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#plan-to-navigate */
function plan_to_navigate(form, target, address, body, content_type) {
  // 1–4. A planned navigation replaces the one before.
  const plan = form.planned_navigation = {};
  // 5. Queue a task that navigates.
  queue_a_global_task("DOM manipulation task source", () => {
    if (form.planned_navigation !== plan) {
      return;
    }
    form.planned_navigation = null;
    const source = form.node_document.default_view;
    const chosen = choose_a_navigable(source, target);
    const referrer_policy = words_of(form).includes("noreferrer") ? "no-referrer" : "";
    const request = { body: body === null ? null : body_to_wire(body), content_type, referrer_policy };
    if (chosen === null) {
      open_a_new_window(address, target, is_without_an_opener(form, target), request);
    } else {
      chosen.go(address, "auto", request, source);
    }
  });
}

/** The target of https://html.spec.whatwg.org/multipage/semantics.html#get-an-element's-target , where the element has none. */
function base_target(document) {
  return document.querySelector("base[target]")?.attribute_value("target") ?? "";
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
  // 1–2. A form that is constructing its entry list gives none.
  if (form.constructing_entry_list) {
    return null;
  }
  form.constructing_entry_list = true;
  // 3–5. Append the entries of every submittable element that has one.
  const entry_list = [];
  for (const field of listed_elements(form)) {
    append_entries_of(field, submitter, entry_list);
  }
  // 6–8. Fire "formdata", whose listeners may change the entries.
  const form_data = new FormData(entry_list);
  fire_an_event("formdata", form, { bubbles: true, formData: form_data }, FormDataEvent);
  form.constructing_entry_list = false;
  // 9. A clone of the entry list.
  return form_data.entry_list.map((entry) => [...entry]);
}

const is_button = (field) => field.is_html("button") || (field.is_html("input") && ["submit", "reset", "button", "image"].includes(field.type));

function append_entries_of(field, submitter, entry_list) {
  const name = (field.attribute_value("name") ?? "").toWellFormed();
  if (is_disabled(field) || (is_button(field) && field !== submitter) || field.is_html("fieldset") || field.is_html("output")
    || field.is_html("object") || is_in_a_datalist(field)) {
    return;
  }
  const type = field.is_html("input") ? field.type : "";
  if ((type === "checkbox" || type === "radio") && !field.checked) {
    return;
  }
  if (type === "image") {
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
        entry_list.push([name, option.value.toWellFormed()]);
      }
    }
  } else if (type === "file") {
    const { length } = field.files;
    for (let index = 0; index < length; ++index) {
      entry_list.push([name, field.files.item(index)]);
    }
    if (length === 0) {
      entry_list.push([name, new (load("file/File.js").File)([], "application/octet-stream")]);
    }
  } else if (type === "hidden" && name.toLowerCase() === "_charset_") {
    entry_list.push([name, "UTF-8"]);
  } else {
    entry_list.push([name, field.value.toWellFormed()]);
    // Which way it is written, where that is asked for.
    const direction_name = field.is_html("textarea") || HAS_DIRECTION.has(type) ? field.attribute_value("dirname") ?? "" : "";
    if (direction_name !== "") {
      entry_list.push([direction_name.toWellFormed(), direction_of(field)]);
    }
  }
}

const HAS_DIRECTION = new Set(["hidden", "text", "search", "tel", "url", "email", "password", "submit", "reset", "button"]);

function is_in_a_datalist(field) {
  for (let node = field.parentNode; node !== null; node = node.parentNode) {
    if (node.nodeType === 1 && node.is_html("datalist")) {
      return true;
    }
  }
  return false;
}
