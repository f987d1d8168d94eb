import { op_worker_scripts_check, op_worker_scripts_fetch, op_worker_scripts_run } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { load } from "../webidl/lazy.js";
import { api_base_url } from "../realm/environment.js";
import { mute_errors_of } from "../realm/report_an_exception.js";

/** https://html.spec.whatwg.org/multipage/workers.html#import-scripts-into-worker-global-scope */
export function import_scripts_into_worker_global_scope(worker_global_scope, urls) {
  // 1. A module worker cannot import scripts.
  op_worker_scripts_check();
  // 2–3. NB: without URLs nothing happens.
  // 4. Parse all URLs before the first script is fetched.
  const url_records = urls.map((url) => {
    const url_record = parse_url(url, api_base_url());
    if (url_record === null) {
      throw new DOMException(`the URL "${url}" cannot be parsed`, "SyntaxError");
    }
    return url_record;
  });
  // NB: what a blob: URL stands for is settled when it is parsed.
  const entries = url_records.map((record) => record.protocol === "blob:" ? load("file/blob_url.js").blob_url_entry_of(record) : undefined);
  // 5. Fetch each script, while this agent waits, and run it; an exception of it is thrown here.
  for (const [index, { href }] of url_records.entries()) {
    const [script, muted_url] = op_worker_scripts_fetch(href, entries[index]?.number ?? null);
    if (muted_url !== null) {
      mute_errors_of(muted_url);
    }
    op_worker_scripts_run(script);
  }
}
