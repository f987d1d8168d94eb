import { include } from "../webidl/properties.js";
import { Node } from "./Node.js";
import { ChildNode } from "./node_mixins.js";

/** https://dom.spec.whatwg.org/#interface-documenttype */
export class DocumentType extends Node {
  name = "";
  publicId = "";
  systemId = "";

  static {
    include(this, ChildNode);
  }

  constructor(name, public_id, system_id, node_document) {
    super(node_document);
    this.name = name;
    this.publicId = public_id;
    this.systemId = system_id;
  }

  get nodeType() {
    return 10;
  }

  get nodeName() {
    return this.name;
  }

  clone_itself(document) {
    return new DocumentType(this.name, this.publicId, this.systemId, document);
  }
}
