/**
 * Ours: the objects of this realm for things that Python knows by numbers. There is one for each as long as a script can tell: an object
 * that is held stays, as something may still be heard of its thing; one that is not goes when no script has it any more.
 */
export class NumberedObjects {
  held = new Map();
  records = new Map();  // number → { number, reference }
  collected;

  /** `when_collected(number)`: one has gone that was not deleted. */
  constructor(when_collected = () => {}) {
    this.collected = new FinalizationRegistry((record) => {
      // Another may have its number by now.
      if (this.records.get(record.number) === record) {
        this.records.delete(record.number);
        when_collected(record.number);
      }
    });
  }

  get(number) {
    return this.held.get(number) ?? this.records.get(number)?.reference.deref();
  }

  /** It is not held yet. */
  add(number, object) {
    const record = { number, reference: new WeakRef(object) };
    this.records.set(number, record);
    this.collected.register(object, record);
  }

  hold(number) {
    const object = this.get(number);
    if (object !== undefined) this.held.set(number, object);
  }

  let_go(number) {
    this.held.delete(number);
  }

  /** It does not stand for anything any more. */
  delete(number) {
    this.held.delete(number);
    this.records.delete(number);
  }
}
