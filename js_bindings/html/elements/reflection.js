import { op_url_parse } from "../../ops.js";
import { load } from "../../webidl/lazy.js";

/**
 * Attributes that reflect: https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#reflecting-content-attributes-in-idl-attributes
 *
 * `reflect(Class, { string: "target rel", boolean: "disabled", … })` gives the class an accessor for each name. A name is written
 * "idlName" (its content attribute is the same in lowercase) or "idlName=content-attribute"; numbers may add their default: "size=size:20".
 */
export function reflect(Class, kinds) {
  for (const [kind, members] of Object.entries(kinds)) {
    const make = KINDS[kind];
    const entries = typeof members === "string" ? members.split(" ").map((member) => [member, undefined]) : Object.entries(members);
    for (const [member, details] of entries) {
      const [name, rest = name.toLowerCase()] = member.split("=");
      const [attribute, fallback] = rest.split(":");
      Object.defineProperty(Class.prototype, name, { ...make(attribute, details ?? fallback), configurable: true });
    }
  }
}

const string = (attribute) => ({
  get() {
    return this.attribute_value(attribute) ?? "";
  },
  set(value) {
    this.set_attribute_value(attribute, `${value}`);
  },
});

const remove = (element, attribute) => {
  const found = element.find_attribute(attribute);
  if (found !== null) {
    element.remove_an_attribute(found);
  }
};

// https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#rules-for-parsing-integers
export function parse_an_integer(text) {
  const match = /^[\t\n\f\r ]*([+-]?\d+)/.exec(text ?? "");
  return match === null ? null : Number(match[1]);
}

// https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#rules-for-parsing-floating-point-number-values
export function parse_a_float(text) {
  const match = /^[\t\n\f\r ]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text ?? "");
  return match === null ? null : Number(match[1]);
}

const MAXIMUM = 2 ** 31 - 1;

const unsigned = (minimum, maximum, zero_is_an_error) => (attribute, fallback) => {
  const initial = fallback === undefined ? minimum : Number(fallback);
  return {
    get() {
      const parsed = parse_an_integer(this.attribute_value(attribute));
      if (parsed === null || parsed < 0 || (parsed > MAXIMUM && maximum === MAXIMUM) || (zero_is_an_error && parsed === 0)) {
        return initial;
      }
      return Math.min(Math.max(parsed, maximum === MAXIMUM ? 0 : minimum), maximum);
    },
    set(value) {
      if (zero_is_an_error === "throws" && value === 0) {
        throw new DOMException(`${attribute} cannot be zero`, "IndexSizeError");
      }
      this.set_attribute_value(attribute, String(value > MAXIMUM || (zero_is_an_error && value === 0) ? initial : value));
    },
  };
};

const KINDS = {
  __proto__: null,
  string,

  nullable_string: (attribute) => ({
    get() {
      return this.attribute_value(attribute);
    },
    set(value) {
      if (value === null) {
        remove(this, attribute);
      } else {
        this.set_attribute_value(attribute, value);
      }
    },
  }),

  url: (attribute) => ({
    get() {
      const value = this.attribute_value(attribute);
      return value === null ? "" : op_url_parse(value, this.node_document.base_url) ?? value;
    },
    set(value) {
      this.set_attribute_value(attribute, value);
    },
  }),

  boolean: (attribute) => ({
    get() {
      return this.find_attribute(attribute) !== null;
    },
    set(value) {
      if (value) {
        this.set_attribute_value(attribute, "");
      } else {
        remove(this, attribute);
      }
    },
  }),

  long: (attribute, fallback = "0") => ({
    get() {
      const parsed = parse_an_integer(this.attribute_value(attribute));
      return parsed === null || parsed > MAXIMUM || parsed < -MAXIMUM - 1 ? Number(fallback) : parsed;
    },
    set(value) {
      this.set_attribute_value(attribute, String(value));
    },
  }),

  // limited to only non-negative numbers
  length: (attribute, fallback = "-1") => ({
    get() {
      const parsed = parse_an_integer(this.attribute_value(attribute));
      return parsed === null || parsed < 0 || parsed > MAXIMUM ? Number(fallback) : parsed;
    },
    set(value) {
      if (value < 0) {
        throw new DOMException(`${attribute} cannot be negative`, "IndexSizeError");
      }
      this.set_attribute_value(attribute, String(value));
    },
  }),

  unsigned_long: unsigned(0, MAXIMUM, false),
  // limited to only positive numbers
  positive: unsigned(1, MAXIMUM, "throws"),
  // the same, with fallback
  positive_with_fallback: unsigned(1, MAXIMUM, "falls back"),

  double: (attribute, fallback = "0") => ({
    get() {
      return parse_a_float(this.attribute_value(attribute)) ?? Number(fallback);
    },
    set(value) {
      this.set_attribute_value(attribute, String(value));
    },
  }),

  /** details: {values: {keyword: state}, missing, invalid, nullable}; a state's canonical keyword is what the getter gives. */
  enumerated: (attribute, { values, missing = "", invalid = missing, nullable = false }) => {
    const states = new Map((Array.isArray(values) ? values.map((value) => [value, value]) : Object.entries(values)));
    return {
      get() {
        const value = this.attribute_value(attribute);
        return value === null ? missing : states.get(value.toLowerCase()) ?? invalid;
      },
      set(value) {
        if (nullable && value === null) {
          remove(this, attribute);
        } else {
          this.set_attribute_value(attribute, `${value}`);
        }
      },
    };
  },

  /** details: the tokens that `supports` knows */
  tokens: (attribute, supported) => {
    const lists = new WeakMap();
    return {
      get() {
        let list = lists.get(this);
        if (list === undefined) {
          list = new (load("dom/DOMTokenList.js").DOMTokenList)(this, attribute, supported);
          lists.set(this, list);
        }
        return list;
      },
    };
  },
};

export const CROSS_ORIGIN = { values: { anonymous: "anonymous", "use-credentials": "use-credentials", "": "anonymous" }, missing: null, invalid: "anonymous", nullable: true };
export const REFERRER_POLICY = {
  values: [
    "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
    "strict-origin-when-cross-origin", "unsafe-url",
  ],
};
export const FETCH_PRIORITY = { values: ["high", "low", "auto"], missing: "auto" };
export const LOADING = { values: ["lazy", "eager"], missing: "eager" };
