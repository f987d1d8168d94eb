import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { CharacterData } from "./CharacterData.js";

/** https://dom.spec.whatwg.org/#interface-comment */
export class Comment extends CharacterData {
  static constructor_steps(data) {
    return new Comment(data, load("html/window/Window.js").associated_document());
  }

  get nodeType() {
    return 8;
  }

  get nodeName() {
    return "#comment";
  }

  clone_itself(document) {
    return new Comment(this.character_data, document);
  }
}

/** https://dom.spec.whatwg.org/#interface-processinginstruction */
export class ProcessingInstruction extends CharacterData {
  target = "";

  static {
    for (const name of ["hasAttributes", "getAttributeNames", "getAttribute", "setAttribute", "removeAttribute", "toggleAttribute", "hasAttribute"]) {
      this.prototype[name] = not_implemented("processing instructions have no attributes yet");
    }
  }

  static constructor_steps(target, data) {
    return new ProcessingInstruction(target, data, load("html/window/Window.js").associated_document());
  }

  constructor(target, data, node_document) {
    super(data, node_document);
    this.target = target;
  }

  get nodeType() {
    return 7;
  }

  get nodeName() {
    return this.target;
  }

  clone_itself(document) {
    return new ProcessingInstruction(this.target, this.character_data, document);
  }
}
