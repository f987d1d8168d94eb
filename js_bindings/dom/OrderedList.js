const MOST = 256;   // entries of a block, and half of it to begin with

/**
 * Ours: a list, each thing in it once, in which the place of a thing is found, and things are put in and taken out anywhere, without
 * the rest being gone through: blocks, each of which knows where it begins once somebody asks.
 */
export class OrderedList {
  length = 0;
  blocks = [];            // { entries, start, place: its index among the blocks }
  block_of = new Map();   // entry → its block
  known = 0;              // how many blocks from the first one on know their `start`
  entries = null;         // all of them, as an array, once somebody has asked

  constructor(entries = []) {
    for (let at = 0; at < entries.length; at += MOST / 2) {
      this.add_block(this.blocks.length, entries.slice(at, at + MOST / 2));
    }
    this.length = entries.length;
  }

  has(entry) {
    return this.block_of.has(entry);
  }

  at(index) {
    if (!(index >= 0 && index < this.length)) {
      return undefined;
    }
    const { blocks } = this;
    if (index === this.length - 1) {
      return blocks.at(-1).entries.at(-1);
    }
    // 1. As many blocks as it takes learn where they begin.
    while (this.known === 0 || ends_of(blocks[this.known - 1]) <= index) {
      this.learn_the_next_start();
    }
    // 2. Which one is it?
    let low = 0;
    for (let high = this.known; high - low > 1;) {
      const middle = (low + high) >> 1;
      [low, high] = blocks[middle].start <= index ? [middle, high] : [low, middle];
    }
    return blocks[low].entries[index - blocks[low].start];
  }

  /** -1 if it is not in it. */
  index_of(entry) {
    const block = this.block_of.get(entry);
    if (block === undefined) {
      return -1;
    }
    while (this.known <= block.place) {
      this.learn_the_next_start();
    }
    return block.start + block.entries.indexOf(entry);
  }

  /** As an array nobody may change. */
  to_array() {
    return this.entries ??= this.blocks.flatMap(({ entries }) => entries);
  }

  /** Before `next`, which is in it; null: at the end. */
  insert_before(entry, next) {
    const block = next === null ? this.blocks.at(-1) ?? this.add_block(0, []) : this.block_of.get(next);
    this.insert_into(block, next === null ? block.entries.length : block.entries.indexOf(next), entry);
  }

  /** After `previous`, which is in it. */
  insert_after(entry, previous) {
    const block = this.block_of.get(previous);
    this.insert_into(block, block.entries.indexOf(previous) + 1, entry);
  }

  delete(entry) {
    const block = this.block_of.get(entry);
    if (block === undefined) {
      return;
    }
    block.entries.splice(block.entries.indexOf(entry), 1);
    this.block_of.delete(entry);
    this.has_changed(block, -1);
    if (block.entries.length === 0) {
      this.blocks.splice(block.place, 1);
      this.number_blocks_from(block.place);
    }
  }

  insert_into(block, index, entry) {
    block.entries.splice(index, 0, entry);
    this.block_of.set(entry, block);
    this.has_changed(block, 1);
    if (block.entries.length > MOST) {
      // NB: at the end of everything a list is filled, not split, so that blocks are full.
      const is_last = block.place === this.blocks.length - 1 && index === MOST;
      this.add_block(block.place + 1, block.entries.splice(is_last ? MOST : MOST / 2));
    }
  }

  add_block(place, entries) {
    const block = { entries, start: 0, place };
    for (const entry of entries) {
      this.block_of.set(entry, block);
    }
    this.blocks.splice(place, 0, block);
    this.number_blocks_from(place);
    return block;
  }

  number_blocks_from(place) {
    this.known = Math.min(this.known, place);
    for (; place < this.blocks.length; ++place) {
      this.blocks[place].place = place;
    }
  }

  has_changed(block, by) {
    this.length += by;
    this.entries = null;
    this.known = Math.min(this.known, block.place + 1);
  }

  learn_the_next_start() {
    const { blocks, known } = this;
    blocks[known].start = known === 0 ? 0 : ends_of(blocks[known - 1]);
    ++this.known;
  }
}

function ends_of(block) {
  return block.start + block.entries.length;
}

/** Ours: lists that stand one after the other, as one. */
export class ListOfLists {
  lists;

  constructor(lists) {
    this.lists = lists;
  }

  get length() {
    return this.lists.reduce((length, list) => length + list.length, 0);
  }

  has(entry) {
    return this.lists.some((list) => list.has(entry));
  }

  at(index) {
    for (const list of this.lists) {
      if (index < list.length) {
        return list.at(index);
      }
      index -= list.length;
    }
    return undefined;
  }

  index_of(entry) {
    let before = 0;
    for (const list of this.lists) {
      if (list.has(entry)) {
        return before + list.index_of(entry);
      }
      before += list.length;
    }
    return -1;
  }

  to_array() {
    return this.lists.flatMap((list) => list.to_array());
  }
}
