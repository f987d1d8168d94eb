import { op_worker_scripts_fetch, op_worker_scripts_run } from "../ops.js";
import { parse_url } from "../url/url_record.js";
import { api_base_url } from "./environment.js";

/** https://html.spec.whatwg.org/multipage/workers.html#import-scripts-into-worker-global-scope */
export function import_scripts_into_worker_global_scope(worker_global_scope, urls) {
  // 1. NB: module workers are refused by the op.
  // 2-3. Nothing to do.
  // 4. All addresses have to parse before the first is fetched.
  const url_records = urls.map((url) => {
    const url_record = parse_url(url, api_base_url());
    if (url_record === null) {
      throw new DOMException(`the URL "${url}" cannot be parsed`, "SyntaxError");
    }
    return url_record.href;
  });
  // 5. One after the other: fetch it, while this agent waits, and run it. What it throws is thrown here.
  for (const url of url_records) {
    op_worker_scripts_run(op_worker_scripts_fetch(url));
  }
}
