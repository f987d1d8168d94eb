// `walk()`: does everything in `samples`, looks at all there is to be seen of what comes of it, and says what is not of this realm.


{
  const { apply, construct, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const object_prototype = Object.prototype, function_prototype = Function.prototype, array_prototype = Array.prototype;
  const SAFE_CALLS = [
    "entries", "keys", "values", "toJSON", "toString", "item", "namedItem", "composedPath", "getEntries", "takeRecords", "text", "json", "blob",
    "formData", "getAll", "getReader",
  ];
  // What leads into another realm, and what is no business of ours.
  const UNTOUCHED = ["webkitStorageInfo", "frameElement", "contentWindow", "contentDocument", "caller", "arguments"];
  const MOST_OF_A_KIND = 5;   // objects of one prototype that are looked into; of all it is seen whose they are
  const AT_ONCE = 300;

  const foreign = globalThis.is_foreign = (value) => {
    const is_function = typeof value === "function";
    if ((typeof value !== "object" && !is_function) || value === null || value === object_prototype) {
      return false;
    }
    let holds_functions = false;
    let root = value;
    for (let next = value; next !== null; next = getPrototypeOf(next)) {
      root = next;
      holds_functions ||= next === function_prototype;
    }
    if (root !== object_prototype) {
      return root !== value || !may_inherit_nothing(value);
    }
    return is_function && (!holds_functions || realm_of_constructor_is_another(value));
  };

  const may_inherit_nothing = (object) => object[Symbol.toStringTag] === "Module" || object === Array.prototype[Symbol.unscopables]
    || ownKeys(object).every((key) => object[key] === true);   // @@unscopables

  /** https://tc39.es/ecma262/#sec-getfunctionrealm */
  function realm_of_constructor_is_another(made) {
    try {
      return getPrototypeOf(construct(Array, [], new Proxy(made, { get: () => undefined }))) !== array_prototype;
    } catch {
      return false;   // no constructor
    }
  }

  globalThis.walk = async () => {
    const found = [];
    const visited = new WeakSet();
    const of_a_kind = new Map();
    const queue = [];
    const pending = [];
    const add = (value, path) => {
      if ((typeof value === "object" || typeof value === "function") && value !== null && !visited.has(value)) {
        visited.add(value);
        if (foreign(value)) {
          found.push(path);
        }
        const kind = getPrototypeOf(value);
        const many = of_a_kind.get(kind) ?? 0;
        of_a_kind.set(kind, many + 1);
        if (many < MOST_OF_A_KIND || Object.hasOwn(value, "prototype") || Object.hasOwn(value, "constructor") || (kind === object_prototype && many < 40 * MOST_OF_A_KIND && !path.endsWith("described"))) {
          queue.push([value, path]);
        }
      }
    };
    const try_to = (steps, path) => {
      try {
        add(steps(), path);
      } catch (error) {
        add(error, `${path} throws`);
      }
    };
    const look_at = (object, path) => {
      if (Object.prototype.toString.call(object) === "[object Promise]" && object instanceof Promise) {
        pending.push(Promise.prototype.then.call(object, (value) => add(value, `${path} gives`), (reason) => add(reason, `${path} is rejected with`)));
      }
      for (let holder = object; holder !== null; holder = getPrototypeOf(holder)) {
        add(holder, `${path}.__proto__`);
        for (const key of ownKeys(holder)) {
          if (UNTOUCHED.includes(key) || (holder !== object && (holder === object_prototype || holder === function_prototype))) {
            continue;
          }
          const name = `${path}.${String(key)}`;
          const descriptor = getOwnPropertyDescriptor(holder, key);
          if (descriptor?.get !== undefined && /^[0-9]+$/.test(String(key))) {
            continue;   // a frame
          }
          add(descriptor, `${name} described`);
          add(descriptor?.value, name);
          add(descriptor?.get, `get ${name}`);
          add(descriptor?.set, `set ${name}`);
          if (descriptor?.get !== undefined) {
            try_to(() => apply(descriptor.get, object, []), name);
          }
          if (typeof descriptor?.value === "function" && SAFE_CALLS.includes(key) && holder !== Array.prototype) {
            try_to(() => apply(descriptor.value, object, key === "item" ? [0] : ["x"]), `${name}()`);
          }
        }
      }
      if (typeof object[Symbol.iterator] === "function" && object !== globalThis) {
        try_to(() => {
          const iterator = object[Symbol.iterator]();
          add(iterator, `${path}[Symbol.iterator]()`);
          const step = iterator.next();
          add(step, `${path}[Symbol.iterator]().next()`);
          return step.value;
        }, `an item of ${path}`);
      }
    };
    const look_at_all = async () => {
      for (let rest = 0; rest < 3; rest += 1) {
        while (queue.length > 0) {
          for (const [object, path] of queue.splice(0, AT_ONCE)) {
            try_to(() => look_at(object, path), path);
          }
          await new Promise((resolve) => setTimeout(resolve));
        }
        await Promise.race([Promise.all(pending.splice(0)), new Promise((resolve) => setTimeout(resolve, 50))]);
      }
    };
    const errors = [];
    for (const name in samples) {
      try {
        await samples[name]((...values) => values.forEach((value, index) => {
          add(value, `${name}#${index}`);
          if (Array.isArray(value)) {
            value.forEach((item, at) => add(item, `${name}#${index}[${at}]`));
          }
        }));
      } catch (error) {
        add(error, `${name} throws`);
        errors.push(`${name}: ${error}`);
      }
      await look_at_all();
    }
    add(globalThis, "globalThis");
    await look_at_all();
    return { found, errors };
  };
}
