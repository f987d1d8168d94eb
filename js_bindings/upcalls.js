/** Every function that Python calls, and the module that exports it. A module is loaded at the first call. */
export const upcalls = {
  up_settle: "ops.js",
  up_messaging_broadcast_message: "messaging/BroadcastChannel.js",
  up_messaging_port_closed: "messaging/MessagePort.js",
  up_messaging_port_message: "messaging/MessagePort.js",
  up_notify_about_rejected_promises: "html/rejected_promises.js",
  up_report_an_exception: "html/report_an_exception.js",
  up_run_task: "html/tasks.js",
  up_run_timer: "html/timers.js",
};
