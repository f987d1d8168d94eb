/** https://streams.spec.whatwg.org/#count-queuing-strategy-size-function : one for the realm, and not a method of anything. */
const size = () => 1;

/** https://streams.spec.whatwg.org/#cqs-class */
export class CountQueuingStrategy {
  highWaterMark;

  constructor(init) {
    this.highWaterMark = init.highWaterMark;
  }

  /** https://streams.spec.whatwg.org/#cqs-size */
  get size() {
    // 1.
    return size;
  }
}
