"use strict";
/**
 * Calls of everything that a realm exposes, with odd arguments. The same seed makes the same calls, as far as answers come in the same order.
 *
 * `fuzz({ scope, seed, calls, patched, wild, small })` says on the console how many calls it has made, and in the end which members it has called on nothing
 * that has them. What it needs of the language it takes before anything is patched.
 */
var fuzz = (() => {
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, get } = Reflect;
  const entries_of = Function.prototype.call.bind(WeakMap.prototype.get), joined = Function.prototype.call.bind(Array.prototype.join),
    set_entry = Function.prototype.call.bind(WeakMap.prototype.set);
  const is_frozen = Object.isFrozen, is_array = Array.isArray;
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
  const NAMESPACES = new Set(["console", "CSS"]);
  const EVERYWHERE = ["0", "1", "2", "3", "then", "signal", "body", "get", "set", "value", "toJSON", "url", "mode"];
  const MOST = 300;
  const MOST_OF_A_KIND = 6;
  const MOST_FRAMES = 3;   // of which the members are called, too
  /** Not `array[length] = value`, which asks Object.prototype once it is patched. */
  const push = (list, value) => defineProperty(list, list.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

  /** A descriptor that inherits nothing. */
  const own = (descriptor) => Object.setPrototypeOf(descriptor, null);

  /** One of each kind that cannot be had by odd calls, or hardly. */
  const MAKERS = [
    () => new Request("/a", { method: "POST", body: "x" }), () => new Response("x"), () => new Response(new Blob(["x"]).stream()), () => new Headers([["a", "b"]]),
    () => new URL("https://fuzz.test/?a=b#c"), () => new URL("https://fuzz.test/?a=b#c").searchParams, () => new URLPattern({ pathname: "/:a" }), () => new FormData(),
    () => new Blob(["abc"]), () => new File(["abc"], "a.txt"), () => new FileReader(), () => new FileReaderSync(), () => new AbortController(), () => AbortSignal.timeout(5),
    () => new ReadableStream({ start(c) { c.enqueue("x"); } }), () => new ReadableStream({ type: "bytes", pull(c) { return c; } }), 
    (add) => new ReadableStream({ start: add }), (add) => new ReadableStream({ type: "bytes", start: add }), (add) => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 8, pull(c) { add(c.byobRequest); } }).getReader().read(),
    (add) => new WritableStream({ start: add }), (add) => new TransformStream({ start: add }), () => location.ancestorOrigins, () => Object.assign(document.createElement("input"), { type: "file" }).files,
    () => new PromiseRejectionEvent("a", { promise: NativePromise.resolve() }), (add) => addEventListener("unhandledrejection", add), (add) => addEventListener("message", add), (add) => addEventListener("error", add),
    (add) => new PerformanceObserver(add).observe({ entryTypes: ["mark"] }), () => new ReadableStream().getReader(),
    () => new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }), () => new WritableStream(), () => new WritableStream().getWriter(), () => new TransformStream(),
    () => new TextEncoder(), () => new TextDecoder(), () => new TextEncoderStream(), () => new TextDecoderStream(), () => new CompressionStream("gzip"), () => new DecompressionStream("gzip"),
    () => new ByteLengthQueuingStrategy({ highWaterMark: 1 }), () => new CountQueuingStrategy({ highWaterMark: 1 }), () => new EventTarget(), () => new DOMException("a", "b"),
    () => new Event("a"), () => new CustomEvent("a"), () => new MessageEvent("a"), () => new ErrorEvent("a"), () => new ProgressEvent("a"), () => new CloseEvent("a"),
    () => new MessageChannel(), () => new MessageChannel().port1, () => new BroadcastChannel("a"), () => new XMLHttpRequest(), () => new WebSocket("wss://fuzz.test/"), () => new EventSource("/a"),
    () => performance, () => performance.mark("a"), () => performance.measure("a"), () => new PerformanceObserver(() => {}), () => performance.timeOrigin, () => crypto.subtle,
    () => caches, () => caches.open("a"), () => navigator.storage, () => navigator.locks, () => navigator.permissions, () => navigator.permissions.query({ name: "notifications" }), () => navigator.serviceWorker,
    () => navigator.serviceWorker.getRegistration("/"), () => navigator.serviceWorker.ready, () => registration, () => registration.backgroundFetch, () => registration.backgroundFetch.fetch("a" + performance.now(), "/a"),
    () => navigator.serviceWorker.ready.then((one) => one.backgroundFetch.fetch("b" + performance.now(), "/b")), () => navigator.serviceWorker.ready.then((one) => one.pushManager), () => clients, () => clients.matchAll(),
    () => new ExtendableEvent("a"), () => new FetchEvent("a", { request: new Request("/") }), () => localStorage, () => sessionStorage, () => location, () => history, () => navigator,
    () => document.createTextNode("a"), () => document.createComment("a"), () => document.createDocumentFragment(), () => document.createTreeWalker(document), () => document.createNodeIterator(document),
    () => document.createAttribute("a"), () => document.implementation, () => document.implementation.createDocumentType("a", "", ""), () => document.implementation.createDocument(null, "a"), () => new DOMParser(),
    () => new XMLSerializer(), () => new MutationObserver(() => {}), () => document.body.attributes, () => document.body.classList, () => document.body.dataset, () => document.body.style, () => document.body.children,
    () => document.body.childNodes, () => document.querySelectorAll("*"), () => document.forms[0].elements, () => document.createElement("input").validity, () => document.createElement("select").options,
    () => document.createElementNS("http://www.w3.org/2000/svg", "svg"), () => document.createElement("unknown"),
  ];

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

  return function fuzz({ scope, seed, calls, patched = false, wild = false, small = false, trace = false }) {
    const random = generator(seed);
    const pool = [];
    const members = [];   // [holder, key, what, whose prototype]
    const constructors = [];
    const seen = new Set();
    const kinds = new WeakMap();    // prototype → some that have it
    const add = (value) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
      try {
        for (let above = getPrototypeOf(value), left = 12; above !== null && left > 0; above = getPrototypeOf(above), --left) {
          const kind = entries_of(kinds, above);
          if (kind !== undefined) defineProperty(kind, kind.length < MOST_OF_A_KIND ? kind.length : random(MOST_OF_A_KIND), { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        }
      } catch {}
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
            push(members, { key, descriptor: typeof value === "function" ? { __proto__: null, value } : own(descriptor), prototype: null, name: key, reached: false });
            if (value !== global) add(value);
            if (typeof value === "object" && value !== null && has(NAMESPACES, key)) of_holder(value, key, null);
          }
        }
      }
    };
    const of_holder = (holder, name, prototype) => {
      if (prototype !== null) set_entry(kinds, prototype, []);
      const keys = ownKeys(holder);
      for (let index = 0; index < keys.length; ++index) {
        const key = keys[index];
        if (key === "constructor" || key === "prototype" || key === "length" || key === "name") continue;
        const label = typeof key === "symbol" ? "symbol" : key;
        push(members, { key: label, descriptor: own(getOwnPropertyDescriptor(holder, key)), prototype, name: name + "." + label, reached: false });
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
      const kind = entries_of(kinds, prototype);
      if (kind.length > 0 && random(8)) return kind[random(kind.length)];
      return random(3) ? globalThis : odd();
    };
    /** Does it belong to the realm of the bindings, whose language is frozen? */
    const is_foreign = (value, depth = 0) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
      let root = value, left = 50;
      for (let above = getPrototypeOf(value); above !== null && left > 0; above = getPrototypeOf(above), --left) root = above;
      if (root !== value && is_frozen(root)) return true;
      if (depth === 2 || getPrototypeOf(root) !== null || (!is_array(value) && getPrototypeOf(value) !== root)) return false;
      const keys = ownKeys(value);
      for (let index = 0; index < keys.length && index < 20; ++index) {
        const descriptor = getOwnPropertyDescriptor(value, keys[index]);
        if (descriptor !== undefined && is_foreign(descriptor.value, depth + 1)) return true;
      }
      return false;
    };
    const check = (value, name) => {
      let foreign = false;
      try { foreign = is_foreign(value); } catch {}
      if (foreign) apply(log, null, ["foreign " + scope + ": " + name]);
    };
    const heed = (value, name) => {
      check(value, name);
      add(value);
      if (random(20) && value !== null && typeof value === "object") {
        try { apply(then, value, [(settled) => heed(settled, name + ", settled"), (reason) => check(reason, name + ", rejected")]); } catch {}
      }
    };

    const frames = [];
    let frames_called = 0;
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
          if (!patched && !small && frames_called < MOST_FRAMES && frame.contentDocument) {
            frames_called += 1;
            collect(frame.contentWindow);
          }
          add(frame.contentDocument);
          add(frame.contentWindow?.Blob && new frame.contentWindow.Blob(["x"]));
        }
      } catch {}
    };

    collect(globalThis);
    if (typeof document !== "undefined") {
      for (const name of ["div", "a", "form", "input", "select", "textarea", "script", "iframe", "img", "template", "table", "style", "meta", "base", "link"]) add(document.createElement(name));
    }
    for (let index = 0; index < MAKERS.length; ++index) {
      try { heed(MAKERS[index](add), "maker"); } catch {}
    }
    if (patched) patch_the_language(random);
    let made = 0;
    const one_call = () => {
      let called = "";
      try {
        if (random(6) === 0) {
          const { name, constructor } = constructors[random(constructors.length)];
          if ((name === "Worker" || name === "SharedWorker") && random(50)) return;
          called = "new " + name;
          if (trace) apply(log, null, ["trace new " + name]);
          heed(construct(constructor, some()), "new " + name);
          return;
        }
        const member = members[random(members.length)];
        const { key, descriptor, prototype, name } = member;
        if (!wild && has(ENDS, key)) return;
        called = name;
        if (trace) apply(log, null, ["trace " + name]);
        const of = receiver(prototype);
        member.reached ||= prototype === null || apply(is_prototype_of, prototype, [of]);
        if (typeof descriptor.value === "function") heed(apply(descriptor.value, of, some()), name);
        else if (descriptor.get !== undefined && random(3)) heed(apply(descriptor.get, of, []), name);
        else if (descriptor.set !== undefined) apply(descriptor.set, of, [odd()]);
      } catch (error) {
        check(error, "thrown by " + called);
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
      if (made >= calls) {
        const reached = { __proto__: null }, never = { __proto__: null };
        for (let index = 0; index < members.length; ++index) {
          if (members[index].reached) reached[members[index].name] = true;
        }
        for (let index = 0; index < members.length; ++index) {
          if (reached[members[index].name] !== true && (wild || !has(ENDS, members[index].key))) never[members[index].name] = true;
        }
        apply(log, null, ["never " + scope + ": " + joined(ownKeys(never), " ")]);
      }
      if (made < calls) apply(later, null, [slice, 0]);
    };
    slice();
  };
})();
