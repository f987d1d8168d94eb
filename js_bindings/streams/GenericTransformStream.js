/** https://streams.spec.whatwg.org/#generictransformstream : what classes that wrap a transform stream have. */
export class GenericTransformStream {
  transform = undefined;                // a TransformStream, which the class sets up

  get readable() {
    return this.transform.readable;
  }

  get writable() {
    return this.transform.writable;
  }
}
