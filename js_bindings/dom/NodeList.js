import { children_of } from "./trees.js";

/** https://dom.spec.whatwg.org/#interface-nodelist ; this one is static. */
export class NodeList {
  nodes = [];

  constructor(nodes = []) {
    this.nodes = nodes;
  }

  /** Ours: what is in it now, as an array nobody may change. */
  current() {
    return this.nodes;
  }

  get length() {
    return this.current().length;
  }

  item(index) {
    return this.current()[index] ?? null;
  }

  get_indexed(index) {
    return this.current()[index];
  }

  value_pairs() {
    return this.current();
  }
}

/** The children of a node, live. */
export class ChildNodes extends NodeList {
  parent;
  version = -1;

  constructor(parent) {
    super();
    this.parent = parent;
  }

  current() {
    const { tree_version } = this.parent.node_document ?? this.parent;
    if (this.version !== tree_version) {
      this.version = tree_version;
      this.nodes = children_of(this.parent);
    }
    return this.nodes;
  }

  // OPTIMIZATION: without making the array.
  get length() {
    return this.parent.child_count;
  }

  get_indexed(index) {
    return this.item(index);
  }

  item(index) {
    if (index === 0) {
      return this.parent.firstChild;
    }
    return index === this.parent.child_count - 1 ? this.parent.lastChild : super.item(index);
  }
}

/** The elements that `find` gives, looked for again whenever elements or attributes in the document have changed. */
export class LiveNodeList extends NodeList {
  document;
  find;
  version = -1;

  constructor(document, find) {
    super();
    this.document = document;
    this.find = find;
  }

  current() {
    const version = this.document.element_version + this.document.attribute_version;
    if (this.version !== version) {
      this.version = version;
      this.nodes = this.find();
    }
    return this.nodes;
  }
}
