import { assert } from "./assert.js";
import { List } from "./List.js";

// https://streams.spec.whatwg.org/#queue-with-sizes
// A container is a controller: an object with the slots `queue` (a List of values with sizes) and `queueTotalSize`.

/** https://streams.spec.whatwg.org/#is-non-negative-number */
export function IsNonNegativeNumber(v) {
  // 1–4. It is a number, and neither NaN nor negative.
  return typeof v === "number" && v >= 0;
}

/** https://streams.spec.whatwg.org/#dequeue-value */
export function DequeueValue(container) {
  // 1–2. The queue has a value.
  assert(!container.queue.is_empty, "a value is taken only from a queue that has one");
  // 3–5. Take the oldest value and subtract its size from the total size.
  const { value, size } = container.queue.remove_first();
  container.queueTotalSize -= size;
  // 6. Rounding may have left a total size below zero.
  if (container.queueTotalSize < 0) {
    container.queueTotalSize = 0;
  }
  // 7. The value without its size.
  return value;
}

/** https://streams.spec.whatwg.org/#enqueue-value-with-size */
export function EnqueueValueWithSize(container, value, size) {
  // 1. (The slots are fields of every controller.)
  // 2–3. A size is a finite number that is not negative.
  if (!IsNonNegativeNumber(size) || size === Infinity) {
    throw new RangeError("The size of a chunk must be a finite, non-negative number");
  }
  // 4–5. Append the value with its size, and add this to the total size.
  container.queue.append({ value, size });
  container.queueTotalSize += size;
}

/** https://streams.spec.whatwg.org/#peek-queue-value */
export function PeekQueueValue(container) {
  // 1–2. The queue has a value.
  assert(!container.queue.is_empty, "a value is looked at only in a queue that has one");
  // 3–4. The oldest value, without its size.
  return container.queue.first.value;
}

/** https://streams.spec.whatwg.org/#reset-queue */
export function ResetQueue(container) {
  // 1–3. Empty the queue; its total size is 0.
  container.queue = new List();
  container.queueTotalSize = 0;
}
