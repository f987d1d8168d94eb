import {
  ASYNC_ITERATOR, AsyncIteratorPrototype, create, home, iterator_result, method, promise_then, shared, TO_STRING_TAG,
} from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { receiver_of } from "./members.js";
import { a_promise_rejected_with, a_promise_resolved_with, promise_for_script } from "./promises.js";
import { define_fixed, define_value } from "./properties.js";
import { result_converter } from "./results.js";

/** https://webidl.spec.whatwg.org/#js-asynchronous-iterable */

/** https://webidl.spec.whatwg.org/#end-of-iteration , the same in all realms of this agent */
export const END_OF_ITERATION = shared.END_OF_ITERATION ??= Symbol("end of iteration");

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

export function define_async_iterable(prototype, interface_name, member, Class) {
  const iterate = async_iterators(interface_name, member, Class);
  const overloads = [member.args ?? []];
  const define = (name, kind) => {
    const context = interface_name + "." + name;
    const receive = receiver_of(interface_name, context);
    let convert;
    const operation = method(name, (this_value, args) => {
      const implementation = receive(this_value);
      convert ??= arguments_converter(overloads, 0, context);
      return iterate(implementation, kind, convert(args));
    });
    define_value(prototype, name, operation);
    return operation;
  };
  let by_default;
  if (member.key) {
    by_default = define("entries", "key+value");
    define("keys", "key");
    define("values", "value");
  } else {
    by_default = define("values", "value");
  }
  define_value(prototype, ASYNC_ITERATOR, by_default, false);
}

/** Interface name → (iterator object → AsyncIterator), for those of all realms of this agent. */
const async_iterators_of = shared.async_iterators ??= { __proto__: null };

/** https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object */
function async_iterators(interface_name, member, Class) {
  const iterators = async_iterators_of[interface_name] ??= new WeakMap();
  const key_out = member.key ? result_converter(member.key) : undefined;
  const value_out = result_converter(member.value);
  const prototype = create(AsyncIteratorPrototype);

  /** An iterator over pairs gives `[key, value]`; what the script gets of it is said by the kind. */
  const out = (kind, item) => {
    if (key_out === undefined) {
      return value_out(item);
    }
    return kind === "key" ? key_out(item[0]) : kind === "value" ? value_out(item[1]) : home([key_out(item[0]), value_out(item[1])]);
  };

  const next_steps = (iterator) => {
    if (iterator.is_finished) {
      return a_promise_resolved_with(iterator_result(undefined, true));
    }
    return promise_then(iterator.target.async_iterator_next(iterator), (value) => {
      iterator.ongoing_promise = null;
      if (value === END_OF_ITERATION) {
        iterator.is_finished = true;
        return iterator_result(undefined, true);
      }
      return iterator_result(out(iterator.kind, value), false);
    }, (reason) => {
      iterator.ongoing_promise = null;
      iterator.is_finished = true;
      throw reason;
    });
  };

  const return_steps = (iterator, value) => {
    if (iterator.is_finished) {
      return a_promise_resolved_with(iterator_result(value, true));
    }
    iterator.is_finished = true;
    return iterator.target.async_iterator_return(iterator, value);
  };

  /** After what is under way, whatever becomes of it. */
  const in_turn = (iterator, steps) => {
    iterator.ongoing_promise = iterator.ongoing_promise === null ? steps() : promise_then(iterator.ongoing_promise, steps, steps);
    return iterator.ongoing_promise;
  };

  const refused = () => a_promise_rejected_with(new TypeError("this is not a " + interface_name + " AsyncIterator"));

  const next = method("next", (this_value) => {
    const iterator = iterators.get(this_value);
    return promise_for_script(iterator === undefined ? refused() : in_turn(iterator, () => next_steps(iterator)));
  });
  const return_ = method("return", (this_value, args) => {
    const iterator = iterators.get(this_value);
    if (iterator === undefined) {
      return promise_for_script(refused());
    }
    const value = args.length > 0 ? args[0] : undefined;
    const ended = in_turn(iterator, () => return_steps(iterator, value));
    return promise_for_script(promise_then(ended, () => iterator_result(value, true)));
  });
  define_fixed(return_, "length", 1);
  define_value(prototype, "next", next);
  // https://webidl.spec.whatwg.org/#async-iterator-return : only interfaces that say what happens have it.
  if (Class.prototype.async_iterator_return !== undefined) {
    define_value(prototype, "return", return_);
  }
  define_fixed(prototype, TO_STRING_TAG, interface_name + " AsyncIterator");

  return (implementation, kind, args) => {
    const iterator = new AsyncIterator(implementation, kind);
    const object = create(prototype);
    iterators.set(object, iterator);
    const steps = implementation.async_iterator_init;
    if (steps !== undefined) {
      steps.call(implementation, iterator, args[0], args[1], args[2]);
    }
    return object;
  };
}
