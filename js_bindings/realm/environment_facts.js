import { op_environment_facts } from "../ops.js";

let facts = null;

/** Ours: what this realm's environment is, asked once: see engine/ops/environment.py. */
export function environment_facts() {
  facts ??= op_environment_facts();
  return facts;
}

/** The environment is another document's from now on: ask again. */
export function forget_environment_facts() {
  facts = null;
}
