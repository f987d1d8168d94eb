import { kind_of } from "../html/structured_clone/internal_slots.js";
import { inspect } from "./inspect.js";

/** Ours: the text of console.table(), or null where the data is no table. `properties` may be undefined. */
export function table_text(data, properties) {
  if (typeof data !== "object" || data === null) {
    return null;
  }
  const rows = rows_of(data);
  const columns = [];
  let has_values = false;
  for (const [, row] of rows) {
    if (typeof row === "object" && row !== null) {
      for (const key of properties ?? Object.keys(row)) {
        if (!columns.includes(key)) {
          columns.push(key);
        }
      }
    } else {
      has_values = true;
    }
  }
  const head = ["(index)", ...columns, ...(has_values ? ["Values"] : [])];
  const cells = rows.map(([name, row]) => {
    const is_row = typeof row === "object" && row !== null;
    const values = columns.map((column) => (is_row && Object.hasOwn(row, column) ? inspect(row[column], true, 2) : ""));
    return [String(name), ...values, ...(has_values ? [is_row ? "" : inspect(row, true, 2)] : [])];
  });
  const widths = head.map((title, index) => Math.max(title.length, ...cells.map((row) => row[index].length)));
  const line = (row) => `│ ${row.map((cell, index) => cell.padEnd(widths[index])).join(" │ ")} │`;
  const rule = (left, middle, right) => left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  return [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤"), ...cells.map(line), rule("└", "┴", "┘")].join("\n");
}

/** `[name, row]` of each. */
function rows_of(data) {
  const rows = [];
  switch (kind_of(data)) {
    case "Map":
      Map.prototype.forEach.call(data, (value, key) => rows.push([key, value]));
      return rows;
    case "Set":
      Set.prototype.forEach.call(data, (value) => rows.push([rows.length, value]));
      return rows;
    default:
      return Object.entries(data);
  }
}
