import { is_dom_exception } from "../intrinsics.js";
import { load } from "../webidl/lazy.js";

/** Ours: the error of a body's stream as far as those who read it in Python are told of it: the name and message of a DOMException, else null. */
export function error_to_record(error) {
  return is_dom_exception(error) ? { name: error.name, message: error.message } : null;
}

/**
 * Steps 2–5 of https://fetch.spec.whatwg.org/#fetch-controller-abort : the serialized abort reason, a string for an op.
 * AD-HOC: a reason with buffers in it, which cannot travel in a string, counts as one that cannot be serialized.
 */
export function serialize_an_abort_reason(reason) {
  const { structured_serialize } = load("html/structured_clone/structured_serialize.js");
  const { to_wire } = load("html/structured_clone/wire.js");
  for (const error of [reason, fallback_error()]) {
    try {
      const [text, ...buffers] = to_wire(structured_serialize(error));
      if (buffers.length === 0) return text;
    } catch {
      // What cannot be serialized is replaced by what can.
    }
  }
  return null;
}

/** https://fetch.spec.whatwg.org/#deserialize-a-serialized-abort-reason ; `text` is what the former gave, or null. */
export function deserialize_an_abort_reason(text) {
  // 1–2, 4. An AbortError as the fallback error, unless
  if (text === null || text === undefined) return fallback_error();
  // 3. the serialized error can be deserialized here.
  try {
    const { structured_deserialize } = load("html/structured_clone/structured_deserialize.js");
    return structured_deserialize(load("html/structured_clone/wire.js").from_wire(text)) ?? fallback_error();
  } catch {
    return fallback_error();
  }
}

function fallback_error() {
  return new DOMException("The operation was aborted.", "AbortError");
}
