let last_fetch_id = 0;

/** Ours: a number by which this realm can abort a fetch: see engine/ops/fetch.py. */
export function next_fetch_id() {
  return ++last_fetch_id;
}
