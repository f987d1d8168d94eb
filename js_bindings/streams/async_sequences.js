import { call_script, reflect_get } from "../intrinsics.js";
import { a_promise_rejected_with, a_promise_resolved_with, new_promise, react } from "../webidl/promises.js";

// https://webidl.spec.whatwg.org/#idl-async-sequence
//
// An iterator record is an object with `iterator`, `next` (the method) and `get_return()`, which looks for the method.

/** What the next value is when there is none. */
export const END = Symbol("end of iteration");

const is_object = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** https://webidl.spec.whatwg.org/#async-sequence-open , together with the conversion of any value to an async sequence. */
export function open_an_async_sequence(value) {
  if (value === undefined || value === null) {
    throw new TypeError(`${value} is not iterable`);
  }
  // An asynchronous iterator is preferred; a synchronous one is wrapped.
  const async_method = GetMethod(value, Symbol.asyncIterator);
  if (async_method !== undefined) {
    return GetIteratorFromMethod(value, async_method);
  }
  const sync_method = GetMethod(value, Symbol.iterator);
  if (sync_method === undefined) {
    throw new TypeError("The value is neither iterable nor async iterable");
  }
  return CreateAsyncFromSyncIterator(GetIteratorFromMethod(value, sync_method));
}

/** https://webidl.spec.whatwg.org/#async-iterator-get-next-value : a promise for the value, or for END. */
export function get_an_async_iterator_next_value(record) {
  // 1–3. Call next(); an exception is a rejected promise.
  let next_promise;
  try {
    next_promise = a_promise_resolved_with(IteratorNext(record));
  } catch (error) {
    next_promise = a_promise_rejected_with(error);
  }
  // 4. The iterator result is an object with the value or the end of iteration.
  return react(next_promise, (result) => {
    if (!is_object(result)) {
      throw new TypeError("The result of next() must be an object");
    }
    return reflect_get(result, "done") ? END : reflect_get(result, "value");
  });
}

/** https://webidl.spec.whatwg.org/#async-iterator-close */
export function close_an_async_iterator(record, reason) {
  // 1–8. Call return(), if there is such a method; an exception is a rejected promise.
  let return_promise;
  try {
    const return_method = record.get_return();
    if (return_method === undefined) {
      return a_promise_resolved_with(undefined);
    }
    return_promise = a_promise_resolved_with(call_script(return_method, record.iterator, [reason]));
  } catch (error) {
    return a_promise_rejected_with(error);
  }
  // 9. What the iterator returns must be an object.
  return react(return_promise, (result) => {
    if (!is_object(result)) {
      throw new TypeError("The result of return() must be an object");
    }
  });
}

/** https://tc39.es/ecma262/#sec-getmethod */
function GetMethod(value, name) {
  const method = is_object(value) ? reflect_get(value, name) : value[name];
  if (method === undefined || method === null) {
    return undefined;
  }
  if (typeof method !== "function") {
    throw new TypeError(`${String(name)} is not a function`);
  }
  return method;
}

/** https://tc39.es/ecma262/#sec-getiteratorfrommethod */
function GetIteratorFromMethod(value, method) {
  const iterator = call_script(method, value, []);
  if (!is_object(iterator)) {
    throw new TypeError("An iterator must be an object");
  }
  return { iterator, next: reflect_get(iterator, "next"), get_return: () => GetMethod(iterator, "return") };
}

/** https://tc39.es/ecma262/#sec-iteratornext */
function IteratorNext(record) {
  const result = call_script(record.next, record.iterator, []);
  if (!is_object(result)) {
    throw new TypeError("The result of next() must be an object");
  }
  return result;
}

/** https://tc39.es/ecma262/#sec-createasyncfromsynciterator */
function CreateAsyncFromSyncIterator(sync_record) {
  return {
    iterator: undefined,
    next: () => settle((capability) => continue_with(capability, sync_record, IteratorNext(sync_record), true)),
    get_return: () => (reason) => settle((capability) => {
      const return_method = sync_record.get_return();
      if (return_method === undefined) {
        capability.resolve({ value: reason, done: true });
        return;
      }
      const result = call_script(return_method, sync_record.iterator, [reason]);
      if (!is_object(result)) {
        throw new TypeError("The result of return() must be an object");
      }
      continue_with(capability, sync_record, result, false);
    }),
  };
}

/** A promise that `steps` resolve, or that is rejected with what they throw. */
function settle(steps) {
  const capability = new_promise();
  try {
    steps(capability);
  } catch (error) {
    capability.reject(error);
  }
  return capability.promise;
}

/** https://tc39.es/ecma262/#sec-asyncfromsynciteratorcontinuation */
function continue_with(capability, sync_record, result, close_on_rejection) {
  const done = !!reflect_get(result, "done");
  const value = reflect_get(result, "value");
  const close = () => {
    if (!done && close_on_rejection) {
      close_quietly(sync_record);
    }
  };
  // The value may be a promise, or pretend to be one.
  let value_wrapper;
  try {
    value_wrapper = a_promise_resolved_with(value);
  } catch (error) {
    close();
    throw error;
  }
  capability.resolve(react(value_wrapper, (unwrapped) => ({ value: unwrapped, done }), (error) => {
    close();
    throw error;
  }));
}

/** https://tc39.es/ecma262/#sec-iteratorclose , after an error: what goes wrong now is not told. */
function close_quietly(record) {
  try {
    const return_method = record.get_return();
    if (return_method !== undefined) {
      call_script(return_method, record.iterator, []);
    }
  } catch {
    // The error that led here is the one that counts.
  }
}
