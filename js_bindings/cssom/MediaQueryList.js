import { EventTarget } from "../dom/EventTarget.js";

/** https://drafts.csswg.org/cssom-view/#the-mediaquerylist-interface */
export class MediaQueryList extends EventTarget {
  media;
  matches;

  constructor(query, width, height) {
    super();
    this.media = query.trim().toLowerCase().replace(/[ \t\n\f\r]+/g, " ");
    this.matches = this.media === "" || this.media.split(",").some((part) => matches_query(part.trim(), width, height));
  }

  addListener(callback) {
    this.addEventListener("change", callback);
  }

  removeListener(callback) {
    this.removeEventListener("change", callback);
  }
}

// What a window without a screen is like. AD-HOC: features that are not here do not match.
const FEATURES = {
  __proto__: null, "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference", "prefers-contrast": "no-preference", hover: "none",
  "any-hover": "none", pointer: "none", "any-pointer": "none", "display-mode": "browser", scripting: "enabled", update: "none", grid: "0",
};

/** https://drafts.csswg.org/mediaqueries/#mq-syntax , without `or` and ranges */
function matches_query(query, width, height) {
  const negated = /^not (?!\()/.test(query);
  const parts = query.replace(/^(?:only|not) (?!\()/, "").split(/ and /);
  const result = parts.every((part) => {
    if (!part.startsWith("(")) {
      return part === "all" || part === "screen";
    }
    const [name, value] = part.replace(/^\(|\)$/g, "").split(":").map((each) => each.trim());
    return has_feature(name, value, width, height);
  });
  return result !== negated;
}

function has_feature(name, value, width, height) {
  const size = { width, height }[name.replace(/^(?:min|max)-/, "")];
  if (size !== undefined) {
    const length = length_of(value);
    if (length === null) {
      return value === undefined;
    }
    return name.startsWith("min-") ? size >= length : name.startsWith("max-") ? size <= length : size === length;
  }
  if (name === "orientation") {
    return value === (width >= height ? "landscape" : "portrait");
  }
  return value === undefined ? FEATURES[name] !== undefined && FEATURES[name] !== "none" && FEATURES[name] !== "0" : FEATURES[name] === value;
}

function length_of(value) {
  const match = /^([\d.]+)(px|em|rem)?$/.exec(value ?? "");
  return match === null ? null : Number(match[1]) * (match[2] === "em" || match[2] === "rem" ? 16 : 1);
}
