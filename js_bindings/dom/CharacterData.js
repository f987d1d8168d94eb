import { include } from "../webidl/properties.js";
import { Node } from "./Node.js";
import { ChildNode, NonDocumentTypeChildNode } from "./node_mixins.js";
import { queue_a_value_mutation_record } from "./observation.js";

/** https://dom.spec.whatwg.org/#interface-characterdata */
export class CharacterData extends Node {
  character_data = "";          // its data; see the attribute

  static {
    include(this, NonDocumentTypeChildNode);
    include(this, ChildNode);
  }

  constructor(data, node_document) {
    super(node_document);
    this.character_data = data;
  }

  get data() {
    return this.character_data;
  }

  set data(value) {
    replace_data(this, 0, this.character_data.length, value);
  }

  get length() {
    return this.character_data.length;
  }

  get nodeValue() {
    return this.character_data;
  }

  set nodeValue(value) {
    this.data = value ?? "";
  }

  get textContent() {
    return this.character_data;
  }

  set textContent(value) {
    this.data = value ?? "";
  }

  /** https://dom.spec.whatwg.org/#concept-cd-substring */
  substringData(offset, count) {
    check_offset(this, offset);
    return this.character_data.slice(offset, offset + count);
  }

  appendData(data) {
    replace_data(this, this.character_data.length, 0, data);
  }

  insertData(offset, data) {
    replace_data(this, offset, 0, data);
  }

  deleteData(offset, count) {
    replace_data(this, offset, count, "");
  }

  replaceData(offset, count, data) {
    replace_data(this, offset, count, data);
  }
}

function check_offset(node, offset) {
  if (offset > node.character_data.length) {
    throw new DOMException(`${offset} is beyond the end of the data`, "IndexSizeError");
  }
}

/** https://dom.spec.whatwg.org/#concept-cd-replace */
export function replace_data(node, offset, count, data) {
  // 1–3. The offset must be within the data; the count is cut to what follows.
  check_offset(node, offset);
  const old = node.character_data;
  // 4. Queue a mutation record.
  queue_a_value_mutation_record("characterData", node, null, null, old);
  // 5–7. Replace the data.
  node.character_data = old.slice(0, offset) + data + old.slice(offset + count);
  // 8–11. NB: live ranges look at the tree when asked.
  // 12. Run the children changed steps of the parent.
  node.parentNode?.children_changed_steps?.();
}
