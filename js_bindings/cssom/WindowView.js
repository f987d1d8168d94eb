import { load } from "../webidl/lazy.js";

const WIDTH = 1280;
const HEIGHT = 720;

/** https://drafts.csswg.org/cssom-view/#extensions-to-the-window-interface : a window of a fixed size that shows nothing. */
export class WindowView {
  get innerWidth() {
    return WIDTH;
  }

  get innerHeight() {
    return HEIGHT;
  }

  get outerWidth() {
    return WIDTH;
  }

  get outerHeight() {
    return HEIGHT;
  }

  get devicePixelRatio() {
    return 1;
  }

  get screen() {
    return this.screen_object ??= new (load("cssom/Screen.js").Screen)();
  }

  getComputedStyle(element, pseudo_element) {
    return load("cssom/computed_style.js").computed_style(element);
  }

  matchMedia(query) {
    return new (load("cssom/MediaQueryList.js").MediaQueryList)(query, WIDTH, HEIGHT);
  }
}

for (const name of ["scrollX", "scrollY", "pageXOffset", "pageYOffset", "screenX", "screenY", "screenLeft", "screenTop"]) {
  Object.defineProperty(WindowView.prototype, name, { get: () => 0, configurable: true });
}

for (const name of ["moveTo", "moveBy", "resizeTo", "resizeBy", "scroll", "scrollTo", "scrollBy"]) {
  Object.defineProperty(WindowView.prototype, name, { value: () => undefined, writable: true, configurable: true });
}
