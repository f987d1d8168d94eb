/**
 * https://streams.spec.whatwg.org/#other-specs
 *
 * What other specifications use of streams, under one roof. Who needs only a part imports that part.
 */

export * from "./read_streams.js";
export * from "./set_up_readable_streams.js";
export * from "./set_up_transform_streams.js";
export * from "./set_up_writable_streams.js";
export { ReadableStreamFromIterable as create_from_async_sequence } from "./readable_stream_from_iterable.js";
