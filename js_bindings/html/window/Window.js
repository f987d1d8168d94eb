import { EventTarget } from "../../dom/EventTarget.js";
import { current_event_holder } from "../../dom/dispatch.js";
import { getter, setPrototypeOf, setter } from "../../intrinsics.js";
import { op_frames_are, op_window_close, op_window_dialog, op_window_disown_opener, op_window_name, op_window_proxy_relative, op_window_set_name } from "../../ops.js";
import { load } from "../../webidl/lazy.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { implementation_of, platform_object_of } from "../../webidl/platform_objects.js";
import { brand_of } from "../../webidl/tables.js";
import { api_base_url } from "../../realm/environment.js";
import { environment_facts } from "../../realm/environment_facts.js";
import { WindowOrWorkerGlobalScope } from "../../realm/WindowOrWorkerGlobalScope.js";
import { WindowView } from "../../cssom/WindowView.js";
import { include } from "../../webidl/properties.js";

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#window */
export class Window extends EventTarget {
  associated = null;             // https://html.spec.whatwg.org/multipage/nav-history-apis.html#concept-document-window
  named_properties = null;       // https://webidl.spec.whatwg.org/#named-properties-object
  location_object = null;
  history_object = null;
  navigator_object = null;
  external_object = null;
  bars = null;
  status = "";
  is_closed = false;
  parent_window = null;          // the implementation object of the window that has this one in a frame
  is_remote = false;             // ours: a RemoteWindow is, whose document lives in another agent
  is_detached = false;           // ours: its frame has been removed, or shows another window
  frame_element = null;          // the iframe; null for the window of a page
  indices = 0;                   // ours: how many frames are properties
  local_storage = null;
  session_storage = null;

  static {
    Object.defineProperty(this.prototype, brand_of("WindowProxy"), { __proto__: null, value: true });
    include(this, WindowOrWorkerGlobalScope);
    include(this, WindowView);
    this.prototype.customElements = not_implemented("there are no custom elements");
    this.prototype.navigation = not_implemented("the navigation API is not there yet");
    this.prototype.fetchLater = not_implemented("nothing is fetched once a page has gone");
    this.prototype.cookieStore = not_implemented("cookies are reached through document.cookie");
  }

  /** Called once the global object is this window's platform object. */
  global_object_is_ready() {
    // NB: a window that is empty at first knows so, whatever document is already on its way.
    environment_facts();
    // NB: the named properties object is an ordinary one, whose properties come and go with the elements: a proxy in the prototype
    // chain of the global object would make every undeclared name undefined.
    const window_prototype = Object.getPrototypeOf(globalThis);
    this.named_properties = Object.create(Object.getPrototypeOf(window_prototype));
    Object.defineProperty(this.named_properties, Symbol.toStringTag, { value: "WindowProperties", configurable: true });
    setPrototypeOf(window_prototype, this.named_properties);
  }

  /** Ours: an element of this id or name has come into the document. */
  name_appeared(name) {
    Object.defineProperty(this.named_properties, name, {
      get: getter(name, () => this.named_object(name)),
      set: setter(name, (this_value, value) => {
        Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
      }),
      enumerable: false,
      configurable: true,
    });
  }

  name_disappeared(name) {
    if (!this.document.ids.has(name) && !this.document.named_elements.has(name)) {
      delete this.named_properties[name];
    }
  }

  /** https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-window-nameditem , as scripts see it */
  named_object(name) {
    const { named_elements, ids } = this.document;
    const elements = [...new Set([...named_elements.all(name), ...ids.all(name)])];
    if (elements.length === 0) {
      return undefined;
    }
    const frame = named_elements.all(name).find((element) => element.is_html("iframe") && element.contentWindow !== null);
    if (frame !== undefined) {
      return platform_object_of(frame.contentWindow);
    }
    if (elements.length === 1) {
      return platform_object_of(elements[0]);
    }
    const wanted = () => new Set([...named_elements.all(name), ...ids.all(name)]);
    return platform_object_of(this.document.collection(`window ${name}`, (element) => wanted().has(element), true));
  }

  get has_passive_default() {
    return true;
  }

  compile_event_handler(name, handler) {
    return load("html/elements/event_handler_content_attributes.js").compile_event_handler(this, name, handler);
  }

  get window() {
    return this;
  }

  get self() {
    return this;
  }

  get frames() {
    return this;
  }

  get top() {
    let window = this;
    while (window.parent_window !== null) {
      window = window.parent_window;
      if (window.is_remote) {
        const top = op_window_proxy_relative(null, "top");
        return top === null ? null : implementation_of(top);
      }
    }
    return window.is_detached ? null : window;
  }

  get name() {
    return this.is_detached ? "" : op_window_name();
  }

  set name(value) {
    op_window_set_name(value);
  }

  get parent() {
    return this.is_detached ? null : this.parent_window ?? this;
  }

  get opener() {
    return this.is_detached || this.parent_window !== null ? null : op_window_proxy_relative(null, "opener");
  }

  set opener(value) {
    if (value === null) {
      op_window_disown_opener();
    } else {
      Object.defineProperty(globalThis, "opener", { value, writable: true, enumerable: true, configurable: true });
    }
  }

  get frameElement() {
    return this.frame_element;
  }

  get length() {
    return this.associated === null ? 0 : load("html/navigation/frames.js").child_windows(this.associated).length;
  }

  /** Ours: frames have come or gone; window[0] and so on are properties of the named properties object too. */
  frames_changed() {
    const { length } = this;
    for (let index = this.indices; index < length; ++index) {
      Object.defineProperty(this.named_properties, index, {
        get: getter(String(index), () => platform_object_of(load("html/navigation/frames.js").child_windows(this.associated)[index])),
        enumerable: true,
        configurable: true,
      });
    }
    for (let index = length; index < this.indices; ++index) {
      delete this.named_properties[index];
    }
    this.indices = length;
    op_frames_are(load("html/navigation/frames.js").frame_numbers(this.associated));
  }

  /** Ours: navigate it, in the name of the document in another window of its agent, as its own realm does: see html/navigation/navigate.js. */
  go(url, history_handling = "auto", request = undefined, source = this) {
    load("html/navigation/navigate.js").navigate(this, url, history_handling, request, source);
  }

  /** Ours: what Python calls its environment. */
  get environment_id() {
    return environment_facts().id;
  }

  /** Ours: https://html.spec.whatwg.org/multipage/webappapis.html#api-base-url of its environment. */
  get api_base_url() {
    return api_base_url();
  }

  /** Ours: the steps of unloading that scripts notice, for this window and those inside it. */
  unload() {
    load("html/loading/unloading.js").unload_a_window(this);
  }

  get closed() {
    return this.is_closed;
  }

  get document() {
    return this.associated ??= load("html/window/initial_about_blank.js").initial_about_blank(this);
  }

  get event() {
    return current_event_holder.current_event;
  }

  get location() {
    return this.location_object ??= new (load("html/navigation/Location.js").Location)(this);
  }

  get history() {
    return this.history_object ??= new (load("html/navigation/History.js").History)(this);
  }

  get navigator() {
    return this.navigator_object ??= new (load("html/window/Navigator.js").Navigator)();
  }

  get clientInformation() {
    return this.navigator;
  }

  get external() {
    return this.external_object ??= new (load("html/window/External.js").External)();
  }

  get originAgentCluster() {
    return true;
  }

  get localStorage() {
    return this.local_storage ??= load("html/web_storage/Storage.js").storage_of_this_realm("local");
  }

  get sessionStorage() {
    return this.session_storage ??= load("html/web_storage/Storage.js").storage_of_this_realm("session");
  }

  get crossOriginIsolated() {
    return environment_facts().cross_origin_isolated;
  }

  close() {
    if (!this.is_closed && this.parent_window === null) {
      this.is_closed = true;
      op_window_close();
    }
  }

  stop() {
    load("html/loading/loading.js").stop(this.document);
  }

  focus() {
    if (this.frame_element !== null) {
      load("html/elements/focus.js").focus_a_window(this);
    }
  }

  /** Ours: to be called in its own realm. */
  lose_the_focus() {
    load("html/elements/focus.js").lose_the_focus(this);
  }

  blur() {}

  captureEvents() {}

  releaseEvents() {}

  open(url, target, features) {
    return load("html/navigation/navigate.js").window_open(this, url, target, features);
  }

  /** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-alert : whoever runs the browser reads it. */
  alert(message) {
    op_window_dialog("alert", message ?? "", "");
  }

  confirm(message) {
    return op_window_dialog("confirm", message, "") !== null;
  }

  prompt(message, fallback) {
    return op_window_dialog("prompt", message, fallback);
  }

  print() {
    load("html/window/printing.js").print(this);
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-window-postmessage */
  postMessage(message, options, transfer) {
    load("html/window/window_messages.js").window_post_message(this, message, options, transfer);
  }

  requestAnimationFrame(callback) {
    return load("realm/animation_frames.js").request_animation_frame(callback);
  }

  cancelAnimationFrame(handle) {
    load("realm/animation_frames.js").cancel_animation_frame(handle);
  }

  requestIdleCallback(callback, options) {
    return load("html/window/IdleDeadline.js").request_idle_callback(callback, options);
  }

  cancelIdleCallback(handle) {
    load("html/window/IdleDeadline.js").cancel_idle_callback(handle);
  }
}

for (const name of ["locationbar", "menubar", "personalbar", "scrollbars", "statusbar", "toolbar"]) {
  Object.defineProperty(Window.prototype, name, {
    get() {
      this.bars ??= new Map();
      if (!this.bars.has(name)) {
        this.bars.set(name, new (load("html/window/BarProp.js").BarProp)());
      }
      return this.bars.get(name);
    },
    configurable: true,
  });
}

/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#concept-document-window , of this realm's window */
export function associated_document() {
  return implementation_of(globalThis).document;
}
