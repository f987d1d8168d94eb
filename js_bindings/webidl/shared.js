import { setPrototypeOf } from "../intrinsics.js";
import { host } from "../ops.js";

/** What the bindings of all realms of this agent share. Scripts cannot reach it. */
export const shared = setPrototypeOf(host.shared, null);
