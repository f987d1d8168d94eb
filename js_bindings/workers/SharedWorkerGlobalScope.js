import { op_workers_close } from "../ops.js";
import { WorkerGlobalScope } from "./WorkerGlobalScope.js";

/** https://html.spec.whatwg.org/multipage/workers.html#sharedworkerglobalscope */
export class SharedWorkerGlobalScope extends WorkerGlobalScope {
  name = "";

  /** https://html.spec.whatwg.org/multipage/workers.html#dom-sharedworkerglobalscope-close */
  close() {
    op_workers_close();
  }
}
