import { string_of } from "../../intrinsics.js";
import {
  op_window_proxy_child, op_window_proxy_close, op_window_proxy_navigate, op_window_proxy_relative, op_window_proxy_state,
} from "../../ops.js";
import { api_base_url } from "../../realm/environment.js";
import { parse_url } from "../../url/url_record.js";
import { arguments_converter } from "../../webidl/arguments.js";
import { load } from "../../webidl/lazy.js";
import { attach, identify, implementation_of, platform_object_of } from "../../webidl/platform_objects.js";
import { brand_of, table_of } from "../../webidl/tables.js";
import { CROSS_ORIGIN_PROPERTIES, security_error } from "./cross_origin_objects.js";

/** Windows whose documents live in another agent. Everything about them is asked of Python; see engine/ops/window_proxies.py. */

class CrossOriginObject {}

// NB: realms of one agent share these objects. Whatever is done with one is done by the class of the realm that does it, since that knows
// in whose name an op is called.
const class_in_this_realm = (implementation) => (implementation.interface_name === "Window" ? RemoteWindow : RemoteLocation);

export function get_attribute(implementation, name) {
  return Reflect.get(class_in_this_realm(implementation).prototype, name, implementation);
}

export function set_attribute(implementation, name, value) {
  Reflect.set(class_in_this_realm(implementation).prototype, name, string_of(value), implementation);
}

const converters = { __proto__: null };

/** An operation, with the arguments of a script. */
export function call_operation(implementation, name, args) {
  const convert = converters[name] ??= converter_of_operation(implementation.interface_name, name);
  return Reflect.apply(class_in_this_realm(implementation).prototype[name], implementation, convert(args));
}

/**
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#integration-with-idl : a member of its interface is used on it.
 *
 * Returns what stands for it in this realm.
 */
export function perform_a_security_check(implementation, interface_name, member) {
  if (interface_name !== implementation.interface_name || CROSS_ORIGIN_PROPERTIES[interface_name][member] === undefined) {
    throw security_error(`${interface_name}.${member} cannot be used`);
  }
  return as_of_this_realm(implementation);
}

/** The same window or location, by the class of this realm. */
export function as_of_this_realm(implementation) {
  const Class = class_in_this_realm(implementation);
  if (implementation instanceof Class) {
    return implementation;
  }
  const own = Class === RemoteWindow ? new RemoteWindow(implementation.number) : new RemoteLocation(implementation.window);
  own.location_object = implementation.location_object;
  identify(own, platform_object_of(implementation));
  return own;
}

function converter_of_operation(interface_name, name) {
  const { overloads, length } = table_of(interface_name).members.find((member) => member.kind === "operation" && member.name === name);
  return arguments_converter(overloads, length, `${interface_name}.${name}`);
}

/** What stands for a window. `number`: what Python calls its navigable. */
export class RemoteWindow extends CrossOriginObject {
  interface_name = "Window";
  is_remote = true;
  number;
  location_object = null;

  constructor(number) {
    super();
    this.number = number;
  }

  get state() {
    return op_window_proxy_state(this.number);
  }

  // What all may see ---------------------------------------------------------------------------------------------------

  get window() {
    return this;
  }

  get self() {
    return this;
  }

  get frames() {
    return this;
  }

  get parent() {
    return window_of(op_window_proxy_relative(this.number, "parent"));
  }

  get top() {
    return window_of(op_window_proxy_relative(this.number, "top"));
  }

  get opener() {
    return window_of(op_window_proxy_relative(this.number, "opener"));
  }

  get closed() {
    return this.state.closed;
  }

  get length() {
    return this.state.length;
  }

  get location() {
    if (this.location_object === null) {
      this.location_object = new RemoteLocation(this);
      make_proxy(this.location_object, traps_of_agent);
    }
    return this.location_object;
  }

  set location(url) {
    this.go(absolute(url));
  }

  close() {
    op_window_proxy_close(this.number);
  }

  focus() {}

  blur() {}

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#window-post-message-steps */
  postMessage(message, options, transfer_list) {
    load("html/window/window_messages.js").post_a_message_to_another_agent(this.number, message, options, transfer_list);
  }

  // What the bindings of this agent ask ----------------------------------------------------------------------------------

  child_count() {
    return this.length;
  }

  /** The window in it that an array index means; null for other keys. */
  indexed_child(key) {
    return typeof key === "string" && /^(?:0|[1-9][0-9]{0,8})$/.test(key) ? op_window_proxy_child(this.number, Number(key)) : null;
  }

  named_child(key) {
    return typeof key === "string" && key !== "" && this.state.names.includes(key) ? op_window_proxy_child(this.number, key) : null;
  }

  go(url, history_handling = "auto", { body, content_type, referrer_policy } = load("html/navigation/navigate.js").PLAIN) {
    op_window_proxy_navigate(this.number, url, history_handling === "replace", body, content_type, referrer_policy);
  }

  /** Ours: Python tells its document. */
  unload() {}
}

class RemoteLocation extends CrossOriginObject {
  interface_name = "Location";
  is_remote = true;
  window;

  constructor(window) {
    super();
    this.window = window;
  }

  get href() {
    throw security_error("Location.href cannot be read");
  }

  set href(url) {
    as_of_this_realm(this.window).go(absolute(url));
  }

  replace(url) {
    as_of_this_realm(this.window).go(absolute(url), "replace");
  }

  child_count() {
    return 0;
  }

  indexed_child() {
    return null;
  }

  named_child() {
    return null;
  }
}

function absolute(url) {
  const parsed = parse_url(url, api_base_url());
  if (parsed === null) {
    throw new DOMException(`"${url}" is no URL`, "SyntaxError");
  }
  return parsed.href;
}

// NB: they inherit nothing from a prototype that scripts can reach, as other implementation objects.
Object.setPrototypeOf(CrossOriginObject.prototype, null);
Object.defineProperty(RemoteWindow.prototype, brand_of("WindowProxy"), { __proto__: null, value: true });

/** The implementation object of a window that an op has given: of this agent, or another's. */
export function window_of(global) {
  return global === null ? null : implementation_of(global);
}

let traps_of_agent = null;

function make_proxy(implementation, traps) {
  traps_of_agent = traps;
  return attach(new Proxy(attach(Object.create(null), implementation), traps), implementation);
}

/** Called by Python: a new WindowProxy of a navigable of another agent. */
export function remote_window(number, traps) {
  return make_proxy(new RemoteWindow(number), traps);
}

/** Called by Python: `object` is now what the proxy was that `remote_window` has made. */
export function has_become(object) {
  identify(object, implementation_of(object));
}

/** An upcall: this window is in a frame of a document of another agent. */
export function up_window_is_in_a_frame(parent_global) {
  implementation_of(globalThis).parent_window = window_of(parent_global);
}
