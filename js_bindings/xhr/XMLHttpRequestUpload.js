import { XMLHttpRequestEventTarget } from "./XMLHttpRequestEventTarget.js";

/** https://xhr.spec.whatwg.org/#xmlhttprequestupload */
export class XMLHttpRequestUpload extends XMLHttpRequestEventTarget {
  /** Ours: the "upload listener flag" is set when somebody listens for anything. */
  get is_listened_to() {
    for (const { capturing, bubbling } of this.event_listener_list?.values() ?? []) {
      if (capturing.size + bubbling.size > 0) return true;
    }
    return false;
  }
}
