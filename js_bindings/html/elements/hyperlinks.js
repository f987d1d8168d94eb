import { descendant_text_content, string_replace_all } from "../../dom/Node.js";
import { parse_url } from "../../url/url_record.js";
import { load } from "../../webidl/lazy.js";
import { include } from "../../webidl/properties.js";
import { HTMLElement } from "./HTMLElement.js";
import { REFERRER_POLICY, reflect } from "./reflection.js";

/** https://html.spec.whatwg.org/multipage/links.html#htmlhyperlinkelementutils */
class HTMLHyperlinkElementUtils {
  /** https://html.spec.whatwg.org/multipage/links.html#concept-hyperlink-url ; null for failure. NB: parsed when asked for. */
  get url_of_hyperlink() {
    const href = this.attribute_value("href");
    return href === null ? null : parse_url(href, this.node_document.base_url);
  }

  get href() {
    return this.url_of_hyperlink?.href ?? this.attribute_value("href") ?? "";
  }

  set href(value) {
    this.set_attribute_value("href", value);
  }

  get origin() {
    return this.url_of_hyperlink?.origin ?? "";
  }

  toString() {
    return this.href;
  }

  get is_focusable_by_nature() {
    return this.find_attribute("href") !== null;
  }

  /** https://html.spec.whatwg.org/multipage/links.html#links-created-by-a-and-area-elements */
  activation_behavior(event) {
    // 1–4. Without href an element is no hyperlink,
    if (this.find_attribute("href") === null || this.node_document.default_view === null || !this.isConnected) {
      return;
    }
    // 5–7. with it the hyperlink is followed. FIXME: the download attribute.
    load("html/navigation/follow_hyperlinks.js").follow_the_hyperlink(this);
  }
}

for (const member of ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]) {
  Object.defineProperty(HTMLHyperlinkElementUtils.prototype, member, {
    get() {
      return this.url_of_hyperlink?.[member] ?? (member === "protocol" ? ":" : "");
    },
    set(value) {
      const url = this.url_of_hyperlink;
      if (url !== null) {
        this.href = url.with(member, value).href;
      }
    },
    configurable: true,
  });
}

const RELATIONS = ["noreferrer", "noopener", "opener"];

/** https://html.spec.whatwg.org/multipage/text-level-semantics.html#htmlanchorelement */
export class HTMLAnchorElement extends HTMLElement {
  static {
    include(this, HTMLHyperlinkElementUtils);
    reflect(this, {
      string: "target download ping rel hreflang type coords charset name rev shape",
      enumerated: { referrerPolicy: REFERRER_POLICY },
      tokens: { "relList=rel": RELATIONS },
    });
  }

  get text() {
    return descendant_text_content(this);
  }

  set text(value) {
    string_replace_all(value, this);
  }
}

/** https://html.spec.whatwg.org/multipage/image-maps.html#htmlareaelement */
export class HTMLAreaElement extends HTMLElement {
  static {
    include(this, HTMLHyperlinkElementUtils);
    reflect(this, {
      string: "alt coords shape target download ping rel",
      boolean: "noHref",
      enumerated: { referrerPolicy: REFERRER_POLICY },
      tokens: { "relList=rel": RELATIONS },
    });
  }
}

