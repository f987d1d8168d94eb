import { load } from "./lazy.js";
import { filter_list } from "./lists.js";

const SPECIAL = { __proto__: null, indexed_getter: true, indexed_setter: true, named_getter: true, named_setter: true, named_deleter: true };

/** What makes a platform object of a table with indexed or named members; undefined for all other interfaces. */
export function legacy_decorator(table) {
  const special = filter_list(table.members, (member) => SPECIAL[member.kind] === true);
  return special.length === 0 ? undefined : load("webidl/indexed_and_named.js").decorator(table, special);
}
