import { HTMLCollection } from "../../dom/HTMLCollection.js";
import { make_element } from "../../dom/creation.js";
import { append, pre_insert, remove } from "../../dom/mutations.js";
import { HTML } from "../../dom/namespaces.js";
import { element_from } from "../../dom/trees.js";
import { HTMLElement } from "../HTMLElement.js";
import { reflect } from "../reflection.js";

/** https://html.spec.whatwg.org/multipage/tables.html */

const html_children = (parent, ...names) => {
  const found = [];
  for (let child = element_from(parent.firstChild); child !== null; child = element_from(child.nextSibling)) {
    if (child.namespaceURI === HTML && names.includes(child.localName)) {
      found.push(child);
    }
  }
  return found;
};

const new_element = (element, name) => make_element(element.node_document, name, HTML);

function check_index(index, length) {
  if (index < -1 || index > length) {
    throw new DOMException(`there is no place ${index}`, "IndexSizeError");
  }
}

function delete_at(items, index) {
  if (index < -1 || index >= items.length) {
    throw new DOMException(`there is nothing at ${index}`, "IndexSizeError");
  }
  const item = index === -1 ? items.at(-1) : items[index];
  if (item !== undefined) {
    remove(item);
  }
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
    return this.bodies_collection ??= new HTMLCollection(this, (table) => html_children(table, "tbody"));
  }

  createTBody() {
    const last = html_children(this, "tbody").at(-1) ?? null;
    return pre_insert(new_element(this, "tbody"), this, last === null ? null : last.nextSibling);
  }

  get rows() {
    return this.rows_collection ??= new HTMLCollection(this, (table) => [
      ...html_children(table, "thead").flatMap((section) => html_children(section, "tr")),
      ...html_children(table, "tbody", "tr").flatMap((child) => (child.localName === "tr" ? [child] : html_children(child, "tr"))),
      ...html_children(table, "tfoot").flatMap((section) => html_children(section, "tr")),
    ], false);
  }

  /** https://html.spec.whatwg.org/multipage/tables.html#dom-table-insertrow */
  insertRow(index) {
    // 1. Is there such a place?
    const rows = this.rows.current();
    check_index(index, rows.length);
    const row = new_element(this, "tr");
    // 2-3. The first row comes into a body.
    if (rows.length === 0) {
      const body = html_children(this, "tbody").at(-1) ?? append(new_element(this, "tbody"), this);
      return append(row, body);
    }
    // 4. At the end, 5. or before another.
    if (index === -1 || index === rows.length) {
      append(row, rows.at(-1).parentNode);
      this.rows.has_grown_by(row);
      return row;
    }
    return pre_insert(row, rows[index].parentNode, rows[index]);
  }

  deleteRow(index) {
    delete_at(this.rows.current(), index);
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
    return this.rows_collection ??= new HTMLCollection(this, (section) => html_children(section, "tr"), false);
  }

  insertRow(index) {
    const rows = this.rows.current();
    check_index(index, rows.length);
    const next = index === -1 ? null : rows[index] ?? null;
    const row = pre_insert(new_element(this, "tr"), this, next);
    if (next === null) {
      this.rows.has_grown_by(row);
    }
    return row;
  }

  deleteRow(index) {
    delete_at(this.rows.current(), index);
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
    return this.cells_collection ??= new HTMLCollection(this, (row) => html_children(row, "td", "th"));
  }

  insertCell(index) {
    const cells = this.cells.current();
    check_index(index, cells.length);
    return pre_insert(new_element(this, "td"), this, index === -1 ? null : cells[index] ?? null);
  }

  deleteCell(index) {
    delete_at(this.cells.current(), index);
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
    return parent !== null && parent.is_html("tr") ? parent.cells.current().indexOf(this) : -1;
  }
}
