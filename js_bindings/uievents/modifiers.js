import { UIEvent } from "./UIEvent.js";

const MODIFIERS = {
  __proto__: null,
  Alt: "altKey", AltGraph: "modifierAltGraph", CapsLock: "modifierCapsLock", Control: "ctrlKey", Fn: "modifierFn", FnLock: "modifierFnLock",
  Hyper: "modifierHyper", Meta: "metaKey", NumLock: "modifierNumLock", ScrollLock: "modifierScrollLock", Shift: "shiftKey", Super: "modifierSuper",
  Symbol: "modifierSymbol", SymbolLock: "modifierSymbolLock",
};

/** What events of keyboard and mouse share: https://w3c.github.io/uievents/#dictdef-eventmodifierinit ; slots are named as its members. */
export class EventWithModifiers extends UIEvent {
  ctrlKey = false;
  shiftKey = false;
  altKey = false;
  metaKey = false;
  modifierAltGraph = false;
  modifierCapsLock = false;
  modifierFn = false;
  modifierFnLock = false;
  modifierHyper = false;
  modifierNumLock = false;
  modifierScrollLock = false;
  modifierSuper = false;
  modifierSymbol = false;
  modifierSymbolLock = false;

  /** https://w3c.github.io/uievents/#dom-mouseevent-getmodifierstate and the same of KeyboardEvent */
  getModifierState(key) {
    return this[MODIFIERS[key]] === true;
  }
}
