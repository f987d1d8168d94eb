/**
 * A serialized value on its way to another agent: a text and buffers, which cross the border as arguments of their own.
 *
 * A body of JSON: the root and the data holders. Deserializing what came over the wire takes what is in it, so each receiver gets a copy.
 */

/** → `[text, …buffers]`, the last arguments of an op. */
export function to_wire({ root, buffers, transferred }) {
  return [JSON.stringify(transferred.length === 0 ? [root] : [root, transferred]), ...buffers];
}

/** The last arguments of an upcall → a serialized value for `structured_deserialize` or `structured_deserialize_with_transfer`. */
export function from_wire(text, ...buffers) {
  const [root, transferred = []] = JSON.parse(text);
  return { root, buffers, transferred };
}
