import { table_of } from "../../webidl/tables.js";

const names = new Map();

/** Does the interface itself (with its mixins) have an attribute of this name? */
export function is_attribute_of(interface_name, name) {
  let attributes = names.get(interface_name);
  if (attributes === undefined) {
    attributes = new Set(table_of(interface_name).members.filter(({ kind }) => kind === "attribute").map((member) => member.name));
    names.set(interface_name, attributes);
  }
  return attributes.has(name);
}
