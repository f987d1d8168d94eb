/**
 * https://www.w3.org/TR/selectors-4/#parse-selector
 *
 * A selector list is an array of complex selectors: {compounds: [{tests: [...]}, ...], combinators: [" ", ">", "+", "~"]},
 * from left to right. A relative one (in :has) begins with a combinator. Tests are plain records, see match.js.
 */

const NAME = /^(?:-?(?:[A-Za-z_\u0080-\uFFFF]|\\[^\n\r\f])|--)(?:[A-Za-z0-9_\-\u0080-\uFFFF]|\\[^\n\r\f])*/;
const SPACE = /^(?:[ \t\r\n\f]|\/\*[\s\S]*?\*\/)+/;
const ESCAPES = /\\(?:([0-9A-Fa-f]{1,6})(?:\r\n|[ \t\r\n\f])?|([\s\S]))/g;

const NAMES = new Set([
  "active", "any-link", "checked", "default", "defined", "disabled", "empty", "enabled", "first-child", "first-of-type", "focus", "focus-visible",
  "focus-within", "fullscreen", "hover", "in-range", "indeterminate", "invalid", "last-child", "last-of-type", "link", "modal", "only-child",
  "only-of-type", "open", "optional", "out-of-range", "placeholder-shown", "popover-open", "read-only", "read-write", "required", "root", "scope",
  "target", "user-invalid", "user-valid", "valid", "visited",
]);
const NTH = new Set(["nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"]);
const LISTS = { __proto__: null, is: true, where: true, matches: true, "-webkit-any": true };

export class SelectorError extends Error {}

const cache = new Map();
const CACHED = 256;

/** The parsed selector list. Throws a SyntaxError DOMException. */
export function parse_a_selector(source) {
  let parsed = cache.get(source);
  if (parsed === undefined) {
    try {
      const parser = new Parser(source);
      parsed = parser.selector_list(false);
      parser.expect_end();
    } catch (error) {
      if (error instanceof SelectorError) {
        throw new DOMException(`"${source}" is not a valid selector`, "SyntaxError");
      }
      throw error;
    }
    if (cache.size >= CACHED) {
      cache.clear();
    }
    cache.set(source, parsed);
  }
  return parsed;
}

class Parser {
  rest;

  constructor(source) {
    this.rest = source;
  }

  fail() {
    throw new SelectorError();
  }

  take(pattern) {
    const match = pattern.exec(this.rest);
    if (match === null) {
      return null;
    }
    this.rest = this.rest.slice(match[0].length);
    return match[0];
  }

  take_text(text) {
    if (!this.rest.startsWith(text)) {
      return false;
    }
    this.rest = this.rest.slice(text.length);
    return true;
  }

  space() {
    return this.take(SPACE) !== null;
  }

  name() {
    const name = this.take(NAME);
    if (name === null) {
      this.fail();
    }
    return unescape_css(name);
  }

  expect_end() {
    this.space();
    if (this.rest !== "") {
      this.fail();
    }
  }

  selector_list(relative) {
    const selectors = [];
    do {
      this.space();
      selectors.push(this.complex_selector(relative));
      this.space();
    } while (this.take_text(","));
    return selectors;
  }

  complex_selector(relative) {
    const compounds = [];
    const combinators = [];
    if (relative) {
      combinators.push(this.take(/^[>+~]/) ?? " ");
      this.space();
    }
    compounds.push(this.compound_selector());
    for (;;) {
      const spaced = this.space();
      let combinator = this.take(/^[>+~]/);
      if (combinator === null) {
        if (!spaced || this.rest === "" || this.rest[0] === "," || this.rest[0] === ")") {
          return { compounds, combinators };
        }
        combinator = " ";
      } else {
        this.space();
      }
      combinators.push(combinator);
      compounds.push(this.compound_selector());
    }
  }

  compound_selector() {
    const tests = [];
    const type = this.type_selector();
    if (type !== null) {
      tests.push(type);
    }
    for (;;) {
      if (this.take_text("#")) {
        const name = this.take(/^(?:[A-Za-z0-9_\-\u0080-\uFFFF]|\\[^\n\r\f])+/) ?? this.fail();
        if (!NAME.test(name)) {
          this.fail();
        }
        tests.push({ kind: "id", name: unescape_css(name) });
      } else if (this.take_text(".")) {
        tests.push({ kind: "class", name: this.name() });
      } else if (this.take_text("[")) {
        tests.push(this.attribute_selector());
      } else if (this.rest[0] === ":") {
        tests.push(this.pseudo_selector());
      } else {
        break;
      }
    }
    if (tests.length === 0) {
      this.fail();
    }
    return { tests };
  }

  type_selector() {
    let name = this.take_text("*") ? "*" : this.take(NAME);
    let namespace = undefined;
    if (this.rest[0] === "|" && this.rest[1] !== "=" && /^\|(\*|[A-Za-z_\-\\\u0080-\uFFFF])/.test(this.rest)) {
      this.rest = this.rest.slice(1);
      // No prefixes are declared here: any namespace, or none.
      if (name !== null && name !== "*") {
        this.fail();
      }
      namespace = name === null ? "" : "*";
      name = this.take_text("*") ? "*" : this.take(NAME) ?? this.fail();
    }
    return name === null ? null : { kind: "type", name: name === "*" ? "*" : unescape_css(name), lowercase: unescape_css(name).toLowerCase(), namespace };
  }

  attribute_selector() {
    this.space();
    let any_namespace = false;
    if (this.rest.startsWith("*|")) {
      any_namespace = true;
      this.rest = this.rest.slice(2);
    } else if (this.rest[0] === "|" && this.rest[1] !== "=") {
      this.rest = this.rest.slice(1);
    }
    const name = this.name();
    this.space();
    const operator = this.take(/^[~|^$*]?=/);
    let value = null;
    let flag = null;
    if (operator !== null) {
      this.space();
      value = this.string() ?? this.name();
      this.space();
      flag = this.take(/^[iIsS](?=[ \t\r\n\f]*\])/)?.toLowerCase() ?? null;
      this.space();
    }
    if (!this.take_text("]") && this.rest !== "") {
      this.fail();
    }
    return { kind: "attribute", name, lowercase: name.toLowerCase(), any_namespace, operator, value, flag };
  }

  string() {
    const quoted = this.take(/^(?:"(?:[^"\\\n\r\f]|\\[\s\S])*(?:"|$)|'(?:[^'\\\n\r\f]|\\[\s\S])*(?:'|$))/);
    if (quoted === null) {
      return null;
    }
    const closed = quoted.length > 1 && quoted.endsWith(quoted[0]);
    return unescape_css(quoted.slice(1, closed ? -1 : undefined).replace(/\\(?:\r\n|[\n\r\f])/g, ""));
  }

  pseudo_selector() {
    if (this.take_text("::")) {
      const name = this.name().toLowerCase();
      if (this.rest[0] === "(") {
        this.fail();
      }
      return pseudo_element(name) ?? this.fail();
    }
    this.rest = this.rest.slice(1);
    const name = this.name().toLowerCase();
    if (!this.take_text("(")) {
      if (NAMES.has(name)) {
        return { kind: "pseudo", name };
      }
      return ["before", "after", "first-line", "first-letter"].includes(name) ? { kind: "never" } : this.fail();
    }
    const test = this.functional_pseudo(name);
    this.space();
    if (!this.take_text(")") && this.rest !== "") {
      this.fail();
    }
    return test;
  }

  functional_pseudo(name) {
    if (name === "not") {
      return { kind: "not", selectors: this.selector_list(false) };
    }
    if (name in LISTS) {
      return { kind: "is", selectors: this.forgiving_selector_list() };
    }
    if (name === "has") {
      return { kind: "has", selectors: this.selector_list(true) };
    }
    if (name === "lang" || name === "dir") {
      this.space();
      const ranges = [];
      do {
        this.space();
        ranges.push((this.string() ?? this.name()).toLowerCase());
        this.space();
      } while (this.take_text(","));
      return { kind: name, ranges };
    }
    if (!NTH.has(name)) {
      this.fail();
    }
    this.space();
    const [a, b] = this.a_n_plus_b();
    this.space();
    let of = null;
    if (name.endsWith("child") && this.take(/^of(?=[ \t\r\n\f*.#:[])/i) !== null) {
      of = this.selector_list(false);
    }
    return { kind: "nth", a, b, of, last: name.includes("last"), of_type: name.endsWith("type") };
  }

  /** https://www.w3.org/TR/selectors-4/#typedef-forgiving-selector-list : what cannot be parsed matches nothing. */
  forgiving_selector_list() {
    const selectors = [];
    do {
      this.space();
      const start = this.rest;
      try {
        selectors.push(this.complex_selector(false));
        this.space();
        if (this.rest !== "" && this.rest[0] !== "," && this.rest[0] !== ")") {
          this.fail();
        }
      } catch (error) {
        if (!(error instanceof SelectorError)) {
          throw error;
        }
        this.rest = skip_to_the_end_of_the_selector(start);
      }
    } while (this.take_text(","));
    return selectors;
  }

  /** https://www.w3.org/TR/css-syntax-3/#anb-microsyntax */
  a_n_plus_b() {
    const text = this.take(/^(?:even|odd|[+-]?\d*n(?:[ \t\r\n\f]*[+-][ \t\r\n\f]*\d+)?|[+-]?\d+)/i)?.toLowerCase() ?? this.fail();
    if (text === "even") {
      return [2, 0];
    }
    if (text === "odd") {
      return [2, 1];
    }
    const parts = text.replace(/[ \t\r\n\f]/g, "").split("n");
    if (parts.length === 1) {
      return [0, Number(parts[0])];
    }
    const a = parts[0] === "" || parts[0] === "+" ? 1 : parts[0] === "-" ? -1 : Number(parts[0]);
    return [a, parts[1] === "" ? 0 : Number(parts[1])];
  }
}

/** There are no boxes, so nothing is ever a pseudo-element. */
function pseudo_element(name) {
  const known = ["after", "backdrop", "before", "cue", "file-selector-button", "first-letter", "first-line", "marker", "placeholder", "selection"];
  return known.includes(name) || name.startsWith("-webkit-") ? { kind: "never" } : null;
}

function skip_to_the_end_of_the_selector(text) {
  let depth = 0;
  for (let index = 0; index < text.length; ++index) {
    const character = text[index];
    if (character === "\\") {
      ++index;
    } else if (character === "(" || character === "[") {
      ++depth;
    } else if (character === ")" || character === "]") {
      if (depth === 0) {
        return text.slice(index);
      }
      --depth;
    } else if (character === "," && depth === 0) {
      return text.slice(index);
    }
  }
  return "";
}

/** https://www.w3.org/TR/css-syntax-3/#consume-escaped-code-point */
function unescape_css(text) {
  if (!text.includes("\\")) {
    return text;
  }
  return text.replace(ESCAPES, (escape, digits, character) => {
    if (digits === undefined) {
      return character;
    }
    const code = Number.parseInt(digits, 16);
    return code === 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? "\uFFFD" : String.fromCodePoint(code);
  });
}
