import { op_tasks_queue } from "../ops.js";

const queued = new Map();
let last_id = 0;

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-global-task , for the global of this realm.
 *
 * `steps` are called without arguments, from a task of the named task source; what they throw is reported.
 */
export function queue_a_global_task(source, steps) {
  const id = ++last_id;
  queued.set(id, steps);
  op_tasks_queue(source, id);
}

/** An upcall: the task has come. */
export function up_run_task(id) {
  const steps = queued.get(id);
  queued.delete(id);
  steps();
}
