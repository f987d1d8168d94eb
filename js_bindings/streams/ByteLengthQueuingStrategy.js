/** https://streams.spec.whatwg.org/#byte-length-queuing-strategy-size-function : one for the realm, and not a method of anything. */
const size = (chunk) => chunk.byteLength;

/** https://streams.spec.whatwg.org/#blqs-class */
export class ByteLengthQueuingStrategy {
  highWaterMark;

  constructor(init) {
    this.highWaterMark = init.highWaterMark;
  }

  /** https://streams.spec.whatwg.org/#blqs-size */
  get size() {
    // 1.
    return size;
  }
}
