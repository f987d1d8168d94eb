// The URLs of the scripts of this realm whose errors are muted.
const muted = new Set();

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#muted-errors
 *
 * AD-HOC: the engine does not tell which script an exception belongs to, so the place where it was thrown decides.
 */
export function mute_errors_of(url) {
  muted.add(url);
}

export function has_muted_errors(url) {
  return muted.has(url);
}
