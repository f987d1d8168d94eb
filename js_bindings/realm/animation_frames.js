import { current_high_resolution_time } from "./high_resolution_time.js";
import { invoke_callback_and_report } from "../webidl/callbacks.js";
import { run_steps_after_a_timeout } from "./timers.js";

/** https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#animation-frames ; a frame comes 16 ms after it was asked for. */

const FRAME = 16;
// https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#list-of-animation-frame-callbacks
let callbacks = new Map();
let running = new Map();
let last_handle = 0;

export function request_animation_frame(callback) {
  if (callbacks.size === 0) {
    run_steps_after_a_timeout(FRAME, run_the_animation_frame_callbacks);
  }
  const handle = ++last_handle;
  callbacks.set(handle, callback);
  return handle;
}

export function cancel_animation_frame(handle) {
  callbacks.delete(handle);
  running.delete(handle);
}

/** https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#run-the-animation-frame-callbacks */
function run_the_animation_frame_callbacks() {
  const now = current_high_resolution_time();
  running = callbacks;
  callbacks = new Map();
  for (const [handle, callback] of running) {
    running.delete(handle);
    invoke_callback_and_report(callback, undefined, [now]);
  }
}
