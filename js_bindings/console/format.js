import { inspect } from "./inspect.js";

/** https://console.spec.whatwg.org/#formatter : the rest of the arguments, with the format specifiers of the first replaced. */
export function formatter(args) {
  // 1. A single argument is no format.
  if (args.length < 2 || typeof args[0] !== "string") {
    return args;
  }
  // 2–3. Find all format specifiers of the target. NB: in one go; what was put in is not looked at again.
  const rest = args.slice(1);
  const target = args[0].replace(/%[sdifoOc%]/g, (specifier) => {
    if (specifier === "%%") {
      return "%";
    }
    // 4. A specifier without an argument left stays.
    if (rest.length === 0) {
      return specifier;
    }
    // 5–6. Convert the argument as the specifier says.
    return substitute(specifier, rest.shift());
  });
  // 7–9. The arguments that are left follow.
  return [target, ...rest];
}

function substitute(specifier, current) {
  switch (specifier) {
    case "%s":
      return inspect(current, false);
    case "%d":
    case "%i":
      return typeof current === "symbol" ? "NaN" : String(Number.parseInt(current, 10));
    case "%f":
      return typeof current === "symbol" ? "NaN" : String(Number.parseFloat(current));
    case "%c":
      return "";  // 5.6. NB: there is nothing to style.
    default:
      return inspect(current);
  }
}

/** Ours: https://console.spec.whatwg.org/#printer , its text. Strings at the top have no quotes. */
export function text_of(args) {
  return args.map((argument) => inspect(argument, false)).join(" ");
}
