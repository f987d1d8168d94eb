import {
  op_cache_storage_delete, op_cache_storage_has, op_cache_storage_keys, op_cache_storage_match, op_cache_storage_open,
} from "../ops.js";
import { response_from_record } from "../fetch/Response.js";
import { Cache, inner_request_of } from "./Cache.js";

/** https://w3c.github.io/ServiceWorker/#cachestorage-interface */
export class CacheStorage {
  /** https://w3c.github.io/ServiceWorker/#dom-cachestorage-match */
  async match(request, options) {
    // NB: 1.1.1.1 and 2.2.1.2 hand the request to match(), whose first steps are taken here, once.
    const r = inner_request_of(request);
    if (r.method !== "GET" && !options.ignoreMethod) return undefined;
    // 1–2. In Python: the named cache, or one after the other.
    const record = await op_cache_storage_match(r, options, options.cacheName ?? null);
    return record === null ? undefined : response_from_record(record, "immutable");
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cachestorage-has */
  has(cache_name) {
    return op_cache_storage_has(cache_name);
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cachestorage-open */
  async open(cache_name) {
    return new Cache(await op_cache_storage_open(cache_name));
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cachestorage-delete */
  delete(cache_name) {
    return op_cache_storage_delete(cache_name);
  }

  /** https://w3c.github.io/ServiceWorker/#dom-cachestorage-keys */
  keys() {
    return op_cache_storage_keys();
  }
}

let cache_storage = null;

/** https://w3c.github.io/ServiceWorker/#global-caches-attribute */
export function cache_storage_of_this_realm() {
  return cache_storage ??= new CacheStorage();
}
