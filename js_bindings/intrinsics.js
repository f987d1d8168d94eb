/**
 * Of the language, what the bindings need by name.
 *
 * The bindings run in a realm of their own, which no script reaches: there `Map`, `Promise`, `Array.prototype.push` are the engine's, whatever
 * a script does to those it has. What is of the scripts' realm comes from page.js, by way of this module. Every name of the first list is
 * imported into all modules of the bindings that use it, by their loader (engine/js/bindings_modules.py), and so is `globalThis`: errors are
 * made to be seen by scripts, and the global object is the scripts'.
 */
const { page } = import.meta;
const { originals } = page;

/** What the bindings of all realms of this agent share. Scripts cannot reach it. */
export const shared = Object.setPrototypeOf(import.meta.shared, null);

/** Prototype in the realm of any bindings of this agent → the name of what it belongs to. */
shared.kinds ??= new WeakMap();
page.set_kinds(shared.kinds, globalThis);

export const {
  AggregateError, DOMException, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
} = originals;

/** That of the bindings' realm, to note where a script has called: making one asks no `Error.prepareStackTrace` of a script. */
export const OwnError = globalThis.Error;

/** Frames in an error that nobody may ever look at: up to three of the method that a script has called, what makes it one, the script's function, and who called that. */
const FEW_FRAMES = 7;
const { stackTraceLimit: ALL_FRAMES } = OwnError;

/** Where a script has called the method that asks: an error with few frames. OPTIMIZATION: each of them is written down, at the price of an op's arguments. */
export function note_of_the_call() {
  OwnError.stackTraceLimit = FEW_FRAMES;
  const note = new OwnError();
  OwnError.stackTraceLimit = ALL_FRAMES;
  return note;
}

/** The constructors of the scripts' realm as they were before any script ran, by name: for what is made to be handed out. */
export const page_intrinsics = originals;

export const {
  /** The loader gives it to modules as `globalThis`. */
  global_object,

  /** `call_script(function, this, arguments)` : Reflect.apply for a function that a script gave, whichever it is; and so on. */
  call_script, construct_for_script, reflect_get, reflect_set, reflect_has, string_of, number_of, numeric_of, json_parse, json_stringify,

  /** What is made here and goes out: see page.js. */
  home, error_for_script, put_into_map, add_to_set, iterator_result, read_result, size_in_bytes, size_of_one, method, getter, getter_of_slot, setter, define_hidden_accessor, interface_object, plain_constructor, proxy,

  new_promise, promise_resolved_with, promise_rejected_with, promise_resolve, promise_then, is_internal_promise, promise_for_script,
} = page;

export const { apply, construct, ownKeys, getOwnPropertyDescriptor } = Reflect;
export const { defineProperty: reflect_define_property, deleteProperty: reflect_delete_property } = Reflect;
export const { defineProperty, setPrototypeOf, getPrototypeOf, freeze, create, hasOwn: has_own } = Object;
export const { isArray } = Array;
export const { isView: is_view } = ArrayBuffer;
export const { isError: is_error } = globalThis.Error;
export const { floor, fround, round, trunc } = Math;
export const { asIntN: big_int_as_signed, asUintN: big_int_as_unsigned } = originals.BigInt;
export const { isFinite: is_finite, isInteger: is_integer } = Number;
export const { iterator: ITERATOR, asyncIterator: ASYNC_ITERATOR, toStringTag: TO_STRING_TAG, unscopables: UNSCOPABLES } = Symbol;

const { bind, call } = Function.prototype;

/** `uncurry(Array.prototype.push)(array, item)` : for objects of scripts, whose methods are theirs to patch. */
export const uncurry = bind.bind(call);

const getter_of = (prototype, name) => uncurry(getOwnPropertyDescriptor(prototype, name).get);
const TypedArray = getPrototypeOf(Uint8Array);

export const to_well_formed = uncurry(String.prototype.toWellFormed);
export const string_slice = uncurry(String.prototype.slice);
export const string_split = uncurry(String.prototype.split);
export const string_includes = uncurry(String.prototype.includes);
export const error_to_string = uncurry(originals.Error.prototype.toString);
export const char_code_at = uncurry(String.prototype.charCodeAt);
export const regexp_exec = uncurry(RegExp.prototype.exec);
export const is_prototype_of = uncurry(Object.prototype.isPrototypeOf);
export const array_buffer_transfer = uncurry(originals.ArrayBuffer.prototype.transfer);
export const array_buffer_byte_length = getter_of(ArrayBuffer.prototype, "byteLength");
export const array_buffer_detached = getter_of(ArrayBuffer.prototype, "detached");
export const array_buffer_resizable = getter_of(ArrayBuffer.prototype, "resizable");
export const shared_array_buffer_byte_length = getter_of(SharedArrayBuffer.prototype, "byteLength");
export const shared_array_buffer_growable = getter_of(SharedArrayBuffer.prototype, "growable");
export const typed_array_name = getter_of(TypedArray.prototype, TO_STRING_TAG);      // undefined for anything else
export const typed_array_buffer = getter_of(TypedArray.prototype, "buffer");
export const typed_array_byte_offset = getter_of(TypedArray.prototype, "byteOffset");
export const typed_array_byte_length = getter_of(TypedArray.prototype, "byteLength");
export const typed_array_set = uncurry(TypedArray.prototype.set);
export const data_view_buffer = getter_of(DataView.prototype, "buffer");
export const data_view_byte_offset = getter_of(DataView.prototype, "byteOffset");
export const data_view_byte_length = getter_of(DataView.prototype, "byteLength");

/** The constructors of buffers and views that scripts get, by name, as "Uint8Array". */
export const buffer_constructors = { __proto__: null };
for (const name of [
  "ArrayBuffer", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "BigInt64Array", "BigUint64Array", "Float16Array", "Float32Array", "Float64Array",
]) {
  if (name in originals) {
    buffer_constructors[name] = originals[name];
  }
}

/** https://tc39.es/ecma262/#sec-arraybuffer.prototype.slice , of nobody's species; a copy that is the bindings' own. */
export function array_buffer_slice(buffer, start, end) {
  const copy = new Uint8Array(end - start);
  copy.set(new Uint8Array(buffer, start, end - start));
  return copy.buffer;
}

/** A view that the bindings have made, for scripts: with its buffer. */
export function view_for_script(view) {
  home(typed_array_buffer(view));
  return home(view);
}

/** The same for what may be no view at all. */
export const chunk_for_script = (chunk) => (is_view(chunk) ? view_for_script(chunk) : chunk);

const { Array: PageArray, Object: PageObject } = originals;

export const ArrayIteratorPrototype = getPrototypeOf(new PageArray()[ITERATOR]());
export const IteratorPrototype = getPrototypeOf(ArrayIteratorPrototype);
export const array_iterator_next = ArrayIteratorPrototype.next;
export const { AsyncIteratorPrototype } = page;

/** What interfaces with indices share with arrays. */
export const array_methods = { __proto__: null };
for (const name of ["entries", "keys", "values", "forEach"]) {
  array_methods[name] = PageArray.prototype[name];
}

/** https://webidl.spec.whatwg.org/#is-an-array-buffer : "ArrayBuffer", "SharedArrayBuffer", or null. */
export function array_buffer_kind(value) {
  try {
    array_buffer_byte_length(value);
    return "ArrayBuffer";
  } catch {
    try {
      shared_array_buffer_byte_length(value);
      return "SharedArrayBuffer";
    } catch {
      return null;
    }
  }
}

/** https://tc39.es/ecma262/#sec-getfunctionrealm , told by its Object.prototype; for a constructor whose `prototype` is no object. */
export function object_prototype_of_the_realm_of(constructor) {
  return getPrototypeOf(construct_for_script(PageObject, [], constructor));
}

const dom_exception_code = getter_of(DOMException.prototype, "code");

/** Is `value` a DOMException, of whichever realm? */
export function is_dom_exception(value) {
  try {
    dom_exception_code(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Nothing of the language is changed here from now on. No script should ever get hold of any of it; one that did could change nothing by it,
 * nor make code of a string: this realm has no eval.
 */
function freeze_the_language() {
  const iterators = [[].values(), new Map().values(), new Set().values(), "".matchAll(/x/g), ""[ITERATOR](), [].values().map((item) => item)];
  const functions = [function* () {}, async () => {}, async function* () {}];
  for (const object of [...iterators, ...functions, functions[0].prototype, functions[2].prototype]) {
    for (let next = getPrototypeOf(object); next !== null; next = getPrototypeOf(next)) {
      freeze_with_its_constructor(next);
    }
  }
  freeze(TypedArray);
  freeze(TypedArray.prototype);
  for (const key of ownKeys(globalThis)) {
    const { value } = getOwnPropertyDescriptor(globalThis, key);
    if (typeof value === "function" && value.prototype) {
      freeze_with_its_constructor(value.prototype);
    } else if (typeof value === "object" && value !== null && value !== globalThis) {
      freeze(value);
    }
  }
  freeze(globalThis);
}

function freeze_with_its_constructor(prototype) {
  freeze(prototype);
  if (has_own(prototype, "constructor") && typeof prototype.constructor === "function") {
    freeze(prototype.constructor);
  }
}

freeze_the_language();
