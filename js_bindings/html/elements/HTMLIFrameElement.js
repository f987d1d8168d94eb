import { not_implemented } from "../../webidl/not_implemented.js";
import { HTMLElement } from "../HTMLElement.js";
import { LOADING, REFERRER_POLICY, reflect } from "../reflection.js";

/** https://html.spec.whatwg.org/multipage/iframe-embed-object.html#the-iframe-element . FIXME: nothing is loaded into it. */
export class HTMLIFrameElement extends HTMLElement {
  static {
    reflect(this, {
      string: "srcdoc name allow width height align scrolling frameBorder marginHeight marginWidth",
      url: "src longDesc",
      boolean: "allowFullscreen",
      enumerated: { referrerPolicy: REFERRER_POLICY, loading: LOADING },
      tokens: { sandbox: ["allow-forms", "allow-modals", "allow-popups", "allow-same-origin", "allow-scripts", "allow-top-navigation"] },
    });
    this.prototype.getSVGDocument = not_implemented("frames are not loaded");
  }

  is_found_by_id() {
    return false;
  }

  get contentDocument() {
    return null;
  }

  get contentWindow() {
    return null;
  }
}
