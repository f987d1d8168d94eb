import { HTMLCollection, children_collection, children_that_match } from "../../dom/HTMLCollection.js";
import { LiveElements } from "../../dom/LiveElements.js";
import { ListOfLists } from "../../dom/OrderedList.js";
import { make_element } from "../../dom/creation.js";
import { append, pre_insert, remove } from "../../dom/mutations.js";
import { HTML } from "../../dom/namespaces.js";
import { element_from } from "../../dom/trees.js";
import { HTMLElement } from "./HTMLElement.js";
import { reflect } from "./reflection.js";

/** https://html.spec.whatwg.org/multipage/tables.html */

const is_one_of = (...names) => (element) => element.namespaceURI === HTML && names.includes(element.localName);

const html_children = (parent, ...names) => children_that_match(parent, is_one_of(...names));

const new_element = (element, name) => make_element(element.node_document, name, HTML);

function check_index(index, length) {
  if (index < -1 || index > length) {
    throw new DOMException(`there is no place ${index}`, "IndexSizeError");
  }
}

function delete_at(collection, index) {
  if (index < -1 || index >= collection.length) {
    throw new DOMException(`there is nothing at ${index}`, "IndexSizeError");
  }
  const item = collection.item(index === -1 ? collection.length - 1 : index);
  if (item !== null) {
    remove(item);
  }
}

/** https://html.spec.whatwg.org/multipage/tables.html#dom-table-rows : those of heads come first, those of feet last. */
class LiveRows {
  root;
  parts;
  list = null;

  constructor(table) {
    const rows_of = (child) => (child.localName === "tr" ? [child] : html_children(child, "tr"));
    this.root = table;
    this.parts = [["thead"], ["tbody", "tr"], ["tfoot"]].map((names) => new LiveElements(
      table, () => html_children(table, ...names).flatMap(rows_of), (element) => is_row_of(table, element, names), false,
    ));
  }

  now() {
    const lists = this.parts.map((part) => part.now());
    if (this.list === null || this.list.lists.some((list, index) => list !== lists[index])) {
      this.list = new ListOfLists(lists);
    }
    return this.list;
  }
}

/** Is it a row of this table, in a section of one of these names (or itself of it, without a section)? */
function is_row_of(table, element, names) {
  const { parentNode: parent } = element;
  return element.is_html("tr") && (parent === table ? names.includes("tr") : parent.parentNode === table && !parent.is_html("tr") && is_one_of(...names)(parent));
}

/** https://html.spec.whatwg.org/multipage/tables.html#the-table-element */
export class HTMLTableElement extends HTMLElement {
  rows_collection = null;
  bodies_collection = null;

  static {
    reflect(this, { string: "align border frame rules summary width bgColor cellPadding cellSpacing" });
  }

  get caption() {
    return html_children(this, "caption")[0] ?? null;
  }

  set caption(value) {
    this.deleteCaption();
    if (value !== null) {
      pre_insert(value, this, this.firstChild);
    }
  }

  createCaption() {
    return this.caption ?? pre_insert(new_element(this, "caption"), this, this.firstChild);
  }

  deleteCaption() {
    if (this.caption !== null) {
      remove(this.caption);
    }
  }

  section(name) {
    return html_children(this, name)[0] ?? null;
  }

  set_section(name, value) {
    if (value !== null && !value.is_html(name)) {
      throw new DOMException(`the element is no ${name}`, "HierarchyRequestError");
    }
    this.delete_section(name);
    if (value !== null) {
      this.insert_section(name, value);
    }
  }

  insert_section(name, value) {
    if (name === "tfoot") {
      return append(value, this);
    }
    // A head comes before everything but caption and columns.
    let place = element_from(this.firstChild);
    while (place !== null && ["caption", "colgroup"].includes(place.localName)) {
      place = element_from(place.nextSibling);
    }
    return pre_insert(value, this, place);
  }

  delete_section(name) {
    const section = this.section(name);
    if (section !== null) {
      remove(section);
    }
  }

  get tHead() {
    return this.section("thead");
  }

  set tHead(value) {
    this.set_section("thead", value);
  }

  createTHead() {
    return this.tHead ?? this.insert_section("thead", new_element(this, "thead"));
  }

  deleteTHead() {
    this.delete_section("thead");
  }

  get tFoot() {
    return this.section("tfoot");
  }

  set tFoot(value) {
    this.set_section("tfoot", value);
  }

  createTFoot() {
    return this.tFoot ?? append(new_element(this, "tfoot"), this);
  }

  deleteTFoot() {
    this.delete_section("tfoot");
  }

  get tBodies() {
    return this.bodies_collection ??= children_collection(this, is_one_of("tbody"));
  }

  createTBody() {
    const last = html_children(this, "tbody").at(-1) ?? null;
    return pre_insert(new_element(this, "tbody"), this, last === null ? null : last.nextSibling);
  }

  get rows() {
    return this.rows_collection ??= new HTMLCollection(new LiveRows(this));
  }

  /** https://html.spec.whatwg.org/multipage/tables.html#dom-table-insertrow */
  insertRow(index) {
    // 1. The index must be one of the rows, or just after them.
    const rows = this.rows.live.now();
    check_index(index, rows.length);
    const row = new_element(this, "tr");
    // 2–3. Without rows the new one comes into the last tbody, which is made if there is none.
    if (rows.length === 0) {
      const body = html_children(this, "tbody").at(-1) ?? append(new_element(this, "tbody"), this);
      return append(row, body);
    }
    // 4. Append the row, 5. or insert it before the row of that index.
    if (index === -1 || index === rows.length) {
      return append(row, rows.at(rows.length - 1).parentNode);
    }
    return pre_insert(row, rows.at(index).parentNode, rows.at(index));
  }

  deleteRow(index) {
    delete_at(this.rows, index);
  }
}

export class HTMLTableCaptionElement extends HTMLElement {
  static {
    reflect(this, { string: "align" });
  }
}

export class HTMLTableColElement extends HTMLElement {
  static {
    reflect(this, { positive_with_fallback: "span=span:1", string: "align ch=char chOff=charoff vAlign width" });
  }
}

/** https://html.spec.whatwg.org/multipage/tables.html#htmltablesectionelement */
export class HTMLTableSectionElement extends HTMLElement {
  rows_collection = null;

  static {
    reflect(this, { string: "align ch=char chOff=charoff vAlign" });
  }

  get rows() {
    return this.rows_collection ??= children_collection(this, is_one_of("tr"));
  }

  insertRow(index) {
    check_index(index, this.rows.length);
    return pre_insert(new_element(this, "tr"), this, index === -1 ? null : this.rows.item(index));
  }

  deleteRow(index) {
    delete_at(this.rows, index);
  }
}

/** https://html.spec.whatwg.org/multipage/tables.html#the-tr-element */
export class HTMLTableRowElement extends HTMLElement {
  cells_collection = null;

  static {
    reflect(this, { string: "align ch=char chOff=charoff vAlign bgColor" });
  }

  get rowIndex() {
    for (let node = this.parentNode; node !== null; node = node.parentNode) {
      if (node.is_html("table")) {
        return node.rows.index_of(this);
      }
    }
    return -1;
  }

  get sectionRowIndex() {
    const parent = this.parentNode;
    return parent === null || parent.rows === undefined ? -1 : parent.rows.index_of(this);
  }

  get cells() {
    return this.cells_collection ??= children_collection(this, is_one_of("td", "th"));
  }

  insertCell(index) {
    check_index(index, this.cells.length);
    return pre_insert(new_element(this, "td"), this, index === -1 ? null : this.cells.item(index));
  }

  deleteCell(index) {
    delete_at(this.cells, index);
  }
}

export class HTMLTableCellElement extends HTMLElement {
  static {
    reflect(this, {
      positive_with_fallback: "colSpan=colspan:1",
      unsigned_long: "rowSpan=rowspan:1",
      string: "headers abbr align axis height width ch=char chOff=charoff vAlign bgColor",
      boolean: "noWrap",
      enumerated: { scope: { values: ["row", "col", "rowgroup", "colgroup"] } },
    });
  }

  get cellIndex() {
    const parent = this.parentNode;
    return parent !== null && parent.is_html("tr") ? parent.cells.index_of(this) : -1;
  }
}
