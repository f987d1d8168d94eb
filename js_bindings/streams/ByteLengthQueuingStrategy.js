import { size_in_bytes } from "../intrinsics.js";

/** https://streams.spec.whatwg.org/#blqs-class */
export class ByteLengthQueuingStrategy {
  highWaterMark;

  constructor(init) {
    this.highWaterMark = init.highWaterMark;
  }

  /** https://streams.spec.whatwg.org/#blqs-size */
  get size() {
    // 1. The size function of this global, which reads the byte length of a chunk.
    return size_in_bytes;
  }
}
