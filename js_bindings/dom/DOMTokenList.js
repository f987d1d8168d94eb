import { parse_an_ordered_set } from "./namespaces.js";

/** https://dom.spec.whatwg.org/#interface-domtokenlist */
export class DOMTokenList {
  element;
  local_name;
  supported_tokens;    // https://dom.spec.whatwg.org/#concept-supported-tokens ; undefined where none are defined
  parsed = null;       // the attribute's value that `tokens` are of
  tokens = [];

  constructor(element, local_name, supported_tokens = undefined) {
    this.element = element;
    this.local_name = local_name;
    this.supported_tokens = supported_tokens;
  }

  /** Ours: its token set. OPTIMIZATION: parsed when asked for, not at each change of the attribute. */
  token_set() {
    const value = this.element.attribute_value(this.local_name);
    if (value !== this.parsed) {
      this.parsed = value;
      this.tokens = value === null ? [] : parse_an_ordered_set(value);
    }
    return this.tokens;
  }

  get length() {
    return this.token_set().length;
  }

  item(index) {
    return this.token_set()[index] ?? null;
  }

  get_indexed(index) {
    return this.token_set()[index];
  }

  value_pairs() {
    return this.token_set();
  }

  contains(token) {
    return this.token_set().includes(token);
  }

  add(...tokens) {
    tokens.forEach(check);
    run_the_update_steps(this, new Set([...this.token_set(), ...tokens]));
  }

  remove(...tokens) {
    tokens.forEach(check);
    run_the_update_steps(this, new Set(this.token_set().filter((token) => !tokens.includes(token))));
  }

  /** https://dom.spec.whatwg.org/#dom-domtokenlist-toggle */
  toggle(token, force) {
    // 1–2. The token must be neither empty nor have whitespace.
    check(token);
    // 3. Remove a token that exists, unless force is true.
    if (this.contains(token)) {
      if (force !== true) {
        this.remove(token);
        return false;
      }
      return true;
    }
    // 4. Append one that does not, unless force is false.
    if (force !== false) {
      this.add(token);
      return true;
    }
    // 5. The token does not exist.
    return false;
  }

  /** https://dom.spec.whatwg.org/#dom-domtokenlist-replace */
  replace(token, new_token) {
    // 1–2. Both tokens must be neither empty nor have whitespace.
    if (token === "" || new_token === "") {
      throw new DOMException("a token cannot be empty", "SyntaxError");
    }
    check(token);
    check(new_token);
    // 3. Without the token nothing is replaced.
    if (!this.contains(token)) {
      return false;
    }
    // 4–6. Replace it, and run the update steps.
    run_the_update_steps(this, new Set(this.token_set().map((each) => (each === token ? new_token : each))));
    return true;
  }

  /** https://dom.spec.whatwg.org/#concept-domtokenlist-validation */
  supports(token) {
    // 1. An attribute without supported tokens cannot be asked.
    if (this.supported_tokens === undefined) {
      throw new TypeError(`${this.local_name} has no supported tokens`);
    }
    // 2–4. Is the token, in lower case, among the supported tokens?
    return this.supported_tokens.includes(token.toLowerCase());
  }

  get value() {
    return this.element.attribute_value(this.local_name) ?? "";
  }

  set value(value) {
    this.element.set_attribute_value(this.local_name, value);
  }

  toString() {
    return this.value;
  }
}

function check(token) {
  if (token === "") {
    throw new DOMException("a token cannot be empty", "SyntaxError");
  }
  if (/[\t\n\f\r ]/.test(token)) {
    throw new DOMException(`"${token}" has whitespace in it`, "InvalidCharacterError");
  }
}

/** https://dom.spec.whatwg.org/#concept-dtl-update */
function run_the_update_steps(list, tokens) {
  // 1. No attribute is made for an empty token set.
  if (tokens.size === 0 && list.element.attribute_value(list.local_name) === null) {
    return;
  }
  // 2. Set the attribute to the serialized token set.
  list.element.set_attribute_value(list.local_name, [...tokens].join(" "));
}
