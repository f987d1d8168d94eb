import { op_storage_estimate, op_storage_persist, op_storage_persisted } from "../ops.js";

/** https://storage.spec.whatwg.org/#storagemanager */
export class StorageManager {
  persisted() {
    return op_storage_persisted();
  }

  persist() {
    return op_storage_persist();
  }

  estimate() {
    return op_storage_estimate();
  }
}

let manager = null;

export function storage_manager_of_this_realm() {
  return manager ??= new StorageManager();
}
