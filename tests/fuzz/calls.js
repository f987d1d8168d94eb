"use strict";
/**
 * Calls of everything that a realm exposes, with odd arguments. The same seed makes the same calls, as far as answers come in the same order.
 *
 * `fuzz({ scope, seed, calls, patched, wild })` says on the console how many calls it has made. What it needs of the language it takes
 * before anything is patched.
 */
var fuzz = (() => {
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, get } = Reflect;
  const NativePromise = Promise, NativeString = String, NativeArray = Array;
  const then = Promise.prototype.then, is_prototype_of = Object.prototype.isPrototypeOf;
  const log = globalThis.console.log, later = globalThis.setTimeout;
  const LANGUAGE = new Set(`Object Function Array Number Boolean String Symbol Date Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError
    TypeError URIError InternalError JSON Math Reflect Proxy Map Set WeakMap WeakSet WeakRef FinalizationRegistry ArrayBuffer SharedArrayBuffer DataView Atomics
    Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array BigInt
    Iterator Intl eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape globalThis fuzz NaN Infinity
    undefined DOMException performance`.split(/\s+/));
  const has = Function.prototype.call.bind(Set.prototype.has);
  LANGUAGE.delete("performance");
  LANGUAGE.delete("DOMException");
  /** They end the realm, or leave it: only for runs that are wild. */
  const ENDS = new Set(`close open write writeln stop assign replace reload href submit requestSubmit go back forward click navigate location
    openWindow alert confirm prompt print terminate unregister setInterval debugger`.split(/\s+/));
  const EVERYWHERE = ["0", "1", "2", "3", "then", "signal", "body", "get", "set", "value", "toJSON", "url", "mode"];
  const MOST = 300;
  /** Not `array[length] = value`, which asks Object.prototype once it is patched. */
  const push = (list, value) => defineProperty(list, list.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

  /** A descriptor that inherits nothing. */
  const own = (descriptor) => Object.setPrototypeOf(descriptor, null);

  function generator(seed) {
    let state = seed >>> 0 || 1;
    return (bound) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % bound;
    };
  }

  function patch_the_language(random) {
    const targets = [NativeArray, Map, Set, NativePromise, NativeString, RegExp, Function, Object, Uint8Array, ArrayBuffer, Date, Error, Symbol, Number, WeakMap];
    for (let index = 0; index < targets.length; ++index) {
      const { prototype } = targets[index];
      const keys = ownKeys(prototype);
      for (let at = 0; at < keys.length; ++at) {
        const descriptor = getOwnPropertyDescriptor(prototype, keys[at]);
        if (!descriptor.configurable || random(3) !== 0) continue;
        const kind = random(4);
        const patched = function (...given) {
          if (kind === 0) throw new Error("patched");
          if (kind === 1) return undefined;
          return typeof descriptor.value === "function" ? apply(descriptor.value, this, given) : kind;
        };
        try {
          defineProperty(prototype, keys[at], typeof descriptor.value === "function"
            ? { __proto__: null, value: patched, writable: true, configurable: true } : { __proto__: null, get: patched, set: patched, configurable: true });
        } catch {}
      }
    }
    for (let index = 0; index < EVERYWHERE.length; ++index) {
      const kind = random(3), name = EVERYWHERE[index];
      defineProperty(Object.prototype, name, {
        __proto__: null,
        configurable: true,
        get() { if (kind === 0) throw new Error("patched"); return kind === 1 ? undefined : 5; },
        set(value) { defineProperty(this, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true }); },
      });
    }
  }

  return function fuzz({ scope, seed, calls, patched = false, wild = false, trace = false }) {
    const random = generator(seed);
    const pool = [];
    const members = [];   // [holder, key, what, whose prototype]
    const constructors = [];
    const seen = new Set();
    const add = (value) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
      if (pool.length < MOST) push(pool, value);
      else pool[random(MOST)] = value;
    };

    const collect = (global) => {
      for (let holder = global; holder !== null && holder !== Object.prototype; holder = getPrototypeOf(holder)) {
        const keys = ownKeys(holder);
        for (let index = 0; index < keys.length; ++index) {
          const key = keys[index];
          if (typeof key === "symbol" || has(LANGUAGE, key)) continue;
          const descriptor = getOwnPropertyDescriptor(holder, key);
          if (descriptor === undefined) continue;
          let value;
          try { value = get(global, key); } catch { continue; }
          if (typeof value === "function" && value.prototype && /^[A-Z]/.test(key)) {
            if (seen.has(value)) continue;
            seen.add(value);
            push(constructors, { name: key, constructor: value });
            of_holder(value, key, null);
            of_holder(value.prototype, key, value.prototype);
          } else {
            push(members, { key, descriptor: typeof value === "function" ? { __proto__: null, value } : own(descriptor), prototype: null, name: key });
            if (value !== global) add(value);
          }
        }
      }
    };
    const of_holder = (holder, name, prototype) => {
      const keys = ownKeys(holder);
      for (let index = 0; index < keys.length; ++index) {
        const key = keys[index];
        if (key === "constructor" || key === "prototype" || key === "length" || key === "name") continue;
        const label = typeof key === "symbol" ? "symbol" : key;
        push(members, { key: label, descriptor: own(getOwnPropertyDescriptor(holder, key)), prototype, name: name + "." + label });
      }
    };

    const odd = (depth = 0) => {
      switch (random(34)) {
        case 0: return undefined;
        case 1: return null;
        case 2: return NaN;
        case 3: return -1;
        case 4: return 2 ** 53;
        case 5: return random(10);
        case 6: return "";
        case 7: return "a";
        case 8: return "\ud800";
        case 9: return "\0\n\r:";
        case 10: return "x".repeat(random(2000));
        case 11: return "https://fuzz.test/" + random(5);
        case 12: return "data:text/plain,x";
        case 13: return Symbol("odd");
        case 14: return 10n ** 40n;
        case 15: return true;
        case 16: return depth > 3 ? {} : { a: odd(depth + 1), method: odd(depth + 1), body: odd(depth + 1), signal: odd(depth + 1) };
        case 17: return depth > 3 ? [] : [odd(depth + 1), odd(depth + 1)];
        case 18: return [["a", "b"]];
        case 19: return () => { if (random(3) === 0) throw new Error("odd"); return odd(depth + 1); };
        case 20: return { get [["then", "length", "url", "type", "mode"][random(5)]]() { throw new Error("odd getter"); } };
        case 21: return new Proxy({}, { get(target, key) { if (random(4) === 0) throw new Error("odd proxy"); return key === Symbol.iterator ? undefined : odd(4); } });
        case 22: return new Proxy(function () {}, {});
        case 23: return new Uint8Array(random(100));
        case 24: { const buffer = new ArrayBuffer(8); try { buffer.transfer(); } catch {} return buffer; }
        case 25: return new ArrayBuffer(8, { maxByteLength: 16 });
        case 26: return { [Symbol.iterator]() { let left = random(5); return { next: () => ({ done: left-- <= 0, value: odd(depth + 1) }) }; } };
        case 27: return { toString() { throw new Error("odd string"); }, valueOf() { return {}; } };
        case 28: return ["GET", "POST", "no-cors", "include", "blob", "abort", "click", "bytes", "utf-8", "div", "*", "text/html", "default"][random(13)];
        case 29: return new Date(NaN);
        case 30: return new NativePromise((resolve, reject) => (random(2) ? resolve(odd(4)) : reject(odd(4))));
        default: return pool.length ? pool[random(pool.length)] : globalThis;
      }
    };
    const some = () => {
      const given = [];
      for (let left = random(5); left > 0; --left) push(given, odd());
      return given;
    };
    const receiver = (prototype) => {
      if (prototype === null) return random(5) ? globalThis : odd();
      for (let tries = 0; tries < 25; ++tries) {
        const one = pool[random(pool.length || 1)];
        if (one !== undefined && apply(is_prototype_of, prototype, [one])) return one;
      }
      return random(3) ? globalThis : odd();
    };
    const heed = (value) => {
      add(value);
      if (random(20) && value !== null && typeof value === "object") {
        try { apply(then, value, [add, () => undefined]); } catch {}
      }
    };

    const frames = [];
    const frames_come_and_go = () => {
      if (typeof document === "undefined" || !document?.body) return;
      try {
        if (frames.length && random(2)) {
          const at = random(frames.length);
          frames[at]?.remove();
          frames[at] = undefined;
        } else {
          const frame = document.createElement("iframe");
          frame.src = ["about:blank", "/frame", "data:text/html,x"][random(3)];
          if (random(3) === 0) frame.sandbox = "";
          document.body.append(frame);
          frames[random(4)]?.remove();
          defineProperty(frames, random(4), { __proto__: null, value: frame, writable: true, configurable: true });
          add(frame.contentWindow);
          add(frame.contentDocument);
          add(frame.contentWindow?.Blob && new frame.contentWindow.Blob(["x"]));
        }
      } catch {}
    };

    collect(globalThis);
    if (typeof document !== "undefined") {
      for (const name of ["div", "a", "form", "input", "select", "textarea", "script", "iframe", "img", "template", "table", "style", "meta", "base", "link"]) add(document.createElement(name));
    }
    if (patched) patch_the_language(random);
    let made = 0;
    const one_call = () => {
      try {
        if (random(6) === 0) {
          const { name, constructor } = constructors[random(constructors.length)];
          if ((name === "Worker" || name === "SharedWorker") && random(50)) return;
          if (trace) apply(log, null, ["trace new " + name]);
          heed(construct(constructor, some()));
          return;
        }
        const { key, descriptor, prototype, name } = members[random(members.length)];
        if (!wild && has(ENDS, key)) return;
        if (trace) apply(log, null, ["trace " + name]);
        const of = receiver(prototype);
        if (typeof descriptor.value === "function") heed(apply(descriptor.value, of, some()));
        else if (descriptor.get !== undefined && random(3)) heed(apply(descriptor.get, of, []));
        else if (descriptor.set !== undefined) apply(descriptor.set, of, [odd()]);
      } catch (error) {
        if (random(50) === 0) add(error);
      }
    };
    const slice = () => {
      for (let left = 100; left > 0; --left) {
        made += 1;
        one_call();
      }
      if (random(3) === 0) frames_come_and_go();
      apply(log, null, ["fuzz " + scope + " " + made]);
      if (made < calls) apply(later, null, [slice, 0]);
    };
    slice();
  };
})();
