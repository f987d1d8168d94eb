import { include } from "../../webidl/properties.js";
import { HTMLElement } from "./HTMLElement.js";
import { is_attribute_of } from "./members_of_interfaces.js";
import { reflect } from "./reflection.js";

// https://html.spec.whatwg.org/multipage/webappapis.html#window-reflecting-body-element-event-handler-set
const REFLECTING = new Set(["onblur", "onerror", "onfocus", "onload", "onresize", "onscroll"]);

/** Event handlers that are the window's: https://html.spec.whatwg.org/multipage/webappapis.html#determining-the-target-of-an-event-handler */
class HandlersOfTheWindow {
  event_handler_target(name) {
    // 1–4. NB: a body that is not the document's own still has the window as its target.
    if (REFLECTING.has(name) || is_attribute_of("HTMLBodyElement", name)) {
      return this.node_document.default_view;
    }
    return this;
  }
}

/** https://html.spec.whatwg.org/multipage/sections.html#the-body-element */
export class HTMLBodyElement extends HTMLElement {
  static {
    include(this, HandlersOfTheWindow);
    reflect(this, { string: "text link vLink aLink bgColor background" });
  }

  get has_passive_default() {
    return this.node_document.body === this;
  }
}

/** https://html.spec.whatwg.org/multipage/obsolete.html#frameset */
export class HTMLFrameSetElement extends HTMLElement {
  static {
    include(this, HandlersOfTheWindow);
    reflect(this, { string: "cols rows" });
  }
}
