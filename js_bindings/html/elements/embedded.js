import { descendants_collection } from "../../dom/HTMLCollection.js";
import { HTML } from "../../dom/namespaces.js";
import { not_implemented } from "../../webidl/not_implemented.js";
import { new_promise } from "../../webidl/promises.js";
import { include } from "../../webidl/properties.js";
import { associated_document } from "../window/Window.js";
import { HTMLElement } from "./HTMLElement.js";
import { CROSS_ORIGIN, reflect } from "./reflection.js";

/** Embedded content, of which nothing is loaded: https://html.spec.whatwg.org/multipage/embedded-content.html */

const NOT_PLAYED = not_implemented("media are not played");

/** https://html.spec.whatwg.org/multipage/media.html#media-elements */
export class HTMLMediaElement extends HTMLElement {
  volume = 1;
  defaultPlaybackRate = 1;
  playbackRate = 1;
  preservesPitch = true;
  raw_muted = null;
  raw_time = 0;

  static {
    reflect(this, {
      url: "src",
      boolean: "autoplay loop controls defaultMuted=muted",
      enumerated: {
        crossOrigin: CROSS_ORIGIN,
        preload: { values: { none: "none", metadata: "metadata", auto: "auto", "": "auto" }, missing: "metadata" },
      },
    });
    for (const name of ["fastSeek", "getStartDate", "audioTracks", "videoTracks", "textTracks", "addTextTrack", "srcObject", "buffered", "played", "seekable"]) {
      this.prototype[name] = NOT_PLAYED;
    }
  }

  get error() {
    return null;
  }

  get currentSrc() {
    return this.src;
  }

  get networkState() {
    return 0;
  }

  get readyState() {
    return 0;
  }

  get seeking() {
    return false;
  }

  get currentTime() {
    return this.raw_time;
  }

  set currentTime(value) {
    this.raw_time = value;
  }

  get duration() {
    return NaN;
  }

  get paused() {
    return true;
  }

  get ended() {
    return false;
  }

  get muted() {
    return this.raw_muted ?? this.defaultMuted;
  }

  set muted(value) {
    this.raw_muted = value;
  }

  load() {}

  pause() {}

  /** https://html.spec.whatwg.org/multipage/media.html#dom-media-play : nothing can be decoded. */
  play() {
    const { promise, reject } = new_promise();
    reject(new DOMException("media are not played", "NotSupportedError"));
    return promise;
  }

  canPlayType(type) {
    return "";
  }
}

export class HTMLAudioElement extends HTMLMediaElement {
  static Audio(src) {
    const audio = new HTMLAudioElement(associated_document(), "audio", HTML);
    audio.set_attribute_value("preload", "auto");
    if (src !== undefined) {
      audio.set_attribute_value("src", src);
    }
    return audio;
  }
}

export class HTMLVideoElement extends HTMLMediaElement {
  static {
    reflect(this, { unsigned_long: "width height", url: "poster", boolean: "playsInline" });
  }

  get videoWidth() {
    return 0;
  }

  get videoHeight() {
    return 0;
  }
}

/** https://html.spec.whatwg.org/multipage/canvas.html#the-canvas-element */
export class HTMLCanvasElement extends HTMLElement {
  static {
    reflect(this, { unsigned_long: "width=width:300 height=height:150" });
    for (const name of ["getContext", "toDataURL", "toBlob", "transferControlToOffscreen"]) {
      this.prototype[name] = not_implemented("nothing is drawn");
    }
  }
}

export class NoContent {
  get contentDocument() {
    return null;
  }

  get contentWindow() {
    return null;
  }

  getSVGDocument() {
    return null;
  }
}

export class HTMLEmbedElement extends HTMLElement {
  static {
    include(this, NoContent);
    reflect(this, { url: "src", string: "type width height align name" });
  }

  is_found_by_id() {
    return false;
  }
}

export class HTMLFrameElement extends HTMLElement {
  static {
    include(this, NoContent);
    reflect(this, { string: "name scrolling frameBorder marginHeight marginWidth", url: "src longDesc", boolean: "noResize" });
  }
}

export class HTMLMapElement extends HTMLElement {
  areas_collection = null;

  static {
    reflect(this, { string: "name" });
  }

  get areas() {
    return this.areas_collection ??= descendants_collection(this, (element) => element.is_html("area"));
  }
}

export class HTMLMarqueeElement extends HTMLElement {
  static {
    reflect(this, { string: "behavior bgColor direction height width", unsigned_long: "hspace vspace" });
  }

  start() {}

  stop() {}
}

/** https://html.spec.whatwg.org/multipage/scripting.html#the-slot-element */
export class HTMLSlotElement extends HTMLElement {
  static {
    reflect(this, { string: "name" });
    this.prototype.assign = not_implemented("there are no shadow trees");
  }

  assignedNodes(options) {
    return [];
  }

  assignedElements(options) {
    return [];
  }
}
