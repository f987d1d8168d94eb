import { child_text_content, string_replace_all } from "../../dom/Node.js";
import { prepare_the_script_element } from "../loading/scripts.js";
import { HTMLElement } from "./HTMLElement.js";
import { CROSS_ORIGIN, FETCH_PRIORITY, REFERRER_POLICY, reflect } from "./reflection.js";

/** https://html.spec.whatwg.org/multipage/scripting.html#htmlscriptelement */
export class HTMLScriptElement extends HTMLElement {
  parser_document = null;
  preparation_time_document = null;
  force_async = true;
  from_an_external_file = false;
  already_started = false;
  delaying_the_load_event = false;
  script_type = null;                               // its type: null, "classic", "module"
  result = "uninitialized";                         // or null, or the script
  steps_to_run_when_the_result_is_ready = null;
  line = 1;                                         // ours: where its text begins in the document
  column = 1;

  static {
    reflect(this, {
      string: "type integrity charset event htmlFor=for",
      url: "src",
      boolean: "noModule defer",
      enumerated: { crossOrigin: CROSS_ORIGIN, referrerPolicy: REFERRER_POLICY, fetchPriority: FETCH_PRIORITY },
      tokens: { blocking: ["render"] },
    });
  }

  static supports(type) {
    return type === "classic" || type === "module" || type === "importmap";
  }

  get async() {
    return this.force_async || this.find_attribute("async") !== null;
  }

  set async(value) {
    this.force_async = false;
    this.toggleAttribute("async", value);
  }

  get text() {
    return child_text_content(this);
  }

  set text(value) {
    string_replace_all(value, this);
  }

  // https://html.spec.whatwg.org/multipage/scripting.html#script-processing-model : when a script of no parser begins

  post_connection_steps() {
    if (this.parser_document === null) {
      prepare_the_script_element(this);
    }
  }

  children_changed_steps() {
    if (this.isConnected && this.parser_document === null) {
      prepare_the_script_element(this);
    }
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (namespace !== null) {
      return;
    }
    if (local_name === "async" && value !== null) {
      this.force_async = false;
    } else if (local_name === "src" && old_value === null && value !== null && this.isConnected && this.parser_document === null) {
      prepare_the_script_element(this);
    }
  }

  cloning_steps(copy) {
    copy.already_started = this.already_started;
  }
}
