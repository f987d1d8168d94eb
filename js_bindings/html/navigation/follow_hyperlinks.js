import { split_on_ascii_whitespace } from "../../infra/strings.js";
import { queue_a_global_task } from "../../realm/tasks.js";
import { parse_url } from "../../url/url_record.js";
import { choose_a_navigable, open_a_new_window, PLAIN } from "./navigate.js";

/** https://html.spec.whatwg.org/multipage/links.html#following-hyperlinks-2 */
export function follow_the_hyperlink(element) {
  // 1–4. Choose the target.
  const document = element.node_document;
  const target = element.attribute_value("target") ?? "";
  // 5–9. Parse the URL.
  const url = parse_url(element.attribute_value("href"), document.base_url);
  if (url === null) {
    return;
  }
  // 10–12. The referrer policy, and whether there is an opener.
  const request = { ...PLAIN, referrer_policy: words_of(element).includes("noreferrer") ? "no-referrer" : element.referrerPolicy };
  // 13. Navigate in a task.
  queue_a_global_task("DOM manipulation task source", () => {
    const source = document.default_view;
    const chosen = choose_a_navigable(source, target);
    if (chosen === null) {
      open_a_new_window(url.href, target, is_without_an_opener(element, target), request);
    } else {
      chosen.go(url.href, "auto", request, source);
    }
  });
}

/** https://html.spec.whatwg.org/multipage/links.html#get-an-element's-noopener */
export function is_without_an_opener(element, target) {
  const words = words_of(element);
  return words.includes("noopener") || words.includes("noreferrer") || (target.toLowerCase() === "_blank" && !words.includes("opener"));
}

/** The words of its rel attribute, in lowercase. */
export function words_of(element) {
  return split_on_ascii_whitespace((element.attribute_value("rel") ?? "").toLowerCase());
}
