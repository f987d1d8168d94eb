"""The default toJSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

IDL = """
enum Colour { "red" };
dictionary Fine { long x; }; dictionary Rough { any x; };
[Exposed=*] interface Grand { constructor(); [Default] object toJSON(); readonly attribute long oldest; };
[Exposed=*] interface Silent : Grand { constructor(); readonly attribute long unseen; };
[Exposed=*] interface Child : Silent {
  constructor();
  [Default] object toJSON();
  attribute DOMString text;
  readonly attribute Colour colour;
  readonly attribute sequence<double> list;
  readonly attribute Grand? relative;
  readonly attribute Plain plain;
  readonly attribute any anything;
  readonly attribute Promise<long> later;
  readonly attribute object object;
  readonly attribute Fine fine;
  readonly attribute Rough rough;
  attribute EventHandler onx;
  static readonly attribute long count;
  [Exposed=Window] readonly attribute long window;
  undefined method();
};
[Exposed=*] interface Plain {};
"""
CLASSES = """
export class Grand extends EventTarget { oldest = 1 }
export class Silent extends Grand { unseen = 2 }
export class Child extends Silent {
  static count = 1;
  text = "t"; colour = "red"; list = [1.5]; relative = null; plain = new Plain(); anything = 1; later = Promise.resolve(1); object = { a: 1 };
  fine = { x: 1 }; rough = { x: 1 }; window = 1; method() {}
}
export class Plain {}
"""


def test_the_default_has_the_attributes_of_json_types_ancestors_first(define: Callable[..., Any]) -> None:
    realm = define(IDL, CLASSES)
    assert realm.run(
        "const json = new Child().toJSON(); [Object.keys(json), json.list, json.relative, json.object, json.fine]"
    ) == [
        ["oldest", "text", "colour", "list", "relative", "object", "fine"],
        [1.5],
        None,
        {"a": 1},
        {"x": 1},
    ]
    assert realm.run("JSON.stringify(new Silent())") == '{"oldest":1}'
    assert realm.error_of("Child.prototype.toJSON.call(new Grand())").startswith("TypeError: Child.toJSON")


def test_a_patched_prototype_changes_nothing(define: Callable[..., Any]) -> None:
    realm = define(IDL, CLASSES)
    realm.run(
        "Object.defineProperty(Child.prototype, 'text', { get() { return 'patched' } }); delete Grand.prototype.oldest; 0"
    )
    assert realm.run("const json = new Child().toJSON(); [json.text, json.oldest]") == ["t", 1]
