/** Strings: https://infra.spec.whatwg.org/#strings */

/** https://infra.spec.whatwg.org/#ascii-lowercase */
export function ascii_lowercase(string) {
  return /[A-Z]/.test(string) ? string.replace(/[A-Z]+/g, (upper) => upper.toLowerCase()) : string;
}

/** https://infra.spec.whatwg.org/#ascii-uppercase */
export function ascii_uppercase(string) {
  return string.replace(/[a-z]+/g, (lower) => lower.toUpperCase());
}

/** https://infra.spec.whatwg.org/#split-on-ascii-whitespace */
export function split_on_ascii_whitespace(string) {
  return string.split(/[\t\n\f\r ]+/).filter((token) => token !== "");
}

/** https://infra.spec.whatwg.org/#strip-leading-and-trailing-ascii-whitespace */
export function strip_ascii_whitespace(string) {
  return string.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
}

/** https://infra.spec.whatwg.org/#strip-and-collapse-ascii-whitespace */
export function strip_and_collapse_ascii_whitespace(string) {
  return strip_ascii_whitespace(string.replace(/[\t\n\f\r ]+/g, " "));
}
