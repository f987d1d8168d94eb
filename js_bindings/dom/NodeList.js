import { OrderedList } from "./OrderedList.js";
import { children_of } from "./trees.js";

/** https://dom.spec.whatwg.org/#interface-nodelist ; this one is static. */
export class NodeList {
  nodes = [];

  constructor(nodes = []) {
    this.nodes = nodes;
  }

  /** Ours: what is in it now, as something with a `length` and `at`. */
  now() {
    return this.nodes;
  }

  get length() {
    return this.now().length;
  }

  item(index) {
    return this.now().at(index) ?? null;
  }

  get_indexed(index) {
    return this.item(index) ?? undefined;
  }
}

/** The children of a node, live. */
export class ChildNodes extends NodeList {
  parent;
  list = null;                   // OPTIMIZATION: once somebody has asked for one in the middle; follows what comes and goes

  constructor(parent) {
    super();
    this.parent = parent;
  }

  get length() {
    return this.parent.child_count;
  }

  item(index) {
    const { parent } = this;
    if (index === 0) {
      return parent.firstChild;
    }
    if (index === parent.child_count - 1) {
      return parent.lastChild;
    }
    this.list ??= new OrderedList(children_of(parent));
    return this.list.at(index) ?? null;
  }

  /** Ours: a child has come, before `next`; null: at the end. */
  child_has_come(child, next) {
    this.list?.insert_before(child, next);
  }

  child_has_gone(child) {
    this.list?.delete(child);
  }
}

/** What LiveElements are in it. */
export class LiveNodeList extends NodeList {
  live;

  constructor(live) {
    super();
    this.live = live;
  }

  now() {
    return this.live.now();
  }
}
