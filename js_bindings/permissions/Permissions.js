import { EventTarget, fire_an_event } from "../dom/EventTarget.js";
import { op_permissions_query } from "../ops.js";
import { a_promise_rejected_with, react } from "../webidl/promises.js";

// Every status that a script may still look at, by name. https://w3c.github.io/permissions/#dfn-permissionstatus-update-steps
const statuses = new Map();

/** https://w3c.github.io/permissions/#permissions-interface */
export class Permissions {
  /** https://w3c.github.io/permissions/#dom-permissions-query */
  query(descriptor) {
    // 1-5. Which one? NB: details of a descriptor beside its name change nothing.
    const { name } = descriptor;
    if (name === undefined) {
      return a_promise_rejected_with(new TypeError("Permissions.query: the descriptor has no name"));
    }
    // 6-8. Its state, in a status that follows it.
    return react(op_permissions_query(`${name}`), (state) => {
      const status = new PermissionStatus(`${name}`, state);
      statuses.set(status.name, [...(statuses.get(status.name) ?? []), status]);
      return status;
    });
  }
}

/** https://w3c.github.io/permissions/#permissionstatus-interface */
export class PermissionStatus extends EventTarget {
  name;
  state;

  constructor(name, state) {
    super();
    this.name = name;
    this.state = state;
  }
}

/** An upcall: a permission that this realm has asked for is another now. */
export function up_permission_changed(name, state) {
  for (const status of statuses.get(name) ?? []) {
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
