import { load } from "./lazy.js";

const SPECIAL = { __proto__: null, indexed_getter: true, indexed_setter: true, named_getter: true, named_setter: true, named_deleter: true };

/** The indexed and named members of an interface by kind, those that it inherits included; null for nearly all interfaces. */
export function special_members(table, inherited) {
  let special = inherited;
  for (let index = 0; index < table.members.length; ++index) {
    const member = table.members[index];
    if (SPECIAL[member.kind] === true) {
      special = special === inherited ? { __proto__: null, ...inherited } : special;
      special[member.kind] = member;
    }
  }
  return special;
}

/** What makes a legacy platform object of an ordinary one: `(object, implementation)` → the proxy. */
export function legacy_decorator(table, special) {
  return load("webidl/indexed_and_named.js").decorator(table, special);
}
