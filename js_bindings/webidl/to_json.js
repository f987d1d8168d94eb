import { home } from "../intrinsics.js";
import { some_in_list } from "./lists.js";
import { is_exposed_here } from "./members.js";
import { is_numeric } from "./numbers.js";
import { define_value } from "./properties.js";
import { result_converter } from "./results.js";
import { table_of } from "./tables.js";

/** https://webidl.spec.whatwg.org/#default-tojson-steps : a function of `this`. */
export function default_to_json_steps(interface_name, receive) {
  let attributes;
  return (this_value) => {
    const implementation = receive(this_value);
    attributes ??= attributes_to_collect(interface_name);
    const result = {};
    for (let index = 0; index < attributes.length; ++index) {
      const { name, convert } = attributes[index];
      define_value(result, name, convert(implementation[name]));
    }
    return home(result);
  };
}

/** https://webidl.spec.whatwg.org/#collect-attribute-values-of-an-inheritance-stack : ancestors first; only those with a default toJSON. */
function attributes_to_collect(interface_name) {
  const table = table_of(interface_name);
  const found = table.inherits ? attributes_to_collect(table.inherits) : [];
  if (!some_in_list(table.members, (member) => member.name === "toJSON" && member.default)) {
    return found;
  }
  for (let index = 0; index < table.members.length; ++index) {
    const member = table.members[index];
    if (member.kind === "attribute" && !member.static && is_exposed_here(member) && is_json_type(member.type)) {
      found[found.length] = { name: member.name, convert: result_converter(member.type) };
    }
  }
  return found;
}

const JSON_TYPES = { __proto__: null, boolean: true, DOMString: true, USVString: true, ByteString: true, enum: true, object: true };

/** https://webidl.spec.whatwg.org/#dfn-json-types */
function is_json_type(type) {
  switch (type.t) {
    case "union":
      return !some_in_list(type.of, (member) => !is_json_type(member));
    case "sequence":
    case "FrozenArray":
    case "record":
      return is_json_type(type.of);
    case "dictionary":
      return !some_in_list(table_of(type.name).members, (member) => !is_json_type(member.type));
    case "interface":
      return has_to_json(table_of(type.name));
    default:
      return JSON_TYPES[type.t] === true || is_numeric(type);
  }
}

function has_to_json(table) {
  return some_in_list(table.members, (member) => member.kind === "operation" && member.name === "toJSON")
    || (table.inherits !== undefined && has_to_json(table_of(table.inherits)));
}
