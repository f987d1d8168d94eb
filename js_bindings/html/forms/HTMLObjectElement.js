import { include } from "../../webidl/properties.js";
import { NoContent } from "../elements/embedded.js";
import { HTMLElement } from "../elements/HTMLElement.js";
import { reflect } from "../elements/reflection.js";
import { FormControl } from "./controls.js";

/** https://html.spec.whatwg.org/multipage/iframe-embed-object.html#htmlobjectelement : what it shows is not loaded, but it belongs to a form. */
export class HTMLObjectElement extends HTMLElement {
  validity_state = null;
  custom_validity_message = "";

  static {
    include(this, NoContent);
    include(this, FormControl);
    reflect(this, {
      url: "data codeBase",
      string: "type name width height align archive code standby codeType useMap border",
      boolean: "declare",
      unsigned_long: "hspace vspace",
    });
  }

  get willValidate() {
    return false;
  }

  is_found_by_id() {
    return true;
  }
}
