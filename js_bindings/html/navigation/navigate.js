import { fire_an_event } from "../../dom/EventTarget.js";
import { op_document_csp_blocks_inline, op_scripts_run_classic_text, op_window_choose, op_window_navigate, op_window_open } from "../../ops.js";
import { report_an_exception } from "../../realm/report_an_exception.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { parse_url } from "../../url/url_record.js";
import { incumbent_global, invoke_callback } from "../../webidl/callbacks.js";
import { load } from "../../webidl/lazy.js";
import { implementation_of } from "../../webidl/platform_objects.js";
import { set_the_url } from "./document_url.js";
import { HashChangeEvent, PopStateEvent } from "./history_events.js";

/** What a navigation has beside its address: a body, as `body_to_wire` gives it, makes it a POST; a policy of "" is the document's. */
export const PLAIN = { body: null, content_type: "", referrer_policy: "" };

/**
 * https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate , in the name of the document in the window `source`
 *
 * `history_handling` is "auto", "push" or "replace". Another document is opened by the browser: this realm ends then. To be called in
 * the realm of the window: see `Window.go`.
 */
export function navigate(window, url, history_handling = "auto", { body, content_type, referrer_policy } = PLAIN, source = window) {
  const { document } = window;
  // 1–13. A window that is closed does not navigate.
  if (window.is_closed) {
    return;
  }
  // 14. Navigate to a fragment: https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate-fragid
  if (body === null && url.includes("#") && without_fragment(url) === without_fragment(document.url)) {
    navigate_to_a_fragment(window, url, history_handling);
    return;
  }
  // 15. Navigate to a javascript: URL.
  if (url.startsWith("javascript:")) {
    navigate_to_a_javascript_url(url);
    return;
  }
  // 16–20. The browser does the rest, in parallel. NB: while a document loads, or to its own URL, the entry is replaced.
  const replace = history_handling === "replace" || url === document.url || document.ready_state !== "complete";
  op_window_navigate(url, replace, false, body, content_type, referrer_policy, source.environment_id);
}

/** The window whose script is running; the one of this realm, if none is. */
export function incumbent_window() {
  return implementation_of(incumbent_global()) ?? implementation_of(globalThis);
}

const without_fragment = (url) => url.split("#", 1)[0];

/** https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate-fragid */
function navigate_to_a_fragment(window, url, history_handling) {
  const old_url = window.document.url;
  // 1–9. Make a history entry (or replace one) with the new URL, and without state.
  const replace = history_handling === "replace" || url === old_url;
  window.history.add_entry(url, null, replace);
  // 10–13. Update the URL of the document; nothing is scrolled. FIXME: the navigate event.
  set_the_url(window.document, url);
  queue_a_global_task("DOM manipulation task source", () => {
    fire_an_event("popstate", window, { state: null }, PopStateEvent);
    if (old_url !== url) {
      fire_an_event("hashchange", window, { oldURL: old_url, newURL: url }, HashChangeEvent);
    }
  });
}

/** https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate-to-a-javascript:-url . FIXME: a string result is not shown. */
function navigate_to_a_javascript_url(url) {
  // FIXME: the policies of who asks for it, where that is another.
  if (op_document_csp_blocks_inline("navigation", url, "", false)) {
    return;
  }
  const source = decodeURIComponent(url.slice("javascript:".length).replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  queue_a_global_task("navigation and traversal task source", () => {
    try {
      invoke_callback(op_scripts_run_classic_text, undefined, [source, url, 1, 1]);
    } catch (error) {
      report_an_exception(error);
    }
  });
}

/** https://html.spec.whatwg.org/multipage/browsing-the-web.html#reload */
export function reload(window) {
  op_window_navigate(window.document.url, true, true, null, "", "", window.environment_id);
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#window-open-steps */
export function window_open(window, url, target, features) {
  // 1–4. A window that is gone opens nothing; the URL has to parse.
  if (window.is_detached) {
    return null;
  }
  const parsed = url === "" ? "" : parse_url(url, incumbent_window().api_base_url)?.href ?? null;
  if (parsed === null) {
    throw new DOMException(`"${url}" is no URL`, "SyntaxError");
  }
  // 6–12. Tokenize the features: they tell of the opener and of the referrer policy.
  const { noopener, noreferrer } = tokenize_the_features(features);
  const request = noreferrer ? { ...PLAIN, referrer_policy: "no-referrer" } : PLAIN;
  // 5, 13. Choose a navigable by its name; without an opener that is a new one, except for those of the family.
  const chosen = noopener && !NAMES_OF_THE_FAMILY.includes(target.toLowerCase()) ? null : choose_a_navigable(window, target === "" ? "_blank" : target);
  if (chosen === null) {
    // 15. Navigate a new one.
    const is_script = parsed.startsWith("javascript:");
    const opened = open_a_new_window(is_script ? "" : parsed, target, noopener, request);
    if (is_script) {
      opened?.go(parsed);
    }
    return opened;
  }
  // 16. Navigate one that exists. FIXME: it gets this window as its opener, unless that is refused.
  if (url !== "") {
    chosen.go(parsed, "auto", request, window);
  }
  // 17–18. The window; null without an opener.
  return noopener ? null : chosen;
}

const NAMES_OF_THE_FAMILY = ["_self", "_parent", "_top"];

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#concept-window-open-features-tokenize , as far as it makes a difference here */
function tokenize_the_features(features) {
  const tokenized = new Map(features.split(/[\t\n\f\r ,]+/).filter((feature) => feature !== "").map((feature) => {
    const [name, value = ""] = feature.toLowerCase().split("=", 2);
    return [name, value === "" || value === "yes" || value === "true" || Number.parseInt(value, 10) > 0];
  }));
  const noreferrer = tokenized.get("noreferrer") === true;
  return { noopener: noreferrer || tokenized.get("noopener") === true, noreferrer };
}

/** A new window, as the implementation object; null if nobody here gets to know of it. */
export function open_a_new_window(url, target, noopener, { body, content_type, referrer_policy }) {
  const name = target.startsWith("_") ? "" : target;
  const global = op_window_open(url, name, noopener, body, content_type, referrer_policy);
  return global === null ? null : implementation_of(global);
}

/** https://html.spec.whatwg.org/multipage/document-sequences.html#the-rules-for-choosing-a-navigable ; null: a new one. */
export function choose_a_navigable(window, name) {
  const chosen = navigable_called(window, name);
  return chosen !== null && chosen.is_remote ? load("html/window/remote_windows.js").as_of_this_realm(chosen) : chosen;
}

function navigable_called(window, name) {
  // 1–4. The keywords _self, _parent, _top and _blank.
  switch (name.toLowerCase()) {
    case "":
    case "_self":
      return window;
    case "_parent":
      return window.parent;
    case "_top":
      return window.top;
    case "_blank":
      return null;
  }
  // 5–7. A navigable of that name which can be reached from here.
  const found = op_window_choose(name);
  return found === null ? null : implementation_of(found);
}

/** An upcall: a script of another agent has sent this window to a fragment of its document. */
export function up_navigate_to_a_fragment(url, replace) {
  navigate_to_a_fragment(implementation_of(globalThis), url, replace ? "replace" : "auto");
}
