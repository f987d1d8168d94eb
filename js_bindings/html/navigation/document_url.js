import { op_window_url_changed } from "../../ops.js";
import { set_api_base_url } from "../../realm/environment.js";

/** https://html.spec.whatwg.org/multipage/dom.html#set-the-url : the document of this realm has another address. */
export function set_the_url(document, url) {
  document.url = url;
  set_api_base_url(document.base_url);
  op_window_url_changed(url, document.base_url);
}
