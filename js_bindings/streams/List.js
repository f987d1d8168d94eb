/**
 * A first-in, first-out list: what the standard calls a list wherever it only appends at the end and removes from the front.
 *
 * NB: ours. Linked, so that removing is cheap however long the list is, and that no method of `Array.prototype` is called, which a script
 * may have changed.
 */
export class List {
  head = undefined;
  tail = undefined;
  size = 0;

  get is_empty() {
    return this.size === 0;
  }

  get first() {
    return this.head.item;
  }

  append(item) {
    const node = { item, next: undefined };
    if (this.size === 0) {
      this.head = node;
    } else {
      this.tail.next = node;
    }
    this.tail = node;
    this.size += 1;
  }

  remove_first() {
    const { item, next } = this.head;
    this.head = next;
    this.size -= 1;
    return item;
  }
}
