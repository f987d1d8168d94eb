import { OwnError } from "../intrinsics.js";
import { op_console_log } from "../ops.js";
import { current_high_resolution_time } from "../realm/high_resolution_time.js";
import { load } from "../webidl/lazy.js";

/** https://console.spec.whatwg.org/#console-namespace */

const counts = new Map();
const timers = new Map();
let group_depth = 0;

/** https://console.spec.whatwg.org/#logger */
function logger(level, args) {
  // 1. Without arguments nothing is logged.
  if (args.length === 0) {
    return;
  }
  // 2–5. Format the arguments if the first has format specifiers, and print them.
  const { formatter, text_of } = load("console/format.js");
  printer(level, text_of(formatter(args)));
}

/** https://console.spec.whatwg.org/#printer : groups are shown by indentation. */
function printer(level, text, stack = null) {
  const indent = "  ".repeat(group_depth);
  op_console_log(level, indent === "" ? text : text.replace(/^/gm, indent), stack);
}

function group(args) {
  // 1–4. Log the label, if there is one, and indent what comes after it.
  logger("log", args);
  ++group_depth;
}

export const console = {
  /** https://console.spec.whatwg.org/#assert */
  assert(condition, ...data) {
    // 1. A condition that is true logs nothing.
    if (condition) {
      return;
    }
    // 2–4. The message says that it is a failed assertion, in front of a string or as an argument of its own.
    if (data.length > 0 && typeof data[0] === "string") {
      logger("error", [`Assertion failed: ${data[0]}`, ...data.slice(1)]);
    } else {
      logger("error", ["Assertion failed", ...data]);
    }
  },

  /** https://console.spec.whatwg.org/#clear */
  clear() {
    // 1. Empty the stack of groups. 2. NB: what is printed stays printed.
    group_depth = 0;
  },

  debug(...data) {
    logger("debug", data);
  },

  error(...data) {
    logger("error", data);
  },

  info(...data) {
    logger("info", data);
  },

  log(...data) {
    logger("log", data);
  },

  /** https://console.spec.whatwg.org/#table */
  table(data, properties) {
    const text = load("console/table.js").table_text(data, properties);
    if (text === null) {
      logger("log", [data]);
    } else {
      printer("log", text);
    }
  },

  /** https://console.spec.whatwg.org/#trace */
  trace(...data) {
    // 1–4. Log the stack trace, with a label.
    const { formatter, text_of } = load("console/format.js");
    const stack = load("realm/report_an_exception.js").stack_of(new OwnError());
    const label = data.length === 0 ? "Trace" : `Trace: ${text_of(formatter(data))}`;
    printer("log", stack === null || stack === "" ? label : `${label}\n${stack}`, stack);
  },

  warn(...data) {
    logger("warn", data);
  },

  /** https://console.spec.whatwg.org/#dir */
  dir(item) {
    printer("log", load("console/inspect.js").inspect(item));
  },

  dirxml(...data) {
    logger("log", data);
  },

  /** https://console.spec.whatwg.org/#count */
  count(label) {
    // 1–4. Count the label up, and log it.
    counts.set(label, (counts.get(label) ?? 0) + 1);
    printer("info", `${label}: ${counts.get(label)}`);
  },

  /** https://console.spec.whatwg.org/#countreset */
  countReset(label) {
    // 1–2. Reset the count of the label; without one log a warning.
    if (counts.has(label)) {
      counts.set(label, 0);
    } else {
      printer("warn", `Count for "${label}" does not exist`);
    }
  },

  group(...data) {
    group(data);
  },

  groupCollapsed(...data) {
    group(data);
  },

  groupEnd() {
    group_depth = Math.max(group_depth - 1, 0);
  },

  /** https://console.spec.whatwg.org/#time */
  time(label) {
    // 1–2. Start the timer of the label, unless it runs.
    if (timers.has(label)) {
      printer("warn", `Timer "${label}" already exists`);
    } else {
      timers.set(label, current_high_resolution_time());
    }
  },

  /** https://console.spec.whatwg.org/#timelog */
  timeLog(label, ...data) {
    tell_time("log", label, data);
  },

  /** https://console.spec.whatwg.org/#timeend */
  timeEnd(label) {
    tell_time("info", label, []);
    timers.delete(label);
  },
};

function tell_time(level, label, data) {
  const start = timers.get(label);
  if (start === undefined) {
    printer("warn", `Timer "${label}" does not exist`);
    return;
  }
  const { text_of } = load("console/format.js");
  const duration = Math.round((current_high_resolution_time() - start) * 10) / 10;
  printer(level, [`${label}: ${duration} ms`, ...(data.length > 0 ? [text_of(data)] : [])].join(" "));
}
