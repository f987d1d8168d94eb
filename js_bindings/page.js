/**
 * What scripts hold is born here: the one module of the bindings that is evaluated in the realm of the scripts, before any of them runs.
 *
 * All others run in a realm that no script can reach (docs/BINDINGS.md, "Two realms"). A function made here is one of the scripts' realm,
 * and so is whatever the engine makes while it runs: the errors it throws, the promises of async functions that are called, the functions
 * that a `then` is given. Code here looks up nothing that a script could have replaced: captured functions, own properties, literals.
 *
 * `steps` are functions of the bindings. What the engine throws in them is an error of their realm, which becomes one of this realm.
 */

/** https://tc39.es/ecma262/#sec-well-known-intrinsic-objects , as they were before any script. */
export const originals = { __proto__: null };
for (const name of [
  "AggregateError", "Array", "ArrayBuffer", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "DataView", "Date", "DOMException", "Error",
  "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array", "Float64Array", "Function", "Int16Array", "Int32Array", "Int8Array",
  "InternalError", "Iterator", "JSON", "Map", "Number", "Object", "Promise", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set",
  "SharedArrayBuffer", "String", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array", "Uint32Array", "Uint8Array",
  "Uint8ClampedArray", "WeakMap", "WeakRef", "WeakSet",
]) {
  if (globalThis[name] !== undefined) {
    originals[name] = globalThis[name];
  }
}

const { Error, Function, Map, Object, Promise, Proxy, Reflect, Set, String } = globalThis;
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn: has_own } = Object;
const { setPrototypeOf } = Reflect;
const is_error = Error.isError;

const { bind, call } = Function.prototype;
const uncurry = bind.bind(call);
const then = uncurry(Promise.prototype.then);

export const global_object = globalThis;

/**
 * Calling what a script gave, and looking into it: `(function, this, arguments)`, `(object, key)` and so on.
 *
 * From here, since an async function awaits by the means of the realm that calls it.
 */
export const { apply: call_script, construct: construct_for_script, get: reflect_get, set: reflect_set, has: reflect_has } = Reflect;

/** ToString, ToNumber and ToNumeric, which may call a script; of a symbol the first makes a description. */
export const string_of = String;
export const number_of = (value) => +value;
export function numeric_of(value) {
  let numeric = value;
  return numeric++;
}

/** JSON of a script's values, and values for scripts. */
export const { parse: json_parse, stringify: json_stringify } = JSON;

export const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {}).prototype));

/* Objects of the bindings that go out ------------------------------------------------------------------------------------------------- */

/** Prototype in the realm of the bindings of any realm of this agent → the name of what it belongs to. */
let kinds;

/** For intrinsics.js, which gives the map and its own global object. */
export function set_kinds(map, of_bindings) {
  kinds = map;
  for (const name in originals) {
    const prototype = of_bindings[name]?.prototype;
    if (prototype !== undefined) {
      kinds.set(prototype, name);
    }
  }
  kinds.set(INTERNAL, "promise of the bindings");
}

/** An object that the bindings have made and that nobody has seen yet, for scripts: it inherits from what objects here inherit from. */
export function home(object) {
  const kind = kinds.get(getPrototypeOf(object));
  if (kind !== undefined) {
    setPrototypeOf(object, originals[kind].prototype);
  }
  return object;
}

/** The same for what was thrown, be it a script's own error or no object at all. */
export function error_for_script(thrown) {
  return is_error(thrown) ? home(thrown) : thrown;
}

/** NB: the engine finds an entry only by the methods of the realm that has put it there. */
export const put_into_map = uncurry(Map.prototype.set);
export const add_to_set = uncurry(Set.prototype.add);

export const iterator_result = (value, done) => ({ value, done });

/** https://streams.spec.whatwg.org/#dictdef-readablestreamreadresult */
export const read_result = (value, done) => ({ done, value });

/** https://streams.spec.whatwg.org/#byte-length-queuing-strategy-size-function and https://streams.spec.whatwg.org/#count-queuing-strategy-size-function */
export const { size: size_in_bytes } = { size: (chunk) => chunk.byteLength };
export const { size: size_of_one } = { size: () => 1 };

/* Functions --------------------------------------------------------------------------------------------------------------------------- */

/** `steps(this, arguments)` : read of the arguments only as many as there are, they are a script's array. */
export function method(name, steps) {
  return {
    [name](...args) {
      try {
        return steps(this, args);
      } catch (error) {
        throw error_for_script(error);
      }
    },
  }[name];
}

/** `steps(this)` */
export function getter(name, steps) {
  return getOwnPropertyDescriptor({
    get [name]() {
      try {
        return steps(this);
      } catch (error) {
        throw error_for_script(error);
      }
    },
  }, name).get;
}

/** OPTIMIZATION: `getter` for the property of the same name of what `receive(this)` gives. */
export function getter_of_slot(name, receive) {
  return getOwnPropertyDescriptor({
    get [name]() {
      try {
        return receive(this)[name];
      } catch (error) {
        throw error_for_script(error);
      }
    },
  }, name).get;
}

/** An accessor of the global object that no script will see as one: `get()`, `set(this, value)`. Returns its getter. */
export function define_hidden_accessor(key, get_steps, set_steps) {
  const descriptor = {
    __proto__: null,
    get() {
      try {
        return get_steps();
      } catch (error) {
        throw error_for_script(error);
      }
    },
    set(value) {
      try {
        set_steps(this, value);
      } catch (error) {
        throw error_for_script(error);
      }
    },
    enumerable: false,
    configurable: true,
  };
  defineProperty(global_object, key, descriptor);
  return descriptor.get;
}

/** `steps(this, value)` */
export function setter(name, steps) {
  return getOwnPropertyDescriptor({
    set [name](value) {
      try {
        steps(this, value);
      } catch (error) {
        throw error_for_script(error);
      }
    },
  }, name).set;
}

/**
 * https://webidl.spec.whatwg.org/#interface-object ; `steps(new.target, arguments)` give the object.
 *
 * A derived constructor, since the engine makes no object for one in advance: that would ask new.target for its prototype too early.
 */
export function interface_object(steps) {
  const made = class extends null {
    constructor(...args) {
      try {
        return steps(new.target, args);
      } catch (error) {
        throw error_for_script(error);
      }
    }
  };
  setPrototypeOf(made.prototype, originals.Object.prototype);
  return made;
}

/** `steps(new.target or undefined, arguments)` */
export function plain_constructor(steps) {
  return function (...args) {
    try {
      return steps(new.target, args);
    } catch (error) {
      throw error_for_script(error);
    }
  };
}

/** A proxy whose traps are the methods of `steps`, all of these: what a handler lacks is not found on Object.prototype. */
export const proxy = (target, steps) => new Proxy(target, new Handler(steps));

class Handler {
  steps;

  constructor(steps) {
    this.steps = steps;
  }

  getOwnPropertyDescriptor(target, key) {
    return guarded(() => this.steps.getOwnPropertyDescriptor(target, key));
  }

  has(target, key) {
    return guarded(() => this.steps.has(target, key));
  }

  get(target, key, receiver) {
    try {
      return this.steps.get(target, key, receiver);
    } catch (error) {
      throw error_for_script(error);
    }
  }

  set(target, key, value, receiver) {
    return guarded(() => this.steps.set(target, key, value, receiver));
  }

  defineProperty(target, key, descriptor) {
    return guarded(() => this.steps.defineProperty(target, key, descriptor));
  }

  deleteProperty(target, key) {
    return guarded(() => this.steps.deleteProperty(target, key));
  }

  preventExtensions(target) {
    return guarded(() => this.steps.preventExtensions(target));
  }

  ownKeys(target) {
    return guarded(() => this.steps.ownKeys(target));
  }
}

setPrototypeOf(Handler.prototype, null);

function guarded(steps) {
  try {
    return steps();
  } catch (error) {
    throw error_for_script(error);
  }
}

/* Promises ---------------------------------------------------------------------------------------------------------------------------- */

/**
 * What promises of the bindings inherit from until they are handed out (`promise_for_script`): nothing that a script could replace, so that
 * one promise can be resolved with another, and awaited, unseen.
 *
 * They are settled, and reacted to, from here whoever asks: the jobs of a promise belong to the realm that settles it, and the `await` of
 * a script's function goes by the realm of the job.
 */
const INTERNAL = {
  __proto__: null,
  then(on_fulfilled, on_rejected) {
    return promise_then(this, on_fulfilled, on_rejected);
  },
  catch(on_rejected) {
    return promise_then(this, undefined, on_rejected);
  },
};

const internal = (promise) => {
  setPrototypeOf(promise, INTERNAL);
  return promise;
};

/** https://webidl.spec.whatwg.org/#a-new-promise : `{promise, resolve, reject}` */
export function new_promise() {
  let resolve_it, reject_it;
  const promise = internal(new Promise((resolve, reject) => {
    resolve_it = resolve;
    reject_it = reject;
  }));
  const resolve = (value) => { resolve_it(value); };
  const reject = (reason) => { reject_it(error_for_script(reason)); };
  return { __proto__: null, promise, resolve, reject };
}

/** https://webidl.spec.whatwg.org/#a-promise-resolved-with : always a new one, also for a promise. */
export const promise_resolved_with = (value) => internal(new Promise((resolve) => resolve(value)));

/** https://webidl.spec.whatwg.org/#a-promise-rejected-with */
export const promise_rejected_with = (reason) => internal(new Promise((_, reject) => reject(error_for_script(reason))));

/** https://tc39.es/ecma262/#sec-promise-resolve with this realm's %Promise%, for a value that a script gave: a promise stays what it is. */
export const promise_resolve = bind.call(Promise.resolve, Promise);

/** One that is settled here, for what an async function of the bindings has returned. */
function of_async_function(promise) {
  const capability = new_promise();
  then(promise, capability.resolve, capability.reject);
  return capability.promise;
}

/**
 * https://tc39.es/ecma262/#sec-performpromisethen , for any promise.
 *
 * AD-HOC: the engine's `then` asks the promise for its constructor, which a script may have replaced. So meanwhile it inherits nothing.
 * A promise that the script has given a constructor itself, or has frozen, is followed, as any other object with a `then` would be.
 */
export function promise_then(promise, on_fulfilled, on_rejected) {
  const prototype = getPrototypeOf(promise);
  if (prototype === INTERNAL) {
    return internal(then(promise, on_fulfilled, on_rejected));
  }
  const kind = prototype === null ? undefined : kinds.get(prototype);
  if (kind === "Promise") {
    return promise_then(of_async_function(promise), on_fulfilled, on_rejected);
  }
  if (kind !== undefined) {
    return internal(then(promise, on_fulfilled, on_rejected));
  }
  if (has_own(promise, "constructor") || !setPrototypeOf(promise, null)) {
    return promise_then(promise_resolved_with(promise), on_fulfilled, on_rejected);
  }
  try {
    return internal(then(promise, on_fulfilled, on_rejected));
  } finally {
    setPrototypeOf(promise, prototype);
  }
}

/** Is it a promise of the bindings, which no script has seen? */
export const is_internal_promise = (promise) => kinds.get(getPrototypeOf(promise)) !== undefined;

/** A promise of the bindings, to be handed out; one that has been already stays what it is. */
export function promise_for_script(promise) {
  const kind = kinds.get(getPrototypeOf(promise));
  if (kind === undefined) {
    return promise;
  }
  const given = kind === "Promise" ? of_async_function(promise) : promise;
  setPrototypeOf(given, Promise.prototype);
  return given;
}

/** The engine shows scripts the functions on the stack; ours would let them at the border to Python. */
const { prepareStackTrace } = Error;
Error.prepareStackTrace = (error, sites) => sites;
const [site] = new Error().stack;
Error.prepareStackTrace = prepareStackTrace;
delete getPrototypeOf(site).getFunction;
