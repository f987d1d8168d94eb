import { load } from "./lazy.js";

/** What makes a platform object of a table with indexed or named members; undefined for all other interfaces. */
export function legacy_decorator(table) {
  const special = table.members.filter((member) => /^(indexed|named)_/.test(member.kind));
  return special.length === 0 ? undefined : load("webidl/indexed_and_named.js").decorator(table, special);
}
