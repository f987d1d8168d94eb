/**
 * A script that runs in a realm before anything else does, where the browser's clock is not the machine's: its `Date`, and the engine's own
 * `performance`, ask that clock. Nothing else about them can be told from the engine's own.
 *
 * Its completion value is called with two functions: milliseconds since 1970, and since some fixed moment.
 */
((wall_time, steady_time) => {
  "use strict";
  const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const OriginalDate = Date;
  const original_to_string = OriginalDate.prototype.toString;
  const began = steady_time();

  /** https://tc39.es/ecma262/#sec-date */
  const replacement = { Date: function (...values) {
    // 1. Called as a function: the time as a text, whatever it was given.
    if (new.target === undefined) {
      return apply(original_to_string, construct(OriginalDate, [wall_time()]), []);
    }
    // 2–6. Now, or what the values say; made as `new.target` has it.
    return construct(OriginalDate, values.length === 0 ? [wall_time()] : values, new.target);
  } }.Date;

  const functions = {
    /** https://tc39.es/ecma262/#sec-date.now */
    now() {
      return wall_time();
    },
  };

  deleteProperty(replacement, "length");
  deleteProperty(replacement, "name");
  for (const key of ownKeys(OriginalDate)) {
    const descriptor = getOwnPropertyDescriptor(OriginalDate, key);
    defineProperty(replacement, key, key === "now" ? { ...descriptor, value: functions.now } : descriptor);
  }
  defineProperty(OriginalDate.prototype, "constructor", { value: replacement });
  defineProperty(globalThis, "Date", { value: replacement });
  defineProperty(globalThis, "performance", { value: {
    now() {
      return steady_time() - began;
    },
  } });
})
