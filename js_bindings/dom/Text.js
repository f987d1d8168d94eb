import { load } from "../webidl/lazy.js";
import { CharacterData, replace_data } from "./CharacterData.js";
import { insert } from "./mutations.js";

/** https://dom.spec.whatwg.org/#interface-text */
export class Text extends CharacterData {
  static constructor_steps(data) {
    return new this(data, load("html/window/Window.js").associated_document());
  }

  get nodeType() {
    return 3;
  }

  get nodeName() {
    return "#text";
  }

  get assignedSlot() {
    return null;
  }

  /** https://dom.spec.whatwg.org/#concept-text-split */
  splitText(offset) {
    // 1–2. The offset must be within the data.
    const length = this.character_data.length;
    if (offset > length) {
      throw new DOMException(`${offset} is beyond the end of the text`, "IndexSizeError");
    }
    // 3–5. Make a new text node of the data from there on.
    const node = new this.constructor(this.character_data.slice(offset), this.node_document);
    // 6–7. Insert it after this one.
    if (this.parentNode !== null) {
      insert(node, this.parentNode, this.nextSibling);
    }
    // 8. Remove that data here.
    replace_data(this, offset, length - offset, "");
    // 9. The new node.
    return node;
  }

  /** https://dom.spec.whatwg.org/#dom-text-wholetext */
  get wholeText() {
    let first = this;
    while (first.previousSibling !== null && is_text(first.previousSibling)) {
      first = first.previousSibling;
    }
    let text = "";
    for (let node = first; node !== null && is_text(node); node = node.nextSibling) {
      text += node.data;
    }
    return text;
  }

  clone_itself(document) {
    return new this.constructor(this.character_data, document);
  }
}

function is_text(node) {
  return node.nodeType === 3 || node.nodeType === 4;
}

/** https://dom.spec.whatwg.org/#interface-cdatasection */
export class CDATASection extends Text {
  get nodeType() {
    return 4;
  }

  get nodeName() {
    return "#cdata-section";
  }
}
