import { number_of } from "../intrinsics.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { return_one } from "./algorithms.js";

// https://streams.spec.whatwg.org/#qs-abstract-ops

/** https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark */
export function ExtractHighWaterMark(strategy, defaultHWM) {
  // 1. Without a high water mark the strategy takes the default.
  if (strategy.highWaterMark === undefined) {
    return defaultHWM;
  }
  // 2–3. A high water mark may be infinite, but neither NaN nor negative.
  const highWaterMark = strategy.highWaterMark;
  if (!(highWaterMark >= 0)) {
    throw new RangeError("highWaterMark must be a non-negative number");
  }
  // 4. Otherwise the strategy's own.
  return highWaterMark;
}

/** https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function */
export function ExtractSizeAlgorithm(strategy) {
  // 1. Without a size function every chunk counts as one.
  const size = strategy.size;
  if (size === undefined) {
    return return_one;
  }
  // 2. Invoke the size function. Its result is of type unrestricted double, which is ToNumber.
  return (chunk) => number_of(invoke_callback(size, undefined, [chunk]));
}
