import { interfaces } from "../interfaces.js";
import { gap_of } from "./members.js";
import { implementation_class, table_of } from "./tables.js";

/** For people: every member that is defined and that scripts do not find, as `[interface, member, reason]`. Loads all classes. */
export function declared_gaps() {
  return Object.keys(interfaces).flatMap(gaps_of);
}

/** Those of one interface. */
export function gaps_of(name) {
  const { kind, members } = table_of(name);
  const Class = kind === "callback interface" ? null : implementation_class(name);
  return members
    .map((member) => [name, member.name, gap_of(member, Class, kind === "namespace")])
    .filter(([, , reason]) => reason !== null);
}
