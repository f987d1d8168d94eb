import { op_encoding_get } from "../ops.js";

const names = new Map([["utf-8", "utf-8"], ["utf8", "utf-8"]]);    // OPTIMIZATION: labels that were asked for, null for no encoding

/**
 * https://encoding.spec.whatwg.org/#concept-encoding-get
 * Gives the encoding's name in ASCII lowercase, or null for failure.
 */
export function get_an_encoding(label) {
  let name = names.get(label);
  if (name === undefined) {
    name = op_encoding_get(label);
    if (names.size < 256) names.set(label, name);
  }
  return name;
}
