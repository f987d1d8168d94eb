import { structured_deserialize } from "./structured_deserialize.js";
import { structured_serialize } from "./structured_serialize.js";

/** https://streams.spec.whatwg.org/#abstract-opdef-structuredclone : a copy of `value` in this realm. Throws a DataCloneError. */
export function structured_clone(value) {
  // 1–2. Serialize and deserialize.
  return structured_deserialize(structured_serialize(value));
}
