import { op_window_open } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { choose_a_navigable } from "./navigate.js";
import { queue_a_global_task } from "./tasks.js";

/** https://html.spec.whatwg.org/multipage/links.html#following-hyperlinks-2 */
export function follow_the_hyperlink(element) {
  // 1-4. Where does it open?
  const document = element.node_document;
  const target = element.attribute_value("target") ?? "";
  // 5-9. What does it lead to?
  const url = parse_url(element.attribute_value("href"), document.base_url);
  if (url === null) {
    return;
  }
  // 10-13. Go there, once the script has ended.
  queue_a_global_task("DOM manipulation task source", () => {
    const chosen = choose_a_navigable(document.default_view, target);
    if (chosen === null) {
      op_window_open(url.href);
    } else {
      chosen.go(url.href);
    }
  });
}
