"""Tables, in the shape that js_bindings/webidl reads."""

import json

import pytest

from engine.webidl import IdlError, read_idl


def table(text, name="A"):
    return read_idl({"test.idl": text}).table(name)


def members(text, more=""):
    return table(f"[Exposed=Window] interface A {{ {text} }}; {more}")["members"]


def type_table(text, more=""):
    return members(f"attribute {text} a;", more)[0]["type"]


def test_an_interface_has_what_its_extended_attributes_say():
    found = table(
        "[Global=(Worker, ServiceWorker), Exposed=(ServiceWorker), SecureContext, Serializable, Transferable,"
        " LegacyWindowAlias=(X, Y), LegacyFactoryFunction=Z(long a)] interface A : B {}; [Exposed=*] interface B {};"
    )
    assert found == {
        "kind": "interface",
        "name": "A",
        "inherits": "B",
        "exposed": ["ServiceWorker"],
        "secure": True,
        "global": ["Worker", "ServiceWorker"],
        "legacyWindowAlias": ["X", "Y"],
        "legacyFactoryFunctions": [
            {"name": "Z", "length": 1, "overloads": [[{"name": "a", "type": {"t": "long"}}]]},
        ],
        "serializable": True,
        "transferable": True,
        "constructor": None,
        "members": [],
    }


def test_a_star_exposes_everywhere():
    assert table("[Exposed=*] interface A {};")["exposed"] == "*"


def test_the_constructor_is_never_absent_since_javascript_objects_inherit_one():
    assert table("[Exposed=*] namespace A {};")["constructor"] is None


def test_constructors_are_grouped_with_the_smallest_length():
    found = table("[Exposed=*] interface A { constructor(long a, long b); constructor(DOMString a); constructor(); };")[
        "constructor"
    ]
    assert found["length"] == 0
    assert [[argument["name"] for argument in overload] for overload in found["overloads"]] == [["a", "b"], ["a"], []]


def test_attributes_carry_their_flags_and_nothing_else():
    assert members(
        "attribute long plain;"
        "[SameObject, LegacyUnforgeable, PutForwards=href] readonly attribute long full;"
        "[Replaceable, SecureContext, Exposed=Worker, LegacyLenientThis] readonly attribute any other;"
        "static readonly attribute long fixed;"
    ) == [
        {"kind": "attribute", "name": "plain", "type": {"t": "long"}},
        {
            "kind": "attribute",
            "name": "full",
            "type": {"t": "long"},
            "readonly": True,
            "sameObject": True,
            "unforgeable": True,
            "putForwards": "href",
        },
        {
            "kind": "attribute",
            "name": "other",
            "type": {"t": "any"},
            "readonly": True,
            "exposed": ["Worker"],
            "secure": True,
            "replaceable": True,
            "lenientThis": True,
        },
        {"kind": "attribute", "name": "fixed", "type": {"t": "long"}, "readonly": True, "static": True},
    ]


def test_overloads_of_a_name_are_one_operation_with_the_smallest_length():
    [found] = members("undefined f(long a, long b); any f(DOMString a, optional long c, any... d);")
    assert found == {
        "kind": "operation",
        "name": "f",
        "length": 1,
        "overloads": [
            {
                "args": [{"name": "a", "type": {"t": "long"}}, {"name": "b", "type": {"t": "long"}}],
                "returns": {"t": "undefined"},
            },
            {
                "args": [
                    {"name": "a", "type": {"t": "DOMString"}},
                    {"name": "c", "type": {"t": "long"}, "optional": True},
                    {"name": "d", "type": {"t": "any"}, "variadic": True},
                ],
                "returns": {"t": "any"},
            },
        ],
    }


def test_a_static_operation_is_apart_from_the_plain_one_of_its_name():
    static, plain = members("static undefined f(); undefined f(long a);")
    assert static["static"] is True and static["length"] == 0
    assert "static" not in plain and plain["length"] == 1


def test_named_special_operations_are_operations_too():
    assert [
        (found["kind"], found.get("name"))
        for found in members(
            "getter DOMString? item(unsigned long index); getter object (DOMString name);"
            "setter undefined (unsigned long i, long value); setter undefined put(DOMString k, octet v);"
            "deleter undefined (DOMString name); stringifier DOMString text();"
        )
    ] == [
        ("indexed_getter", "item"),
        ("operation", "item"),
        ("named_getter", None),
        ("indexed_setter", None),
        ("named_setter", "put"),
        ("operation", "put"),
        ("named_deleter", None),
        ("stringifier", None),
        ("operation", "text"),
    ]


def test_the_type_of_a_getter_is_what_it_returns_and_of_a_setter_what_it_takes():
    getter, setter = members("getter Foo? (DOMString n); setter undefined (DOMString n, octet v);", 'enum Foo {"a"};')
    assert getter["type"] == {"t": "enum", "name": "Foo", "nullable": True}
    assert setter["type"] == {"t": "octet"}


def test_constants_collections_and_stringifiers():
    assert members("const octet X = 0x0F;") == [{"kind": "constant", "name": "X", "type": {"t": "octet"}, "value": 15}]
    assert members("iterable<long>;") == [{"kind": "iterable", "value": {"t": "long"}}]
    assert members("iterable<DOMString, long>;") == [
        {"kind": "iterable", "value": {"t": "long"}, "key": {"t": "DOMString"}}
    ]
    assert members("async iterable<any>(optional long a);") == [
        {
            "kind": "async_iterable",
            "value": {"t": "any"},
            "args": [{"name": "a", "type": {"t": "long"}, "optional": True}],
        }
    ]
    assert members("readonly maplike<DOMString, long>;") == [
        {"kind": "maplike", "value": {"t": "long"}, "key": {"t": "DOMString"}, "readonly": True}
    ]
    assert members("setlike<DOMString>;") == [{"kind": "setlike", "value": {"t": "DOMString"}}]
    assert members("stringifier;") == [{"kind": "stringifier"}]
    attribute, stringifier = members("stringifier attribute USVString href;")
    assert attribute["name"] == "href"
    assert stringifier == {"kind": "stringifier", "attribute": "href"}


DEFINED = (
    '[Exposed=*] interface I {}; dictionary D {}; enum E {"e"}; callback C = undefined (); callback interface L {};'
    "typedef (I or (E? or sequence<T2>)) T; typedef [Clamp] octet T2; typedef DOMString? T3;"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unsigned long long", {"t": "unsigned long long"}),
        ("long?", {"t": "long", "nullable": True}),
        ("[EnforceRange] long", {"t": "long", "enforceRange": True}),
        ("I", {"t": "interface", "name": "I"}),
        ("D", {"t": "dictionary", "name": "D"}),
        ("E?", {"t": "enum", "name": "E", "nullable": True}),
        ("C", {"t": "callback", "name": "C"}),
        ("L", {"t": "callback interface", "name": "L"}),
        ("sequence<I>", {"t": "sequence", "of": {"t": "interface", "name": "I"}}),
        (
            "FrozenArray<I?>?",
            {"t": "FrozenArray", "of": {"t": "interface", "name": "I", "nullable": True}, "nullable": True},
        ),
        ("Promise<undefined>", {"t": "Promise", "of": {"t": "undefined"}}),
        ("record<DOMString, long>", {"t": "record", "key": {"t": "DOMString"}, "of": {"t": "long"}}),
        ("T2", {"t": "octet", "clamp": True}),
        ("T3", {"t": "DOMString", "nullable": True}),
        ("[LegacyNullToEmptyString] DOMString", {"t": "DOMString", "legacyNullToEmptyString": True}),
        ("Uint8Array", {"t": "buffer", "name": "Uint8Array"}),
        ("[AllowShared] BufferSource", {"t": "buffer", "name": "BufferSource", "allowShared": True}),
        ("EventHandler", {"t": "event handler", "kind": "EventHandler"}),
        ("OnErrorEventHandler", {"t": "event handler", "kind": "OnErrorEventHandler"}),
        ("DOMException?", {"t": "DOMException", "nullable": True}),
        (
            "T",
            {
                "t": "union",
                "of": [
                    {"t": "interface", "name": "I"},
                    {"t": "enum", "name": "E"},
                    {"t": "sequence", "of": {"t": "octet", "clamp": True}},
                ],
                "nullable": True,
            },
        ),
        (
            "(BufferSource or I)",
            {"t": "union", "of": [{"t": "buffer", "name": "BufferSource"}, {"t": "interface", "name": "I"}]},
        ),
    ],
)
def test_types(text, expected):
    assert type_table(text, DEFINED) == expected


def test_a_window_is_had_by_its_window_proxy():
    found = read_idl({"a.idl": "[Exposed=Window] interface Window { attribute WindowProxy? parent; attribute Window self; };"})
    types = [member["type"] for member in found.table("Window")["members"]]
    assert types == [{"t": "interface", "name": "WindowProxy", "nullable": True}, {"t": "interface", "name": "WindowProxy"}]


def test_known_gaps_drop_out_of_unions_and_are_objects_elsewhere():
    assert type_table("(TrustedHTML or [LegacyNullToEmptyString] DOMString)") == {
        "t": "DOMString",
        "legacyNullToEmptyString": True,
    }
    assert type_table("(WebGLRenderingContext or WebGL2RenderingContext)?") == {"t": "object", "nullable": True}
    assert type_table("MediaStream?") == {"t": "object", "nullable": True}


def test_a_known_gap_that_is_defined_after_all_counts():
    more = "[Exposed=*] interface TrustedHTML {};"
    assert type_table("(TrustedHTML or DOMString)", more)["of"][0] == {"t": "interface", "name": "TrustedHTML"}


def test_dictionaries_are_flat_ancestors_first_and_sorted_within_each():
    found = table(
        "dictionary A : B { long z; required long a; }; dictionary B { long y = 1; long b; };"
        "partial dictionary A { long m; };"
    )
    assert found == {
        "kind": "dictionary",
        "name": "A",
        "members": [
            {"name": "b", "type": {"t": "long"}},
            {"name": "y", "type": {"t": "long"}, "default": {"value": 1}},
            {"name": "a", "type": {"t": "long"}, "required": True},
            {"name": "m", "type": {"t": "long"}},
            {"name": "z", "type": {"t": "long"}},
        ],
    }


def test_enums_and_callbacks():
    assert table('enum A { "b", "a" };') == {"kind": "enum", "name": "A", "values": ["b", "a"]}
    assert table("callback A = long (DOMString s);") == {
        "kind": "callback",
        "name": "A",
        "args": [{"name": "s", "type": {"t": "DOMString"}}],
        "returns": {"t": "long"},
    }


def test_partials_come_after_the_whole_and_mixins_after_partials():
    found = read_idl(
        {
            "one.idl": "partial interface A { attribute long second; }; A includes M;",
            "two.idl": "[Exposed=(Window, Worker)] interface A { attribute long first; };"
            "interface mixin M { attribute long third; }; partial interface mixin M { attribute long fourth; };",
        }
    ).table("A")
    assert [member["name"] for member in found["members"]] == ["first", "second", "third", "fourth"]


def test_exposure_and_security_of_partials_and_mixins_go_to_their_members():
    found = table(
        "[Exposed=(Window, Worker)] interface A { attribute long a; };"
        "[Exposed=Window] partial interface A { attribute long b; [Exposed=Worker] attribute long c; };"
        "[SecureContext] partial interface A { attribute long d; };"
        "[Exposed=(Window, Worker)] partial interface A { attribute long e; };"
        "[SecureContext] interface mixin M { [Exposed=Window] undefined f(); }; A includes M;"
    )
    assert {m["name"]: (m.get("exposed"), m.get("secure", False)) for m in found["members"]} == {
        "a": (None, False),
        "b": (["Window"], False),
        "c": (["Worker"], False),
        "d": (None, True),
        "e": (None, False),
        "f": (["Window"], True),
    }


def test_other_extended_attributes_of_a_partial_go_to_the_whole():
    found = table("[Exposed=*] interface A {}; [LegacyOverrideBuiltIns] partial interface A {};")
    assert found["legacyOverrideBuiltIns"] is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("interface A {};", "test.idl:1: A needs [Exposed]"),
        ("[Exposed=*] interface A {\n attribute Nothing x;\n};", "test.idl:2: no type is named Nothing"),
        ("[Exposed=*] interface A : B {};", "test.idl:1: no interface is named B"),
        ("[Exposed=*] interface A : A {};", "test.idl:1: A inherits from itself"),
        ("dictionary A : B {};", "test.idl:1: no dictionary is named B"),
        ("dictionary A : A {};", "test.idl:1: A inherits from itself"),
        ("dictionary A : B { long a; };\ndictionary B { long a; };", "test.idl:1: A already has a"),
        ("partial interface A {};", "test.idl:1: no interface A to add to"),
        ("partial dictionary A {};", "test.idl:1: no dictionary A to add to"),
        ("A includes B;", "test.idl:1: no interface A to include a mixin"),
        ("[Exposed=*] interface A {};\nA includes B;", "test.idl:2: no mixin B to include"),
        ('enum A {"a"};\ndictionary A {};', "test.idl:2: A is defined before, at test.idl:1"),
        ("[Exposed=*] interface A {\nattribute long a;\nundefined a();};", "test.idl:3: A already has a"),
        ("[Exposed=*, Wibble] interface A {};", "test.idl:1: no extended attribute is named Wibble"),
        (
            "[Exposed=*] interface A { [PutForwards] readonly attribute A a; };",
            "test.idl:1: [PutForwards] needs a value",
        ),
        ('enum E {"a"}; dictionary A {\nE e = "b"; };', "test.idl:2: 'b', the default of e, is not one of E"),
        (
            "[Exposed=*] interface A { getter any (any x); };",
            "test.idl:1: a getter takes an unsigned long or a DOMString, not a any",
        ),
    ],
)
def test_definitions_that_cannot_be_understood(text, message):
    with pytest.raises(IdlError) as caught:
        table(text)
    assert str(caught.value).split("\n")[0] == message


def test_tables_are_json():
    definitions = read_idl({"test.idl": DEFINED})
    assert json.loads(json.dumps(definitions.tables())) == definitions.tables()
