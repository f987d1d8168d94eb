import { HTML } from "../../dom/namespaces.js";
import { parse_url } from "../../url/url_record.js";
import { load } from "../../webidl/lazy.js";
import { fetch_a_resource } from "../loading/loading.js";
import { associated_document } from "../window/Window.js";
import { HTMLElement } from "./HTMLElement.js";
import { CROSS_ORIGIN, FETCH_PRIORITY, LOADING, REFERRER_POLICY, reflect } from "./reflection.js";

/** https://html.spec.whatwg.org/multipage/embedded-content.html#the-img-element : fetched, but never decoded. */
export class HTMLImageElement extends HTMLElement {
  image_url = null;          // what is fetched or has been
  state = "unavailable";     // or "loading", "available", "broken"
  update_number = 0;

  static {
    reflect(this, {
      string: "alt srcset sizes useMap name align border",
      url: "src lowsrc longDesc",
      boolean: "isMap",
      unsigned_long: "hspace vspace",
      enumerated: {
        crossOrigin: CROSS_ORIGIN, referrerPolicy: REFERRER_POLICY, fetchPriority: FETCH_PRIORITY, loading: LOADING,
        decoding: { values: ["sync", "async", "auto"], missing: "auto" },
      },
    });
  }

  /** https://html.spec.whatwg.org/multipage/embedded-content.html#dom-image */
  static Image(width, height) {
    const image = new HTMLImageElement(associated_document(), "img", HTML);
    if (width !== undefined) {
      image.set_attribute_value("width", String(width));
    }
    if (height !== undefined) {
      image.set_attribute_value("height", String(height));
    }
    return image;
  }

  is_found_by_id() {
    return this.find_attribute("name") !== null;
  }

  get width() {
    return Number.parseInt(this.attribute_value("width") ?? "0", 10) || 0;
  }

  set width(value) {
    this.set_attribute_value("width", String(value));
  }

  get height() {
    return Number.parseInt(this.attribute_value("height") ?? "0", 10) || 0;
  }

  set height(value) {
    this.set_attribute_value("height", String(value));
  }

  get naturalWidth() {
    return 0;
  }

  get naturalHeight() {
    return 0;
  }

  get complete() {
    return this.state !== "loading";
  }

  get currentSrc() {
    return this.image_url ?? "";
  }

  /** https://html.spec.whatwg.org/multipage/embedded-content.html#dom-img-decode */
  decode() {
    const { a_promise_rejected_with } = load("webidl/promises.js");
    return a_promise_rejected_with(new DOMException("images are not decoded", "EncodingError"));
  }

  attribute_change_steps(local_name, old_value, value, namespace) {
    super.attribute_change_steps(local_name, old_value, value, namespace);
    if (namespace === null && (local_name === "src" || (local_name === "crossorigin" && old_value !== value))) {
      this.update_the_image_data();
    }
  }

  /** https://html.spec.whatwg.org/multipage/images.html#update-the-image-data */
  update_the_image_data() {
    // 1–8. NB: nothing is kept between images, and what srcset offers is not looked at.
    const number = ++this.update_number;
    const src = this.attribute_value("src");
    if (src === null || this.node_document.default_view === null) {
      this.state = "unavailable";
      this.image_url = null;
      return;
    }
    // 9–13. Select the image source, and parse its URL.
    const url = src === "" ? null : parse_url(src, this.node_document.base_url);
    this.image_url = url?.href ?? null;
    this.state = "loading";
    // 14–26. Fetch it. NB: a source without a URL fails as one that nobody answers.
    const options = { destination: "image", cross_origin: this.crossOrigin, referrer_policy: this.referrerPolicy, initiator_type: "img" };
    fetch_a_resource(this, url?.href ?? "", options, (ok) => {
      if (number !== this.update_number) {
        return false;
      }
      this.state = ok ? "available" : "broken";
      return true;
    });
  }
}
