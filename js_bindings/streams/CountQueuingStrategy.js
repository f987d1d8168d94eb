import { size_of_one } from "../intrinsics.js";

/** https://streams.spec.whatwg.org/#cqs-class */
export class CountQueuingStrategy {
  highWaterMark;

  constructor(init) {
    this.highWaterMark = init.highWaterMark;
  }

  /** https://streams.spec.whatwg.org/#cqs-size */
  get size() {
    // 1. The size function of this global, which counts each chunk as one.
    return size_of_one;
  }
}
