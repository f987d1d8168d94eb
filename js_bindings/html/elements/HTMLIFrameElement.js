import { load } from "../../webidl/lazy.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { connect_a_frame, disconnect_a_frame, process_the_iframe_attributes, rename_a_frame, run_the_iframe_load_event_steps } from "../navigation/frames.js";
import { HTMLElement } from "./HTMLElement.js";
import { LOADING, REFERRER_POLICY, reflect } from "./reflection.js";

/** https://html.spec.whatwg.org/multipage/iframe-embed-object.html#the-iframe-element . FIXME: of sandbox only origin and scripts are obeyed. */
export class HTMLIFrameElement extends HTMLElement {
  content_window = null;         // the implementation object of the window it shows: https://html.spec.whatwg.org/multipage/document-sequences.html#content-navigable
  frame_number = 0;              // what Python calls it
  delays = 0;                    // how many navigations the load event of its document waits for

  static {
    reflect(this, {
      string: "srcdoc name allow width height align scrolling frameBorder marginHeight marginWidth",
      url: "src longDesc",
      boolean: "allowFullscreen",
      enumerated: { referrerPolicy: REFERRER_POLICY, loading: LOADING },
      tokens: { sandbox: ["allow-forms", "allow-modals", "allow-popups", "allow-same-origin", "allow-scripts", "allow-top-navigation"] },
    });
    this.prototype.getSVGDocument = not_implemented("there are no SVG documents");
  }

  is_found_by_id() {
    return false;
  }

  post_connection_steps() {
    connect_a_frame(this);
  }

  removing_steps(old_parent) {
    super.removing_steps(old_parent);
    disconnect_a_frame(this);
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (namespace !== null) {
      return;
    }
    if (local_name === "srcdoc" || (local_name === "src" && value !== null && this.find_attribute("srcdoc") === null)) {
      process_the_iframe_attributes(this);
    } else if (local_name === "name" && this.content_window !== null) {
      rename_a_frame(this);
    }
  }

  get contentWindow() {
    return this.content_window;
  }

  /** https://html.spec.whatwg.org/multipage/document-sequences.html#concept-bcc-content-document */
  get contentDocument() {
    const window = this.content_window;
    return window === null || window.is_remote ? null : window.document;
  }

  /** Ours: what it shows has loaded. To be called in the realm of the element. */
  run_the_load_event_steps() {
    run_the_iframe_load_event_steps(this);
  }

  /** Ours: so has the focus gone to what is in it. */
  contain_the_focus() {
    load("html/elements/focus.js").focus_in_its_document(this);
  }

  delay_the_load_event() {
    ++this.delays;
    this.node_document.loading?.delay();
  }

  undelay_the_load_event() {
    for (; this.delays > 0; --this.delays) {
      this.node_document.loading?.undelay();
    }
  }
}

