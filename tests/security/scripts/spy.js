// `spy()`: wraps all methods of the language, does everything in `samples`, and says where a wrapper has met an object that is not of this realm.

{
  const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const foreign = is_foreign;
  const { isArray } = Array;
  const is_listening = { now: false };
  let doing = "";
  const found = { __proto__: null };

  const note = (via, value, depth = 2) => {
    if (foreign(value)) {
      found[`${via}, in ${doing}`] = true;
    } else if (depth > 0 && isArray(value)) {
      for (let index = 0; index < value.length && index < 6; index += 1) {
        note(`${via}[]`, getOwnPropertyDescriptor(value, index)?.value, depth - 1);
      }
    }
  };
  // NB: nothing here may be iterated over: that is one of the things that are listened to.
  const listen = (via, receiver, values) => {
    if (is_listening.now) {
      is_listening.now = false;
      try {
        note(via, receiver);
        for (let index = 0; index < values.length; index += 1) note(via, values[index]);
      } finally {
        is_listening.now = true;
      }
    }
  };
  const wrap = (holder, name) => {
    for (const key of ownKeys(holder)) {
      const descriptor = getOwnPropertyDescriptor(holder, key);
      const label = `${name}.${String(key)}`;
      if (["constructor", "caller", "arguments", "__proto__"].includes(key) || !descriptor.configurable) {
        continue;
      }
      if (typeof descriptor.value === "function") {
        const original = descriptor.value;
        defineProperty(holder, key, { __proto__: null, ...descriptor, value: { method(...values) {
          listen(label, this, values);
          return apply(original, this, values);
        } }.method });
      } else if (descriptor.get !== undefined) {
        const { get } = descriptor;
        defineProperty(holder, key, { __proto__: null, ...descriptor, get() {
          listen(`get ${label}`, this, []);
          return apply(get, this, []);
        } });
      }
    }
  };
  const hooks_of_all_objects = ["0", "1", "2", "3", "4", "then", "get", "set", "value", "signal", "body", "window", "toJSON", "enumerable", "writable", "next", "done", "handleEvent"];

  globalThis.spy = async () => {
    const { stringify } = JSON;
    const prototype_of = (value) => getPrototypeOf(value);
    const others = {
      TypedArray: prototype_of(Uint8Array.prototype), ArrayIterator: prototype_of([].values()), MapIterator: prototype_of(new Map().entries()),
      SetIterator: prototype_of(new Set().values()), StringIterator: prototype_of(""[Symbol.iterator]()), RegExpStringIterator: prototype_of("".matchAll(/a/g)),
      AsyncIterator: prototype_of(prototype_of((async function* () {}).prototype)), Generator: prototype_of((function* () {}).prototype),
    };
    const classes = [
      "Array", "Map", "Set", "WeakMap", "WeakSet", "Promise", "RegExp", "String", "Function", "Iterator", "ArrayBuffer", "DataView", "Date", "Error",
      "FinalizationRegistry", "WeakRef", "Number", "Symbol", "TypeError", "DOMException", "Boolean", "BigInt", "Object",
    ];
    const statics = ["Array", "Object", "Promise", "Reflect", "JSON", "Math", "Number", "String", "Symbol", "ArrayBuffer", "Date", "Error", "Map"];
    const prototypes = classes.map((name) => [globalThis[name].prototype, `${name}.prototype`]);
    const holders = [...prototypes, ...Object.entries(others).map(([name, holder]) => [holder, name]), ...statics.map((name) => [globalThis[name], name])];
    for (const [holder, name] of holders) {
      wrap(holder, name);
    }
    // What is asked of promises and of constructors, by name.
    defineProperty(Promise.prototype, "constructor", { __proto__: null, configurable: true, get() { listen("get Promise.prototype.constructor", this, []); return Promise; } });
    for (const Class of [Promise, Array, ArrayBuffer, Map, Set, RegExp]) {
      defineProperty(Class, Symbol.species, { __proto__: null, configurable: true, get() { listen(`get ${Class.name}[Symbol.species]`, this, []); return Class; } });
    }
    for (const key of hooks_of_all_objects) {
      defineProperty(Object.prototype, key, {
        __proto__: null,
        configurable: true,
        get() {
          listen(`get Object.prototype.${key}`, this, []);
          return undefined;
        },
        set(value) {
          listen(`set Object.prototype.${key}`, this, [value]);
          defineProperty(this, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        },
      });
    }
    const errors = [];
    for (const name in samples) {
      doing = name;
      is_listening.now = true;
      try {
        await samples[name](() => {});
      } catch (error) {
        is_listening.now = false;
        errors[errors.length] = `${name}: ${error}`;
      }
      is_listening.now = false;
    }
    return stringify({ found: ownKeys(found), errors });
  };
}
