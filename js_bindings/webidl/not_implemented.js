/** A member that the interface definition has and we do not: see docs/BINDINGS.md. */
export class NotImplemented {
  reason;

  constructor(reason) {
    this.reason = reason;
  }
}

/** Declares a gap. What a script gets is a NotSupportedError that says why. */
export function not_implemented(reason) {
  return new NotImplemented(reason);
}

export function throw_not_implemented(context, reason) {
  throw new DOMException(context + " is not implemented: " + reason, "NotSupportedError");
}
