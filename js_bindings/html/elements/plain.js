import { reflect } from "./reflection.js";
import { HTMLElement } from "./HTMLElement.js";

/** Elements that are little more than their attributes: https://html.spec.whatwg.org/multipage/#toc-semantics */

export class HTMLHeadingElement extends HTMLElement {
  static {
    reflect(this, { string: "align" });
  }
}

export class HTMLParagraphElement extends HTMLElement {
  static {
    reflect(this, { string: "align" });
  }
}

export class HTMLHRElement extends HTMLElement {
  static {
    reflect(this, { string: "align color size width", boolean: "noShade" });
  }
}

export class HTMLPreElement extends HTMLElement {
  static {
    reflect(this, { long: "width" });
  }
}

export class HTMLQuoteElement extends HTMLElement {
  static {
    reflect(this, { url: "cite" });
  }
}

export class HTMLOListElement extends HTMLElement {
  static {
    reflect(this, { boolean: "reversed compact", long: "start=start:1", string: "type" });
  }
}

export class HTMLUListElement extends HTMLElement {
  static {
    reflect(this, { boolean: "compact", string: "type" });
  }
}

export class HTMLMenuElement extends HTMLElement {
  static {
    reflect(this, { boolean: "compact" });
  }
}

export class HTMLDirectoryElement extends HTMLElement {
  static {
    reflect(this, { boolean: "compact" });
  }
}

export class HTMLLIElement extends HTMLElement {
  static {
    reflect(this, { long: "value", string: "type" });
  }
}

export class HTMLDListElement extends HTMLElement {
  static {
    reflect(this, { boolean: "compact" });
  }
}

export class HTMLDivElement extends HTMLElement {
  static {
    reflect(this, { string: "align" });
  }
}

export class HTMLDataElement extends HTMLElement {
  static {
    reflect(this, { string: "value" });
  }
}

export class HTMLTimeElement extends HTMLElement {
  static {
    reflect(this, { string: "dateTime" });
  }
}

export class HTMLSpanElement extends HTMLElement {}

export class HTMLBRElement extends HTMLElement {
  static {
    reflect(this, { string: "clear" });
  }
}

export class HTMLModElement extends HTMLElement {
  static {
    reflect(this, { url: "cite", string: "dateTime" });
  }
}

export class HTMLPictureElement extends HTMLElement {}

export class HTMLSourceElement extends HTMLElement {
  static {
    reflect(this, { url: "src", string: "type srcset sizes media", unsigned_long: "width height" });
  }
}


export class HTMLParamElement extends HTMLElement {
  static {
    reflect(this, { string: "name value type valueType" });
  }
}

export class HTMLFontElement extends HTMLElement {
  static {
    reflect(this, { string: "color face size" });
  }
}

