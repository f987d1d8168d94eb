import { new_promise } from "./intrinsics.js";

/**
 * The border to Python. Every op has its line here; its meaning is in engine/ops/. This module alone is given the host object;
 * scripts can reach neither.
 */
export const host = import.meta.host;

const pending = new Map();
let next_id = 1;

function asynchronous(number) {
  return (...args) => {
    const id = next_id++;
    const capability = new_promise();
    pending.set(id, capability);
    try {
      host.call(number, id, ...args);
    } catch (error) {
      pending.delete(id);
      capability.reject(error);
    }
    return capability.promise;
  };
}

/** An upcall: the answer of an asynchronous op. `error` is null or [message, name, whether it is a DOMException]. */
export function up_settle(id, error, value) {
  host.shared.incumbent_global = globalThis;   // see incumbent_global in webidl/callbacks.js
  if (!pending.has(id)) {
    return;  // it was settled, and something else failed
  }
  const { resolve, reject } = pending.get(id);
  pending.delete(id);
  if (error === null) {
    resolve(value);
  } else {
    reject(make_error(...error));
  }
}

const ERRORS = { __proto__: null, TypeError, RangeError, SyntaxError, EvalError, Error };

/** An error for scripts in the place of one that Python raised. */
export function make_error(message, name, is_dom_exception) {
  if (!is_dom_exception) {
    return new (ERRORS[name] ?? Error)(message);
  }
  return name === "QuotaExceededError" ? host.load("webidl/QuotaExceededError.js").quota_exceeded_error(message) : new DOMException(message, name);
}

const ops = { __proto__: null };
host.op_names.split(" ").forEach((name, number) => {
  if (name[0] === "*") {
    ops[name.slice(1)] = asynchronous(number);
  } else {
    ops[name] = host.call.bind(undefined, number);
  }
});

export const {
  // background fetch
  op_background_fetch_abort,
  op_background_fetch_fetch,
  op_background_fetch_get,
  op_background_fetch_get_ids,
  op_background_fetch_instance,
  op_background_fetch_match_all,
  op_background_fetch_release_response,
  op_background_fetch_response_ready,
  op_background_fetch_update_ui,
  // bodies
  op_body_cancel,
  op_body_clone,
  op_body_close,
  op_body_create,
  op_body_create_pipe,
  op_body_error,
  op_body_read,
  op_body_read_all,
  op_body_read_text,
  op_body_release,
  op_body_take,
  op_body_take_text,
  op_body_unwanted,
  op_body_write,
  // cache
  op_cache_add_all,
  op_cache_delete,
  op_cache_keys,
  op_cache_match_all,
  op_cache_put,
  op_cache_release,
  op_cache_storage_delete,
  op_cache_storage_has,
  op_cache_storage_keys,
  op_cache_storage_match,
  op_cache_storage_open,
  // compression
  op_compression_finish,
  op_compression_release,
  op_compression_start,
  op_compression_transform,
  // clients
  op_clients_claim,
  op_clients_focus,
  op_clients_get,
  op_clients_match_all,
  op_clients_navigate,
  op_clients_open_window,
  op_clients_post_message,
  // console
  op_console_log,
  op_errors_report,
  // crypto
  op_crypto_random_bytes,
  op_crypto_random_uuid,
  // documents
  op_document_add_meta_policy,
  op_document_cookie,
  op_document_csp_blocks_inline,
  op_document_fetch_resource,
  op_document_has_begun,
  op_document_loaded,
  op_document_parse,
  op_document_parse_fragment,
  op_document_parse_next,
  op_document_stop_loading,
  op_document_set_base_url,
  op_document_set_cookie,
  op_document_set_referrer_policy,
  op_document_title_changed,
  op_document_begin_script,
  op_document_has_written,
  op_document_write,
  // page scripts
  op_scripts_compile_function,
  op_scripts_fetch_classic,
  op_scripts_fetch_module,
  op_scripts_integrity_of,
  op_scripts_register_import_map,
  op_scripts_run_classic,
  op_scripts_run_classic_text,
  op_scripts_run_module,
  // windows
  op_page_evaluated,
  op_page_failed,
  op_page_parse,
  op_page_run,
  op_storage_changed,
  op_storage_load,
  op_window_choose,
  op_window_close,
  op_window_dialog,
  op_window_disown_opener,
  op_window_name,
  op_window_navigate,
  op_window_open,
  op_window_proxy_child,
  op_window_proxy_close,
  op_window_proxy_navigate,
  op_window_proxy_post_message,
  op_window_proxy_relative,
  op_window_proxy_state,
  op_window_set_name,
  op_window_url_changed,
  // encoding
  op_encoding_base64_encode,
  op_encoding_decode,
  op_encoding_decode_chunk,
  op_encoding_decode_with_bom,
  op_encoding_get,
  op_encoding_isomorphic_decode,
  op_encoding_utf8_decode,
  op_encoding_utf8_encode,
  // environment
  op_environment_facts,
  op_environment_is_online,
  // fetch
  op_fetch_abort,
  op_fetch_clone_response,
  op_fetch_extract_mime_type,
  op_fetch_is_cors_safelisted_request_header,
  op_fetch_release_response,
  op_fetch_start,
  // file
  op_file_blob_url_create,
  op_file_blob_url_hold,
  op_file_blob_url_let_go,
  op_file_blob_url_revoke,
  op_file_mime_type_charset,
  // focus
  op_focus_frame,
  op_focus_gained,
  op_focus_is_here,
  // frames
  op_frames_are,
  op_frames_create,
  op_frames_navigate,
  op_frames_remove,
  op_frames_rename,
  // messaging
  op_messaging_broadcast_close,
  op_messaging_broadcast_open,
  op_messaging_broadcast_post,
  op_messaging_channel_create,
  op_messaging_port_close,
  op_messaging_port_post,
  op_messaging_port_receive,
  op_messaging_port_ship,
  op_messaging_port_start,
  // scripts
  // service worker
  op_service_worker_controller,
  op_service_worker_event_is_over,
  op_service_worker_get_registration,
  op_service_worker_get_registrations,
  op_service_worker_post_message,
  op_service_worker_preload_get_state,
  op_service_worker_preload_set,
  op_service_worker_preload_set_header_value,
  op_service_worker_ready,
  op_service_worker_register,
  op_service_worker_respond,
  op_service_worker_respond_with_entered,
  op_service_worker_self,
  op_service_worker_skip_waiting,
  op_service_worker_unregister,
  op_service_worker_update,
  op_service_worker_update_via_cache,
  // permissions
  op_permissions_query,
  // storage
  op_storage_estimate,
  op_storage_persist,
  op_storage_persisted,
  // timers
  op_tasks_queue,
  op_timers_clear,
  op_timers_may_run_string,
  op_timers_run_string,
  op_timers_set,
  // url
  op_url_parse,
  op_url_set,
  // worker scripts
  op_worker_scripts_check,
  op_worker_scripts_fetch,
  op_worker_scripts_run,
  // workers
  op_workers_close,
  op_workers_create,
  op_workers_create_shared,
  op_workers_let_go,
  op_workers_report_error,
  op_workers_terminate,
  // xhr
  op_xhr_decode_document,
  op_xhr_is_received,
  op_xhr_parse_mime_type,
  op_xhr_send,
  op_xhr_start,
} = ops;
