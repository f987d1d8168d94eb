import {
  apply, getPrototypeOf, getter, getter_of_slot, global_object, has_own, method, reflect_get, reflect_set, setter, string_slice,
} from "../intrinsics.js";
import { host } from "../ops.js";
import { overload_resolver } from "./arguments.js";
import { converter_of, to_string } from "./converters.js";
import { is_object } from "./kinds.js";
import { load } from "./lazy.js";
import { list_includes, some_in_list } from "./lists.js";
import { NotImplemented } from "./not_implemented.js";
import { implementation_of, implementation_of_interface } from "./platform_objects.js";
import { a_promise_rejected_with, promise_for_script } from "./promises.js";
import { define_accessor, define_fixed, define_value, descriptor_of } from "./properties.js";
import { result_converter } from "./results.js";
import { brand_of } from "./tables.js";

/** Attributes, operations and constants: https://webidl.spec.whatwg.org/#js-attributes and after. */

/** https://webidl.spec.whatwg.org/#dfn-exposed , for a member */
export function is_exposed_here(member) {
  return (!member.exposed || member.exposed === "*" || some_in_list(member.exposed, (name) => list_includes(host.global_names, name)))
    && (!member.secure || host.is_secure_context);
}

/** A function that gives the implementation object of `this`, or throws. Nothing as `this` stands for the global object. */
export function receiver_of(interface_name, context) {
  const brand = brand_of(interface_name);
  return (this_value) => implementation_of_interface(this_value ?? global_object, brand) ?? refuse(this_value, interface_name, context);
}

function refuse(this_value, interface_name, context) {
  // https://html.spec.whatwg.org/multipage/nav-history-apis.html#integration-with-idl
  const foreign = implementation_of(this_value);
  if (foreign !== undefined && foreign.interface_name !== undefined && foreign.is_remote) {
    return load("html/window/remote_windows.js").perform_a_security_check(foreign, interface_name, string_slice(context, interface_name.length + 1));
  }
  throw new TypeError(context + ": this is not of type " + interface_name);
}

/** Static members and those of namespaces belong to the class (or object) itself, whatever `this` is. */
function receiver_for(member, interface_name, context, Class, of_namespace) {
  return member.static || of_namespace ? () => Class : receiver_of(interface_name, context);
}

/** What the implementation declares for a member: a function, NotImplemented, or undefined for an accessor, a slot, nothing. */
function declared_member(Class, member, of_namespace) {
  for (let holder = member.static || of_namespace ? Class : Class.prototype; holder !== null; holder = getPrototypeOf(holder)) {
    if (has_own(holder, member.name)) {
      return descriptor_of(holder, member.name).value;
    }
  }
  return undefined;
}

/** Why a member of the definition is not there; null if it is. A gap is absent for scripts, and told to people: see gaps.js. */
export function gap_of(member, Class, of_namespace = false) {
  if (Class === null || (member.kind !== "attribute" && member.kind !== "operation")) {
    return null;
  }
  const declared = declared_member(Class, member, of_namespace);
  if (declared instanceof NotImplemented) {
    return declared.reason;
  }
  return member.kind === "operation" && !member.default && declared === undefined ? "not written yet" : null;
}

/** https://webidl.spec.whatwg.org/#js-attributes */
export function define_attribute(target, interface_name, member, Class, of_namespace = false) {
  const { name, type } = member;
  const context = interface_name + "." + name;
  const receive = receiver_for(member, interface_name, context, Class, of_namespace);
  const is_handler = type.t === "event handler";
  const get = is_handler ? event_handler_getter(name, receive) : attribute_getter(member, context, receive, interface_name);
  const set = is_handler ? event_handler_setter(name, receive) : attribute_setter(member, context, receive, interface_name);
  define_accessor(target, name, get, set, true, !member.unforgeable);
}

/** https://webidl.spec.whatwg.org/#dfn-attribute-getter */
function attribute_getter(member, context, receive, interface_name) {
  const { name, type } = member;
  let convert;
  const read = (this_value) => (convert ??= result_converter(type))(receive(this_value)[name]);
  if (type.t === "Promise") {
    return promise_getter(name, read);
  }
  if (member.lenientThis) {
    const brand = brand_of(interface_name);
    return getter(name, (this_value) => (
      implementation_of_interface(this_value ?? global_object, brand) === undefined ? undefined : read(this_value)
    ));
  }
  return NEVER_CONVERTED[type.t] ? getter_of_slot(name, receive) : getter(name, read);
}

/** OPTIMIZATION: most attributes are of types whose values are handed out as they are. */
const NEVER_CONVERTED = {
  __proto__: null, any: true, boolean: true, bigint: true, DOMString: true, USVString: true, ByteString: true, object: true, enum: true,
  byte: true, octet: true, short: true, "unsigned short": true, long: true, "unsigned long": true, "long long": true,
  "unsigned long long": true, float: true, "unrestricted float": true, double: true, "unrestricted double": true,
};

/** Whatever goes wrong in reading a promise is a rejection. */
function promise_getter(name, read) {
  return getter(name, (this_value) => {
    try {
      return read(this_value);
    } catch (error) {
      return promise_for_script(a_promise_rejected_with(error));
    }
  });
}

/** https://webidl.spec.whatwg.org/#dfn-attribute-setter */
function attribute_setter(member, context, receive, interface_name) {
  const { name } = member;
  if (member.readonly && !member.replaceable && !member.putForwards && !member.lenientSetter) {
    return undefined;
  }
  const write = writer(member, context, receive);
  if (member.lenientThis) {
    const brand = brand_of(interface_name);
    return setter(name, (this_value, value) => {
      if (implementation_of_interface(this_value ?? global_object, brand) !== undefined) {
        write(this_value, value);
      }
    });
  }
  return setter(name, write);
}

function writer(member, context, receive) {
  const { name, type, putForwards } = member;
  if (member.replaceable) {
    return (this_value, value) => {
      receive(this_value);
      define_value(this_value ?? global_object, name, value);
    };
  }
  if (member.lenientSetter) {
    return (this_value) => { receive(this_value); };
  }
  if (putForwards) {
    return (this_value, value) => {
      receive(this_value);
      const target = reflect_get(this_value ?? global_object, name);
      if (!is_object(target)) {
        throw new TypeError(context + " is not an object, so its " + putForwards + " cannot be set");
      }
      reflect_set(target, putForwards, value);
    };
  }
  if (type.t === "enum") {
    return enumeration_writer(name, type, receive, context);
  }
  let convert;
  return (this_value, value) => {
    const implementation = receive(this_value);
    implementation[name] = (convert ??= converter_of(type))(value, context);
  };
}

/** A setter ignores values that its enumeration does not have. */
function enumeration_writer(name, type, receive, context) {
  let convert;
  return (this_value, value) => {
    const implementation = receive(this_value);
    const string = value === null && type.nullable ? null : to_string(value, context);
    let converted;
    try {
      converted = (convert ??= converter_of(type))(string, name);
    } catch {
      return;
    }
    implementation[name] = converted;
  };
}

function event_handler_getter(name, receive) {
  return getter(name, (this_value) => receive(this_value).get_event_handler(name));
}

function event_handler_setter(name, receive) {
  return setter(name, (this_value, value) => receive(this_value).set_event_handler(name, is_object(value) ? value : null));
}

/** https://webidl.spec.whatwg.org/#js-operations */
export function define_operation(target, interface_name, member, Class, of_namespace = false) {
  const { name, length, overloads } = member;
  const context = interface_name + "." + name;
  const receive = receiver_for(member, interface_name, context, Class, of_namespace);
  const call = member.default ? load("webidl/to_json.js").default_to_json_steps(interface_name, receive) : caller(member, context, receive);
  const operation = overloads[0].returns.t === "Promise" ? promise_operation(name, call) : method(name, call);
  if (length > 0) {
    define_fixed(operation, "length", length);
  }
  define_value(target, name, operation, true, !member.unforgeable, !member.unforgeable);
}

/** A function of `this` and the arguments. */
function caller(member, context, receive) {
  const { name, length, overloads } = member;
  let resolve;
  const results = [];
  return (this_value, args) => {
    const implementation = receive(this_value);
    resolve ??= overload_resolver(overloads, length, context);
    const choice = resolve(args);
    const converted = choice.convert(args);
    const steps = implementation[name];
    const convert = results[choice.number] ??= result_converter(overloads[choice.number].returns);
    return convert(apply(steps, implementation, converted));
  };
}

/** Whatever goes wrong in an operation that returns a promise is a rejection. */
function promise_operation(name, call) {
  return method(name, (this_value, args) => {
    try {
      return call(this_value, args);
    } catch (error) {
      return promise_for_script(a_promise_rejected_with(error));
    }
  });
}

/** https://webidl.spec.whatwg.org/#js-constants */
export function define_constant(target, { name, value }) {
  define_value(target, name, value, true, false, false);
}

/** https://webidl.spec.whatwg.org/#js-stringifier */
export function define_stringifier(target, interface_name, member) {
  const receive = receiver_of(interface_name, interface_name + ".toString");
  const { attribute } = member;
  const toString = method("toString", (this_value) => {
    const implementation = receive(this_value);
    return String(attribute ? implementation[attribute] : implementation.toString());
  });
  define_value(target, "toString", toString, true, !member.unforgeable, !member.unforgeable);
}
