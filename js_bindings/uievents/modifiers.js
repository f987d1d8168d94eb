const MODIFIERS = {
  __proto__: null,
  Alt: "altKey", AltGraph: "modifierAltGraph", CapsLock: "modifierCapsLock", Control: "ctrlKey", Fn: "modifierFn", FnLock: "modifierFnLock",
  Hyper: "modifierHyper", Meta: "metaKey", NumLock: "modifierNumLock", ScrollLock: "modifierScrollLock", Shift: "shiftKey", Super: "modifierSuper",
  Symbol: "modifierSymbol", SymbolLock: "modifierSymbolLock",
};

/** https://w3c.github.io/uievents/#dom-mouseevent-getmodifierstate ; `event` has slots named as EventModifierInit's members. */
export function modifier_state(event, key) {
  return event[MODIFIERS[key]] === true;
}
