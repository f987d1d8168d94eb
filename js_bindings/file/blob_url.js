// blob: URLs. Specification: https://w3c.github.io/FileAPI/#url (2025-03). The store itself is in Python (engine/file).

import { op_file_blob_url_create, op_file_blob_url_hold, op_file_blob_url_let_go, op_file_blob_url_revoke } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { joined_for_reading } from "./blob_parts.js";

/** https://w3c.github.io/FileAPI/#add-an-entry */
export function add_an_entry_to_the_blob_url_store(object) {
  return op_file_blob_url_create(object.type, joined_for_reading(object.chunks));
}

/** https://w3c.github.io/FileAPI/#dfn-revokeObjectURL */
export function revoke_object_url(url) {
  // 1–2. A URL that is no blob URL is ignored.
  const record = parse_url(url.toWellFormed());
  if (record === null || record.protocol !== "blob:") return;
  // 3–7. Remove its entry from the blob URL store, if it is of this storage key.
  op_file_blob_url_revoke(record.href);
}

const forgotten = new FinalizationRegistry((number) => op_file_blob_url_let_go(number));

/**
 * Ours: the https://url.spec.whatwg.org/#concept-url-blob-entry that parsing a blob: URL (a URLRecord) finds now, undefined if there is none.
 * What it gives is for records to Python; the entry is good as long as somebody keeps this very object, even if the URL is revoked meanwhile.
 */
export function blob_url_entry_of(record) {
  const number = op_file_blob_url_hold(record.href);
  if (number === null) return undefined;
  const entry = { number };
  forgotten.register(entry, number);
  return entry;
}
