import { fire_an_event } from "../dom/EventTarget.js";
import { ErrorEvent } from "../dom/ErrorEvent.js";
import { api_base_url } from "../realm/environment.js";
import { report_an_exception } from "../realm/report_an_exception.js";
import { parse_url } from "../url/url_record.js";
import { op_workers_let_go } from "../ops.js";
import { load } from "../webidl/lazy.js";
import { NumberedObjects } from "../webidl/numbered_objects.js";

/** Ours: what Worker and SharedWorker objects have in common; and what becomes of their workers. */

// The objects of this realm whose workers have not ended, by their number.
const objects = new NumberedObjects((number) => op_workers_let_go(number));

/** It is held until its worker has ended, or until it is one of many that a shared worker has heard of. */
export function remember_worker_object(number, object) {
  objects.add(number, object);
  objects.hold(number);
}

export function forget_worker_object(number) {
  objects.delete(number);
}

/**
 * The first steps of both constructors: the absolute URL of a worker's script, and the entry of the blob URL store that it names now.
 *
 * FIXME: a document's encoding should have a say in its query.
 */
export function parse_worker_url(script_url) {
  const url_record = parse_url(script_url, api_base_url());
  if (url_record === null) {
    throw new DOMException(`the URL "${script_url}" cannot be parsed`, "SyntaxError");
  }
  const entry = url_record.protocol === "blob:" ? load("file/blob_url.js").blob_url_entry_of(url_record) : undefined;
  return { url: url_record.href, blob_url_entry: entry };
}

/** An upcall: the shared worker of this object runs, and has got its port. */
export function up_shared_worker_is_connected(number) {
  objects.let_go(number);
}

/** An upcall: the worker of this object has ended. */
export function up_worker_ended(number) {
  objects.delete(number);
}

/** An upcall: its script cannot be had, or is none. */
export function up_worker_failed(number) {
  const object = objects.get(number);
  if (object !== undefined) {
    fire_an_event("error", object);
  }
}

/**
 * An upcall: a script of the worker threw, and nobody there has seen to it.
 * https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception , its step for dedicated workers
 */
export function up_worker_error(number, message, filename, lineno, colno, stack) {
  const object = objects.get(number);
  if (object === undefined) {
    return;
  }
  const information = { message, filename, lineno, colno, error: null };
  // Nobody here either: it goes on as an error of ours.
  if (fire_an_event("error", object, { ...information, cancelable: true }, ErrorEvent)) {
    report_an_exception(null, { place: { ...information, stack } });
  }
}
