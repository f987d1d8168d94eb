import { fire_an_event } from "../../dom/EventTarget.js";
import { split_on_ascii_whitespace } from "../../infra/strings.js";
import { parse_url } from "../../url/url_record.js";
import { op_frames_create, op_frames_navigate, op_frames_remove, op_frames_rename } from "../../ops.js";
import { implementation_of } from "../../webidl/platform_objects.js";
import { queue_a_global_task } from "../../realm/tasks.js";

/** Windows inside documents: https://html.spec.whatwg.org/multipage/iframe-embed-object.html#the-iframe-element */

const frames = new Map();      // number → iframe element
let last_number = 0;

/** https://html.spec.whatwg.org/multipage/iframe-embed-object.html#the-iframe-element:html-element-post-connection-steps */
export function connect_a_frame(element) {
  const parent = element.node_document.default_view;
  // 1. NB: only documents in windows have frames.
  if (parent === null || element.content_window !== null) {
    return;
  }
  // 2. Create a child navigable, whose window has an empty document at once.
  const number = ++last_number;
  const global = op_frames_create(number, element.attribute_value("name") ?? "", sandbox_of(element));
  if (global === null) {
    return;
  }
  frames.set(number, element);
  element.frame_number = number;
  show(element, implementation_of(global));
  // 3. Process the iframe attributes.
  process_the_iframe_attributes(element, true);
}

function show(element, window) {
  element.content_window = window;
  if (!window.is_remote) {
    window.parent_window = element.node_document.default_view;
    window.frame_element = element;
  }
  element.node_document.default_view.frames_changed();
}

/** The words of its sandbox attribute; null: it has none. */
function sandbox_of(element) {
  const sandbox = element.attribute_value("sandbox");
  return sandbox === null ? null : split_on_ascii_whitespace(sandbox.toLowerCase());
}

/** The element has another name. */
export function rename_a_frame(element) {
  op_frames_rename(element.frame_number, element.attribute_value("name") ?? "");
}

/** https://html.spec.whatwg.org/multipage/iframe-embed-object.html#process-the-iframe-attributes */
export function process_the_iframe_attributes(element, initial_insertion = false) {
  if (element.content_window === null) {
    return;
  }
  // 1. Navigate to the srcdoc document.
  const srcdoc = element.attribute_value("srcdoc");
  if (srcdoc !== null) {
    go(element, "about:srcdoc", srcdoc);
    return;
  }
  // 2. An address. https://html.spec.whatwg.org/multipage/iframe-embed-object.html#shared-attribute-processing-steps-for-iframe-and-frame-elements
  const src = element.attribute_value("src");
  const url = src === null || src === "" ? null : parse_url(src, element.node_document.base_url);
  const address = url?.href ?? "about:blank";
  // 3. The initial about:blank is loaded already.
  if (initial_insertion && address.split(/[?#]/, 1)[0] === "about:blank") {
    run_the_iframe_load_event_steps(element);
    return;
  }
  // 4. Navigate. NB: lazy loading puts nothing off.
  if (!initial_insertion || url !== null) {
    go(element, address, null);
  }
}

function go(element, url, srcdoc) {
  if (url.startsWith("javascript:")) {
    queue_a_global_task("DOM manipulation task source", () => run_the_iframe_load_event_steps(element));
    return;
  }
  element.delay_the_load_event();
  op_frames_navigate(element.frame_number, url, srcdoc, sandbox_of(element), element.referrerPolicy);
}

/** https://html.spec.whatwg.org/multipage/iframe-embed-object.html#iframe-load-event-steps */
export function run_the_iframe_load_event_steps(element) {
  if (element.content_window !== null) {
    fire_an_event("load", element);
  }
  element.undelay_the_load_event();
}

/** https://html.spec.whatwg.org/multipage/document-sequences.html#destroy-a-child-navigable */
export function disconnect_a_frame(element) {
  const window = element.content_window;
  if (window === null) {
    return;
  }
  // 1–3. Unload the document of the child,
  window.unload();
  // 4–8. and destroy the navigable.
  frames.delete(element.frame_number);
  op_frames_remove(element.frame_number);
  element.content_window = null;
  detach(window);
  element.undelay_the_load_event();
  element.node_document.default_view?.frames_changed();
}

function detach(window) {
  if (window.is_remote) {
    return;
  }
  window.is_closed = true;
  window.is_detached = true;
  window.parent_window = null;
  window.frame_element = null;
}

/** An upcall: a frame has gone on to a window of its own. */
export function up_frame_has_another_window(number, global) {
  const element = frames.get(number);
  const window = implementation_of(global);
  if (element !== undefined && element.content_window !== window) {
    detach(element.content_window);
    show(element, window);
  }
}

/** An upcall: what a frame shows has loaded. */
export function up_frame_has_loaded(number) {
  const element = frames.get(number);
  if (element !== undefined) {
    run_the_iframe_load_event_steps(element);
  }
}

/** An upcall: where a frame was to go is nothing to show; it stays as it is. */
export function up_frame_stays(number) {
  frames.get(number)?.undelay_the_load_event();
}

/** The windows of the frames of a document, in tree order. */
export function child_windows(document) {
  return elements_with_frames(document).map((element) => element.content_window);
}

/** What Python calls them. */
export function frame_numbers(document) {
  return elements_with_frames(document).map((element) => element.frame_number);
}

function elements_with_frames(document) {
  return document.collection("frames", (element) => element.is_html("iframe")).current().filter((element) => element.content_window !== null);
}

