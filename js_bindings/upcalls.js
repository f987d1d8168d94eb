/** Every function that Python calls, and the module that exports it. A module is loaded at the first call. */
export const upcalls = {
  up_settle: "ops.js",
};
