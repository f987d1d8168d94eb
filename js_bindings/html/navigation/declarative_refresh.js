import { parse_url } from "../../url/url_record.js";
import { load } from "../../webidl/lazy.js";
import { run_steps_after_a_timeout } from "../../realm/timers.js";

const LONGEST = 2_000_000;   // seconds, as long as timers can be

/**
 * https://html.spec.whatwg.org/multipage/semantics.html#shared-declarative-refresh-steps
 *
 * `input` is what a meta element or the header says: "5; url=/next".
 */
export function declaratively_refresh(document, input) {
  // 1. A document that will refresh keeps its first refresh. (NB: in a sandbox without scripts nothing happens by itself.)
  if (document.refresh !== null || !document.scripting) {
    return;
  }
  // 2–8. Parse the time.
  const [, time, fraction, rest] = /^[\t\n\f\r ]*(\d*)([\d.]*)(.*)$/s.exec(input);
  if ((time === "" && fraction === "") || !/^(?:$|[;,\t\n\f\r ])/.test(rest)) {
    return;
  }
  // 9–13. Parse the URL.
  const address = rest.replace(/^[\t\n\f\r ]*[;,]?[\t\n\f\r ]*/, "");
  const url = address === "" ? document.url : parse_url(without_its_name(address), document.base_url)?.href;
  if (url === undefined || url.startsWith("javascript:")) {
    return;
  }
  // 14. The document will refresh.
  document.refresh = { url, milliseconds: Math.min(Number(time), LONGEST) * 1000 };
  // 15. The time begins when the document is completely loaded.
  if (document.ready_state === "complete") {
    begin_the_refresh(document);
  }
}

/** The address of "url = 'address' and more", or of "address". */
function without_its_name(text) {
  const named = text.replace(/^url[\t\n\f\r ]*=[\t\n\f\r ]*/i, "");
  const quote = named[0];
  return quote === '"' || quote === "'" ? named.slice(1).split(quote, 1)[0] : named;
}

/** The document is completely loaded: if it is to be left, that will be done when the time is over. */
export function begin_the_refresh(document) {
  const { refresh } = document;
  if (refresh === null) {
    return;
  }
  run_steps_after_a_timeout(refresh.milliseconds, () => {
    if (document.default_view?.document === document) {
      load("html/navigation/navigate.js").navigate(document.default_view, refresh.url, "replace");
    }
  });
}
