import { kind_of } from "../html/structured_clone/internal_slots.js";
import { stack_of } from "../realm/report_an_exception.js";
import { implementation_of } from "../webidl/platform_objects.js";

/**
 * Values as text, for people. No getter of a script's own objects is run; cycles and long things are cut.
 */

const MOST_DEPTH = 3;
const MOST_ITEMS = 100;
const MOST_LENGTH = 72;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** `depth` counts what is open already, `quoted` says whether strings show their quotes. */
export function inspect(value, quoted = true, depth = 0, open = []) {
  switch (typeof value) {
    case "string":
      return quoted ? JSON.stringify(value) : value;
    case "bigint":
      return `${value}n`;
    case "symbol":
      return Symbol.prototype.toString.call(value);
    case "function":
      return describe_function(value);
    case "object":
      return value === null ? "null" : inspect_object(value, depth, open);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function describe_function(value) {
  const kind = kind_of(value) === undefined ? "function" : "class";
  const name = own_value(value, "name");
  return `[${kind}${typeof name === "string" && name !== "" ? ` ${name}` : " (anonymous)"}]`;
}

function own_value(object, key) {
  const descriptor = safely(() => Object.getOwnPropertyDescriptor(object, key));
  return descriptor === undefined || descriptor === FAILED ? undefined : descriptor.value;
}

const FAILED = Symbol("failed");

function safely(steps) {
  try {
    return steps();
  } catch {
    return FAILED;
  }
}

function inspect_object(object, depth, open) {
  if (open.includes(object)) {
    return "[circular]";
  }
  const implementation = implementation_of(object);
  if (implementation !== undefined) {
    return inspect_platform_object(object, implementation, depth, open);
  }
  const kind = kind_of(object);
  switch (kind) {
    case "Error":
    case "DOMException":
      return inspect_error(object);
    case "Date":
      return safely(() => new Date(Date.prototype.getTime.call(object)).toISOString()) === FAILED ? "Invalid Date" : Date.prototype.toISOString.call(object);
    case "RegExp":
      return String(RegExp.prototype.toString.call(object));
    case "Boolean":
    case "Number":
    case "String":
    case "BigInt":
      return `[${kind}: ${inspect(globalThis[kind].prototype.valueOf.call(object))}]`;
    case undefined:
      return `${class_name(object) ?? "Object"} {}`;
  }
  if (depth >= MOST_DEPTH) {
    return kind === "Array" ? "[…]" : `${kind === "Object" ? class_name(object) ?? "Object" : kind} {…}`;
  }
  const inner = [...open, object];
  const show = (item) => inspect(item, true, depth + 1, inner);
  if (kind === "Array") {
    return list("[", array_items(object, show), "]", depth);
  }
  if (kind === "Map") {
    const items = [];
    Map.prototype.forEach.call(object, (value, key) => items.push(`${show(key)} => ${show(value)}`));
    return list(`Map(${items.length}) {`, cut(items), "}", depth);
  }
  if (kind === "Set") {
    const items = [];
    Set.prototype.forEach.call(object, (value) => items.push(show(value)));
    return list(`Set(${items.length}) {`, cut(items), "}", depth);
  }
  if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer" || kind === "DataView") {
    return `${kind}(${safely(() => object.byteLength).toString()})`;
  }
  if (kind !== "Object") {
    const items = Array.prototype.slice.call(object, 0, MOST_ITEMS).map((item) => inspect(item));
    const more = object.length - items.length;
    return list(`${kind}(${object.length}) [`, more > 0 ? [...items, `… ${more} more`] : items, "]", depth);
  }
  const name = class_name(object);
  return list(name === null || name === "Object" ? "{" : `${name} {`, properties_of(object, show), "}", depth);
}

function cut(items) {
  return items.length > MOST_ITEMS ? [...items.slice(0, MOST_ITEMS), `… ${items.length - MOST_ITEMS} more`] : items;
}

function array_items(array, show) {
  const items = [];
  let holes = 0;
  for (let index = 0; index < array.length && items.length < MOST_ITEMS; ++index) {
    const descriptor = Object.getOwnPropertyDescriptor(array, index);
    if (descriptor === undefined) {
      const next = holes === 0 ? Object.keys(array).find((key) => Number(key) > index) : undefined;
      const end = next === undefined || !(Number(next) < array.length) ? array.length : Number(next);
      holes = end - index;
      items.push(`<${holes} empty>`);
      index = end - 1;
      holes = 0;
    } else {
      items.push("value" in descriptor ? show(descriptor.value) : "[getter]");
    }
  }
  return array.length > MOST_ITEMS && items.length === MOST_ITEMS ? [...items, `… ${array.length - MOST_ITEMS} more`] : items;
}

function properties_of(object, show) {
  const keys = Reflect.ownKeys(object).filter((key) => Object.prototype.propertyIsEnumerable.call(object, key));
  const items = keys.slice(0, MOST_ITEMS).map((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    const name = typeof key === "symbol" ? `[${String(key)}]` : IDENTIFIER.test(key) ? key : JSON.stringify(key);
    return `${name}: ${"value" in descriptor ? show(descriptor.value) : "[getter]"}`;
  });
  return keys.length > MOST_ITEMS ? [...items, `… ${keys.length - MOST_ITEMS} more`] : items;
}

/** The name of the class of an ordinary object, "Object", or null for one without prototype. */
function class_name(object) {
  const prototype = safely(() => Object.getPrototypeOf(object));
  if (prototype === FAILED) {
    return "Proxy";
  }
  if (prototype === null) {
    return null;
  }
  const tag = own_value(prototype, Symbol.toStringTag);
  const name = typeof tag === "string" ? tag : own_value(own_value(prototype, "constructor") ?? {}, "name");
  return typeof name === "string" && name !== "" ? name : "Object";
}

function inspect_error(error) {
  const head = safely(() => Error.prototype.toString.call(error));
  const stack = stack_of(error);
  return `${head === FAILED ? "Error" : head}${stack === null || stack === "" ? "" : `\n${stack}`}`;
}

/** A platform object shows what its interface's attributes give. */
function inspect_platform_object(object, implementation, depth, open) {
  const name = class_name(object) ?? implementation.constructor.name;
  if (depth >= 1) {
    return `${name} {}`;
  }
  const items = [];
  for (let prototype = Object.getPrototypeOf(object); prototype !== null && prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (descriptor.get !== undefined && !key.startsWith("on")) {
        const value = safely(() => descriptor.get.call(object));
        if (value !== FAILED && (typeof value !== "object" || value === null)) {
          items.push(`${key}: ${inspect(value, true, depth + 1, [...open, object])}`);
        }
      }
    }
  }
  return list(`${name} {`, cut(items), "}", depth);
}

function list(begin, items, end, depth) {
  if (items.length === 0) {
    return begin + end;
  }
  const space = begin.endsWith("{") ? " " : "";
  const line = `${begin}${space}${items.join(", ")}${space}${end}`;
  if (line.length <= MOST_LENGTH && !line.includes("\n")) {
    return line;
  }
  const indent = "  ".repeat(depth + 1);
  return `${begin}\n${items.map((item) => indent + item).join(",\n")}\n${"  ".repeat(depth)}${end}`;
}
