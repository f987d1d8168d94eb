import { a_promise_rejected_with, a_promise_resolved_with, react } from "../webidl/promises.js";
import { return_undefined } from "./algorithms.js";
import { CreateReadableStream } from "./create_readable_streams.js";
import {
  ReadableStreamDefaultControllerClose,
  ReadableStreamDefaultControllerEnqueue,
  ReadableStreamDefaultControllerError,
} from "./readable_default_controllers.js";

/** https://streams.spec.whatwg.org/#readable-stream-from-iterable */
export function ReadableStreamFromIterable(asyncIterable) {
  // 1-3.
  const iterator = open_an_async_sequence(asyncIterable);
  // 4.
  const pullAlgorithm = () => react(get_an_async_iterator_next_value(iterator), (v) => {
    if (v === END) {
      ReadableStreamDefaultControllerClose(stream.controller);
    } else {
      ReadableStreamDefaultControllerEnqueue(stream.controller, v);
    }
  }, (r) => {
    ReadableStreamDefaultControllerError(stream.controller, r);
  });
  // 5.
  const cancelAlgorithm = (reason) => close_an_async_iterator(iterator, reason);
  // 6-7.
  const stream = CreateReadableStream(return_undefined, pullAlgorithm, cancelAlgorithm, 0);
  return stream;
}

const END = Symbol("end of iteration");

const is_object = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** https://tc39.es/ecma262/#sec-getmethod */
function GetMethod(value, name) {
  const method = value[name];
  if (method === undefined || method === null) {
    return undefined;
  }
  if (typeof method !== "function") {
    throw new TypeError(`${String(name)} is not a function`);
  }
  return method;
}

/** https://webidl.spec.whatwg.org/#async-sequence-open , after the conversion of a value to an async sequence */
function open_an_async_sequence(value) {
  if (value === undefined || value === null) {
    throw new TypeError(`${value} is not iterable`);
  }
  const async_method = GetMethod(value, Symbol.asyncIterator);
  if (async_method !== undefined) {
    return iterator_record(async_method, value);
  }
  const sync_method = GetMethod(value, Symbol.iterator);
  if (sync_method === undefined) {
    throw new TypeError("The value is neither an iterable nor an async iterable");
  }
  return new AsyncFromSyncIterator(iterator_record(sync_method, value));
}

/** https://tc39.es/ecma262/#sec-getiteratorfrommethod */
function iterator_record(method, value) {
  const iterator = Reflect.apply(method, value, []);
  if (!is_object(iterator)) {
    throw new TypeError("An iterator must be an object");
  }
  return { iterator, next: iterator.next, return_method: () => GetMethod(iterator, "return") };
}

/** https://webidl.spec.whatwg.org/#async-iterator-get-the-next-value : a promise for the value, or for END. */
function get_an_async_iterator_next_value(record) {
  // 1-2. A failing call is a rejection.
  let next_promise;
  try {
    const next_result = Reflect.apply(record.next, record.iterator, []);
    if (record.is_sync !== true && !is_object(next_result)) {
      throw new TypeError("The result of next() must be an object");
    }
    next_promise = a_promise_resolved_with(next_result);
  } catch (error) {
    next_promise = a_promise_rejected_with(error);
  }
  // 3-4.
  return react(next_promise, (result) => {
    if (!is_object(result)) {
      throw new TypeError("The result of next() must be an object");
    }
    return result.done ? END : result.value;
  });
}

/** https://webidl.spec.whatwg.org/#async-iterator-close */
function close_an_async_iterator(record, reason) {
  // 1-5. There may be nothing to call, or the call may fail.
  let return_promise;
  try {
    const return_method = record.return_method();
    if (return_method === undefined) {
      return a_promise_resolved_with(undefined);
    }
    return_promise = a_promise_resolved_with(Reflect.apply(return_method, record.iterator, [reason]));
  } catch (error) {
    return a_promise_rejected_with(error);
  }
  // 6-7.
  return react(return_promise, (result) => {
    if (!is_object(result)) {
      throw new TypeError("The result of return() must be an object");
    }
  });
}
