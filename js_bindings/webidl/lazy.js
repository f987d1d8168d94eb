import { host } from "../ops.js";

const loaded = new Map();

/** The namespace of the module at `path` (from js_bindings, as "dom/Event.js"), loaded and evaluated now if it was not. */
export function load(path) {
  let namespace = loaded.get(path);
  if (namespace === undefined) {
    namespace = host.load(path);
    loaded.set(path, namespace);
  }
  return namespace;
}
