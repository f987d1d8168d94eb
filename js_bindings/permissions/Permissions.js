import { has_event_listener } from "../dom/event_listeners.js";
import { EventTarget, fire_an_event } from "../dom/EventTarget.js";
import { op_permissions_query } from "../ops.js";
import { converter_of } from "../webidl/converters.js";

const DESCRIPTOR = { t: "dictionary", name: "PermissionDescriptor" };

// Every status that a script may still look at, by name; and those that somebody listens to, which nobody may collect.
// https://w3c.github.io/permissions/#dfn-permissionstatus-update-steps
const statuses = new Map();
const heard_statuses = new Set();

/** https://w3c.github.io/permissions/#permissions-interface */
export class Permissions {
  /** https://w3c.github.io/permissions/#dom-permissions-query */
  async query(descriptor) {
    // 1. FIXME: documents that are not fully active.
    // 2–3. The descriptor must name a permission.
    const convert = () => converter_of(DESCRIPTOR)(descriptor, "Permissions.query: the descriptor");
    const { name } = convert();
    // 4–5. Convert it as that permission wants. NB: nothing in it would change a state here.
    convert();
    // 6–8. A status of its state, which follows it.
    return new PermissionStatus(name, await op_permissions_query(name));
  }
}

/** https://w3c.github.io/permissions/#permissionstatus-interface */
export class PermissionStatus extends EventTarget {
  name;
  state;

  /** https://w3c.github.io/permissions/#dfn-create-a-permissionstatus */
  constructor(name, state) {
    super();
    this.name = name;
    this.state = state;
    statuses.set(name, [...living_statuses(name).map((status) => new WeakRef(status)), new WeakRef(this)]);
  }

  event_listeners_changed(type) {
    if (type === "change") {
      heard_statuses[has_event_listener(this, type) ? "add" : "delete"](this);
    }
  }
}

function living_statuses(name) {
  return (statuses.get(name) ?? []).map((reference) => reference.deref()).filter((status) => status !== undefined);
}

/** An upcall: a permission that this realm has asked for is another now. */
export function up_permission_changed(name, state) {
  for (const status of living_statuses(name)) {
    if (status.state !== state) {
      status.state = state;
      fire_an_event("change", status);
    }
  }
}

let permissions = null;

export function permissions_of_this_realm() {
  return permissions ??= new Permissions();
}
