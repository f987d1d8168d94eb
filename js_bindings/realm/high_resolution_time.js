/**
 * Times of this realm, https://w3c.github.io/hr-time/
 *
 * The engine's own clock is read before a script can replace `performance`: this module is loaded with the realm.
 */

const engine_clock = globalThis.performance;
const engine_now = engine_clock.now.bind(engine_clock);
const wall_clock_at_start = Date.now() - engine_now();

/** https://w3c.github.io/hr-time/#dfn-coarsen-time : in milliseconds, and we are never cross-origin isolated. */
export function coarsen_time(timestamp) {
  // 1–3. Coarsen to a tenth of a millisecond.
  return Math.floor(timestamp * 10) / 10;
}

/** https://w3c.github.io/hr-time/#dfn-current-high-resolution-time : milliseconds since the realm's time origin. */
export function current_high_resolution_time() {
  return coarsen_time(engine_now());
}

/** https://w3c.github.io/hr-time/#dfn-get-time-origin-timestamp : milliseconds since 1970. */
export function get_time_origin_timestamp() {
  return coarsen_time(wall_clock_at_start);
}
