import { AsyncIteratorPrototype, create, defineProperty, promise_then } from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { receiver_of } from "./members.js";
import { a_promise_rejected_with, a_promise_resolved_with } from "./promises.js";
import { result_converter } from "./results.js";

/** https://webidl.spec.whatwg.org/#js-asynchronous-iterable */

/** https://webidl.spec.whatwg.org/#end-of-iteration */
export const END_OF_ITERATION = Symbol("end of iteration");

/** The iterator as the implementation sees it: a place for its slots. */
class AsyncIterator {
  target;              // the implementation object iterated over
  kind;
  is_finished = false;
  ongoing_promise = null;

  constructor(target, kind) {
    this.target = target;
    this.kind = kind;
  }
}

export function define_async_iterable(prototype, interface_name, member) {
  const iterate = async_iterators(interface_name, member);
  const name = member.key ? "entries" : "values";
  const receive = receiver_of(interface_name, `${interface_name}.${name}`);
  const overloads = [member.args ?? []];
  let convert;
  const method_of = (method_name, kind) => ({
    [method_name](...args) {
      const implementation = receive(this);
      convert ??= arguments_converter(overloads, 0, `${interface_name}.${method_name}`);
      return iterate(implementation, kind, convert(args));
    },
  }[method_name]);
  const methods = member.key
    ? { entries: method_of("entries", "key+value"), keys: method_of("keys", "key"), values: method_of("values", "value") }
    : { values: method_of("values", "value") };
  for (const [method_name, value] of Object.entries(methods)) {
    defineProperty(prototype, method_name, { value, writable: true, enumerable: true, configurable: true });
  }
  defineProperty(prototype, Symbol.asyncIterator, { value: methods[name], writable: true, enumerable: false, configurable: true });
}

/** https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object */
function async_iterators(interface_name, member) {
  const iterators = new WeakMap();
  const out = result_converter(member.value);
  const prototype = create(AsyncIteratorPrototype);

  const next_steps = (iterator) => {
    if (iterator.is_finished) {
      return a_promise_resolved_with({ value: undefined, done: true });
    }
    const next = iterator.target.async_iterator_next(iterator);
    return promise_then(next, (value) => {
      iterator.ongoing_promise = null;
      if (value === END_OF_ITERATION) {
        iterator.is_finished = true;
        return { value: undefined, done: true };
      }
      return { value: out(value), done: false };
    }, (reason) => {
      iterator.ongoing_promise = null;
      iterator.is_finished = true;
      throw reason;
    });
  };

  const return_steps = (iterator, value) => {
    if (iterator.is_finished) {
      return a_promise_resolved_with({ value, done: true });
    }
    iterator.is_finished = true;
    return iterator.target.async_iterator_return(iterator, value);
  };

  /** After what is under way, whatever becomes of it. */
  const in_turn = (iterator, steps) => {
    iterator.ongoing_promise = iterator.ongoing_promise === null ? steps() : promise_then(iterator.ongoing_promise, steps, steps);
    return iterator.ongoing_promise;
  };

  const { next, return: return_ } = {
    next() {
      const iterator = iterators.get(this);
      if (iterator === undefined) {
        return a_promise_rejected_with(new TypeError(`this is not a ${interface_name} AsyncIterator`));
      }
      return in_turn(iterator, () => next_steps(iterator));
    },
    return(value) {
      const iterator = iterators.get(this);
      if (iterator === undefined) {
        return a_promise_rejected_with(new TypeError(`this is not a ${interface_name} AsyncIterator`));
      }
      const ended = in_turn(iterator, () => return_steps(iterator, value));
      return promise_then(ended, () => ({ value, done: true }));
    },
  };
  defineProperty(prototype, "next", { value: next, writable: true, enumerable: true, configurable: true });
  defineProperty(prototype, "return", { value: return_, writable: true, enumerable: true, configurable: true });
  defineProperty(prototype, Symbol.toStringTag, { value: `${interface_name} AsyncIterator`, configurable: true });

  return (implementation, kind, args) => {
    const iterator = new AsyncIterator(implementation, kind);
    const object = create(prototype);
    iterators.set(object, iterator);
    implementation.async_iterator_init(iterator, ...args);
    return object;
  };
}
