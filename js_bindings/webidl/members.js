import { apply, defineProperty, getOwnPropertyDescriptor } from "../intrinsics.js";
import { host } from "../ops.js";
import { arguments_converter } from "./arguments.js";
import { converter_of } from "./converters.js";
import { NotImplemented, throw_not_implemented } from "./not_implemented.js";
import { implementation_of_interface } from "./platform_objects.js";
import { a_promise_rejected_with } from "./promises.js";
import { result_converter } from "./results.js";
import { brand_of } from "./tables.js";

/** Attributes, operations and constants: https://webidl.spec.whatwg.org/#js-attributes and after. */

/** https://webidl.spec.whatwg.org/#dfn-exposed , for a member */
export function is_exposed_here(member) {
  return (!member.exposed || member.exposed.some((name) => host.global_names.includes(name))) && (!member.secure || host.is_secure_context);
}

/** A function that gives the implementation object of `this`, or throws. */
export function receiver_of(interface_name, context) {
  const brand = brand_of(interface_name);
  return (this_value) => {
    const implementation = implementation_of_interface(this_value ?? globalThis, brand);
    if (implementation === undefined) {
      throw new TypeError(`${context}: this is not of type ${interface_name}`);
    }
    return implementation;
  };
}

const fixed_receiver = (implementation) => () => implementation;

/** `holder`: the class (for static members) or object (for namespaces) that has the member, instead of `this`. */
export function define_attribute(target, interface_name, member, holder = undefined) {
  const { name, type } = member;
  const context = `${interface_name}.${name}`;
  const receive = holder === undefined ? receiver_of(interface_name, context) : fixed_receiver(holder);
  const accessors = type.t === "event handler" ? event_handler_accessors(name, receive) : accessors_of(member, context, receive, interface_name, holder);
  defineProperty(target, name, {
    ...accessors,
    enumerable: true,
    configurable: !member.unforgeable,
  });
}

function accessors_of(member, context, receive, interface_name, holder) {
  const { name, type } = member;
  let convert_result;
  const read = (implementation) => {
    const value = implementation[name];
    if (value instanceof NotImplemented) {
      throw_not_implemented(context, value.reason);
    }
    return (convert_result ??= result_converter(type))(value);
  };
  let getter;
  if (type.t === "Promise") {
    getter = {
      get [name]() {
        try {
          return read(receive(this));
        } catch (error) {
          return a_promise_rejected_with(error);
        }
      },
    };
  } else if (member.lenientThis) {
    const brand = brand_of(interface_name);
    getter = {
      get [name]() {
        const implementation = implementation_of_interface(this ?? globalThis, brand);
        return implementation === undefined ? undefined : read(implementation);
      },
    };
  } else {
    getter = {
      get [name]() {
        return read(receive(this));
      },
    };
  }
  const { get } = getOwnPropertyDescriptor(getter, name);
  return { get, set: setter_of(member, context, receive, holder) };
}

function setter_of(member, context, receive) {
  const { name, type } = member;
  if (member.replaceable) {
    return setter(name, function (value) {
      receive(this);
      defineProperty(this ?? globalThis, name, { value, writable: true, enumerable: true, configurable: true });
    });
  }
  if (member.putForwards) {
    return setter(name, function (value) {
      receive(this);
      const target = (this ?? globalThis)[name];
      if (typeof target !== "object" || target === null) {
        throw new TypeError(`${context} is not an object, so its ${member.putForwards} cannot be set`);
      }
      target[member.putForwards] = value;
    });
  }
  if (member.readonly) {
    return undefined;
  }
  let convert;
  return setter(name, function (value) {
    const implementation = receive(this);
    convert ??= setter_converter(type);
    const converted = convert(value, context);
    if (converted !== IGNORED) {
      implementation[name] = converted;
    }
  });
}

const IGNORED = Symbol("ignored");

/** A setter ignores values that its enumeration does not have. */
function setter_converter(type) {
  const convert = converter_of(type);
  if (type.t !== "enum") {
    return convert;
  }
  return (value, context) => {
    const string = `${value}`;
    try {
      return convert(string, context);
    } catch {
      return IGNORED;
    }
  };
}

function event_handler_accessors(name, receive) {
  const { get } = getOwnPropertyDescriptor({
    get [name]() {
      return receive(this).get_event_handler(name);
    },
  }, name);
  return {
    get,
    set: setter(name, function (value) {
      receive(this).set_event_handler(name, (typeof value === "object" && value !== null) || typeof value === "function" ? value : null);
    }),
  };
}

function setter(name, steps) {
  return getOwnPropertyDescriptor({
    set [name](value) {
      apply(steps, this, [value]);
    },
  }, name).set;
}

export function define_operation(target, interface_name, member, holder = undefined) {
  const { name, overloads, length } = member;
  const context = `${interface_name}.${name}`;
  const receive = holder === undefined ? receiver_of(interface_name, context) : fixed_receiver(holder);
  let convert_arguments, convert_result;
  const call = (this_value, args) => {
    const implementation = receive(this_value);
    convert_arguments ??= arguments_converter(overloads, length, context);
    const converted = convert_arguments(args);
    const method = implementation[name];
    if (typeof method !== "function") {
      throw_not_implemented(context, method instanceof NotImplemented ? method.reason : "it has not been written yet");
    }
    return (convert_result ??= result_converter(overloads[0].returns))(apply(method, implementation, converted));
  };
  const returns_promise = overloads[0].returns.t === "Promise";
  const operation = member.default ? default_to_json(target, receive) : returns_promise ? promise_operation(name, call) : plain_operation(name, call);
  if (length > 0) {
    defineProperty(operation, "length", { value: length, configurable: true });
  }
  defineProperty(target, name, { value: operation, writable: !member.unforgeable, enumerable: true, configurable: !member.unforgeable });
}

/** https://webidl.spec.whatwg.org/#default-tojson-steps : the attributes of the interface whose prototype this is, and of those it inherits. */
function default_to_json(prototype, receive) {
  return {
    toJSON() {
      receive(this);
      const result = {};
      for (let holder = prototype; holder !== null && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
        for (const [name, { get, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
          if (get !== undefined && enumerable && !Object.hasOwn(result, name)) {
            result[name] = apply(get, this, []);
          }
        }
      }
      return result;
    },
  }.toJSON;
}

function plain_operation(name, call) {
  return {
    [name](...args) {
      return call(this, args);
    },
  }[name];
}

/** Whatever goes wrong in an operation that returns a promise is a rejection. */
function promise_operation(name, call) {
  return {
    [name](...args) {
      try {
        return call(this, args);
      } catch (error) {
        return a_promise_rejected_with(error);
      }
    },
  }[name];
}

/** https://webidl.spec.whatwg.org/#js-constants */
export function define_constant(target, { name, value }) {
  defineProperty(target, name, { value, writable: false, enumerable: true, configurable: false });
}

/** https://webidl.spec.whatwg.org/#js-stringifier */
export function define_stringifier(target, interface_name, member) {
  const receive = receiver_of(interface_name, `${interface_name}.toString`);
  const { attribute } = member;
  const { toString } = {
    toString() {
      const implementation = receive(this);
      return `${attribute ? implementation[attribute] : implementation.toString()}`;
    },
  };
  defineProperty(target, "toString", { value: toString, writable: true, enumerable: true, configurable: true });
}
