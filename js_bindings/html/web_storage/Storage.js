import { op_storage_changed, op_storage_load } from "../../ops.js";
import { load } from "../../webidl/lazy.js";

const areas = new Map();

/** https://html.spec.whatwg.org/multipage/webstorage.html#obtain-a-local-storage-bottle-map and the same for sessions */
export function storage_of_this_realm(type) {
  if (!areas.has(type)) {
    areas.set(type, new Storage(type, new Map(op_storage_load(type))));
  }
  return areas.get(type);
}

/** An upcall, ours: what this realm has of its areas has been cleared by somebody else. */
export function up_storage_cleared() {
  areas.forEach((area) => {
    area.map.clear();
    area.size = 0;
  });
}

/** Code units, as https://html.spec.whatwg.org/multipage/webstorage.html leaves the limit to us. */
const QUOTA = 5 * 1024 * 1024;

/** https://html.spec.whatwg.org/multipage/webstorage.html#storage-2 */
export class Storage {
  type;
  map;
  size = 0;

  constructor(type, map) {
    this.type = type;
    this.map = map;
    for (const [key, value] of map) {
      this.size += key.length + value.length;
    }
  }

  get length() {
    return this.map.size;
  }

  key(index) {
    return [...this.map.keys()][index] ?? null;
  }

  getItem(key) {
    return this.map.get(key) ?? null;
  }

  /** https://html.spec.whatwg.org/multipage/webstorage.html#dom-storage-setitem */
  setItem(key, value) {
    // 1–3. An item with that value already is left alone.
    const old = this.map.get(key);
    if (old === value) {
      return;
    }
    // 4. The quota must allow the value.
    const size = this.size + value.length - (old === undefined ? -key.length : old.length);
    if (size > QUOTA) {
      throw load("webidl/QuotaExceededError.js").quota_exceeded_error("the storage area is full");
    }
    // 5–7. Set the item.
    this.size = size;
    this.map.set(key, value);
    op_storage_changed(this.type, key, value);
  }

  removeItem(key) {
    const old = this.map.get(key);
    if (old !== undefined) {
      this.size -= key.length + old.length;
      this.map.delete(key);
      op_storage_changed(this.type, key, null);
    }
  }

  clear() {
    if (this.map.size > 0) {
      this.map.clear();
      this.size = 0;
      op_storage_changed(this.type, null, null);
    }
  }

  supported_names() {
    return [...this.map.keys()];
  }

  supports_name(name) {
    return this.map.has(name);
  }

  get_named(name) {
    return this.map.get(name);
  }

  set_named(name, value) {
    this.setItem(name, value);
  }

  delete_named(name) {
    this.removeItem(name);
  }
}
