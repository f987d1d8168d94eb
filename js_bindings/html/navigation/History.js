import { fire_an_event } from "../../dom/EventTarget.js";
import { api_base_url } from "../../realm/environment.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { parse_url } from "../../url/url_record.js";
import { structured_deserialize } from "../structured_clone/structured_deserialize.js";
import { structured_serialize_for_storage } from "../structured_clone/structured_serialize.js";
import { set_the_url } from "./document_url.js";
import { HashChangeEvent, PopStateEvent } from "./history_events.js";

/** Ours: a session history entry of this document. */
class Entry {
  url;
  serialized_state;      // null, or a structured clone

  constructor(url, serialized_state) {
    this.url = url;
    this.serialized_state = serialized_state;
  }
}

/**
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-history-interface
 *
 * AD-HOC: only the entries of this document: there is no way back to another one.
 */
export class History {
  window;
  entries;
  index = 0;
  state_value = null;         // https://html.spec.whatwg.org/multipage/nav-history-apis.html#concept-history-state
  scrollRestoration = "auto";

  constructor(window) {
    this.window = window;
    this.entries = [new Entry(window.document.url, null)];
  }

  get length() {
    return this.entries.length;
  }

  get state() {
    return this.state_value;
  }

  pushState(data, unused, url) {
    this.change_state(data, url, false);
  }

  replaceState(data, unused, url) {
    this.change_state(data, url, true);
  }

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#shared-history-push/replace-state-steps */
  change_state(data, url, replace) {
    const { document } = this.window;
    // 1–4. Serialize the state for storage.
    const serialized = structured_serialize_for_storage(data);
    // 5–7. Parse the URL, which the document must be able to have.
    let new_url = document.url;
    if (url !== null) {
      const parsed = parse_url(url, api_base_url());
      if (parsed === null || !can_have_its_url_rewritten(document, parsed)) {
        throw new DOMException(`a history entry of ${document.url} cannot have the URL ${url}`, "SecurityError");
      }
      new_url = parsed.href;
    }
    // 8–10. Add the entry with the URL and the state. FIXME: the navigate event.
    this.add_entry(new_url, serialized, replace);
    set_the_url(document, new_url);
  }

  /** https://html.spec.whatwg.org/multipage/browsing-the-web.html#url-and-history-update-steps */
  add_entry(url, serialized_state, replace) {
    const entry = new Entry(url, serialized_state);
    if (replace) {
      this.entries[this.index] = entry;
    } else {
      this.entries.splice(this.index + 1, Infinity, entry);
      ++this.index;
    }
    this.state_value = serialized_state === null ? null : structured_deserialize(serialized_state);
  }

  back() {
    this.traverse_by(-1);
  }

  forward() {
    this.traverse_by(1);
  }

  go(delta) {
    if (delta === 0) {
      this.window.location.reload();
    } else {
      this.traverse_by(delta);
    }
  }

  /** https://html.spec.whatwg.org/multipage/browsing-the-web.html#traverse-the-history-by-a-delta */
  traverse_by(delta) {
    queue_a_global_task("navigation and traversal task source", () => {
      const entry = this.entries[this.index + delta];
      if (entry === undefined) {
        return;
      }
      const { document } = this.window;
      const old_url = document.url;
      this.index += delta;
      set_the_url(document, entry.url);
      this.state_value = entry.serialized_state === null ? null : structured_deserialize(entry.serialized_state);
      fire_an_event("popstate", this.window, { state: this.state_value }, PopStateEvent);
      if (old_url !== entry.url && old_url.split("#", 1)[0] === entry.url.split("#", 1)[0]) {
        fire_an_event("hashchange", this.window, { oldURL: old_url, newURL: entry.url }, HashChangeEvent);
      }
    });
  }
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#can-have-its-url-rewritten */
function can_have_its_url_rewritten(document, target) {
  // 1–2. All but path, query and fragment must be those of the document's URL.
  const own = parse_url(document.url);
  for (const part of ["protocol", "username", "password", "hostname", "port"]) {
    if (own[part] !== target[part]) {
      return false;
    }
  }
  // 3–5. With HTTP(S) these may differ; otherwise only query and fragment, or the fragment alone.
  if (target.protocol === "http:" || target.protocol === "https:") {
    return true;
  }
  return own.pathname === target.pathname && (target.protocol === "file:" || own.search === target.search);
}
