"""The reader, construct by construct."""

import pytest

from engine.webidl.parser import parse
from engine.webidl.syntax import (
    Attribute,
    Callback,
    Collection,
    Constant,
    Constructor,
    Dictionary,
    Enum,
    IdlError,
    Includes,
    Interface,
    Member,
    Operation,
    Source,
    Stringifier,
    Typedef,
    TypeNode,
)


def read(text):
    return parse(Source("test.idl", text))


def member(text) -> Member:
    [interface] = read(f"interface A {{ {text} }};")
    assert isinstance(interface, Interface)
    [found] = interface.members
    return found


def type_of(text) -> TypeNode:
    [typedef] = read(f"typedef {text} T;")
    assert isinstance(typedef, Typedef)
    return typedef.type


def test_comments_and_empty_files_say_nothing():
    assert read("") == []
    assert read("// one\n/* two\n three */ \n") == []


def test_an_interface_has_parent_and_extended_attributes():
    [found] = read("[Exposed=(Window, Worker), SecureContext, LegacyWindowAlias=B] interface A : Base {};")
    assert (found.kind, found.name, found.inherits, found.partial, found.members) == (
        "interface",
        "A",
        "Base",
        False,
        [],
    )
    assert {name: attribute.values for name, attribute in found.extended.items()} == {
        "Exposed": ["Window", "Worker"],
        "SecureContext": [],
        "LegacyWindowAlias": ["B"],
    }


def test_a_star_and_an_argument_list_are_values_of_extended_attributes():
    [found] = read(
        "[Exposed=*, LegacyFactoryFunction=Image(optional long w), LegacyFactoryFunction=B()] interface A {};"
    )
    assert found.extended["Exposed"].values == ["*"]
    image = found.extended["LegacyFactoryFunction Image"]
    assert image.arguments is not None
    assert [argument.name for argument in image.arguments] == ["w"]
    assert found.extended["LegacyFactoryFunction B"].arguments == []


@pytest.mark.parametrize(
    ("text", "kind", "partial"),
    [
        ("interface A {};", "interface", False),
        ("partial interface A {};", "interface", True),
        ("interface mixin A {};", "mixin", False),
        ("partial interface mixin A {};", "mixin", True),
        ("callback interface A {};", "callback interface", False),
        ("namespace A {};", "namespace", False),
        ("partial namespace A {};", "namespace", True),
    ],
)
def test_kinds_of_interfaces(text, kind, partial):
    [found] = read(text)
    assert (found.kind, found.name, found.partial) == (kind, "A", partial)


def test_an_interface_may_be_named_mixin():
    [found] = read("interface mixin {};")
    assert (found.kind, found.name) == ("interface", "mixin")


def test_includes():
    [found] = read("A includes B;")
    assert isinstance(found, Includes)
    assert (found.interface, found.mixin) == ("A", "B")


def test_a_dictionary_has_required_members_and_defaults():
    [found] = read('dictionary A : B { required long a; DOMString b = "x"; [Clamp] octet c; };')
    assert isinstance(found, Dictionary)
    assert found.inherits == "B"
    a, b, c = found.members
    assert (a.name, a.required, a.default) == ("a", True, None)
    assert (b.name, b.required, b.default) == ("b", False, {"value": "x"})
    assert c.type.annotations == {"Clamp"}


def test_a_partial_dictionary():
    [found] = read("partial dictionary A { long a; };")
    assert isinstance(found, Dictionary)
    assert found.partial


def test_an_enum_may_end_with_a_comma():
    [one, two] = read('enum A { "a", "", "c-d" }; enum B { "x", };')
    assert isinstance(one, Enum) and isinstance(two, Enum)
    assert (one.values, two.values) == (["a", "", "c-d"], ["x"])


def test_a_callback():
    [found] = read("[LegacyTreatNonObjectAsNull] callback F = Promise<any> (Event e, any... rest);")
    assert isinstance(found, Callback)
    assert found.type.name == "Promise"
    assert [(argument.name, argument.variadic) for argument in found.arguments] == [("e", False), ("rest", True)]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("attribute long a;", set()),
        ("readonly attribute long a;", {"readonly"}),
        ("static attribute long a;", {"static"}),
        ("static readonly attribute long a;", {"static", "readonly"}),
        ("stringifier attribute USVString a;", {"stringifier"}),
        ("stringifier readonly attribute USVString a;", {"stringifier", "readonly"}),
        ("inherit attribute long a;", {"inherit"}),
    ],
)
def test_attributes(text, flags):
    found = member(text)
    assert isinstance(found, Attribute)
    assert found.name == "a"
    assert {flag for flag in ("readonly", "static", "stringifier", "inherit") if getattr(found, flag)} == flags


def test_the_annotations_of_an_attribute_go_to_its_type_wherever_they_stand():
    for text in (
        "[LegacyNullToEmptyString] attribute DOMString a;",
        "attribute [LegacyNullToEmptyString] DOMString a;",
    ):
        found = member(text)
        assert isinstance(found, Attribute)
        assert found.type.annotations == {"LegacyNullToEmptyString"}


def test_operations_have_arguments_with_defaults():
    found = member('undefined f([Clamp] long a, optional DOMString b = "x", optional D c = {}, any... d);')
    assert isinstance(found, Operation)
    assert found.name == "f"
    assert [(x.name, x.optional, x.variadic, x.default) for x in found.arguments] == [
        ("a", False, False, None),
        ("b", True, False, {"value": "x"}),
        ("c", True, False, {"dictionary": True}),
        ("d", False, True, None),
    ]
    assert found.arguments[0].type.annotations == {"Clamp"}


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("null", {"value": None}),
        ("true", {"value": True}),
        ("false", {"value": False}),
        ("-5", {"value": -5}),
        ("0xFF", {"value": 255}),
        ("010", {"value": 8}),
        ("0", {"value": 0}),
        ("1.5e3", {"value": 1500.0}),
        (".5", {"value": 0.5}),
        ("-Infinity", {"value": float("-inf")}),
        ('""', {"value": ""}),
        ("[]", {"sequence": True}),
        ("{}", {"dictionary": True}),
        ("undefined", {"undefined": True}),
    ],
)
def test_defaults(text, default):
    found = member(f"undefined f(optional any a = {text});")
    assert isinstance(found, Operation)
    assert found.arguments[0].default == default


@pytest.mark.parametrize("word", ["getter", "setter", "deleter", "stringifier"])
def test_special_operations_with_and_without_a_name(word):
    named, nameless = member(f"{word} DOMString x(DOMString k);"), member(f"{word} DOMString (DOMString k);")
    assert isinstance(named, Operation) and isinstance(nameless, Operation)
    assert (named.special, named.name) == (word, "x")
    assert (nameless.special, nameless.name) == (word, None)


def test_static_operations():
    found = member("static A of(any x);")
    assert isinstance(found, Operation)
    assert found.static


def test_words_of_the_grammar_may_be_names():
    found = member("undefined delete(boolean async, long _interface);")
    assert isinstance(found, Operation)
    assert [argument.name for argument in found.arguments] == ["async", "interface"]
    escaped = member("static A _any();")
    assert isinstance(escaped, Operation)
    assert escaped.name == "any"


@pytest.mark.parametrize(
    ("text", "kind", "types", "readonly", "arguments"),
    [
        ("iterable<Node>;", "iterable", ["Node"], False, []),
        ("iterable<USVString, any>;", "iterable", ["USVString", "any"], False, []),
        ("async_iterable<any>;", "async_iterable", ["any"], False, []),
        ("async iterable<any>(optional D options = {});", "async_iterable", ["any"], False, ["options"]),
        ("async_iterable<long, any>();", "async_iterable", ["long", "any"], False, []),
        ("maplike<DOMString, long>;", "maplike", ["DOMString", "long"], False, []),
        ("readonly maplike<DOMString, long>;", "maplike", ["DOMString", "long"], True, []),
        ("setlike<DOMString>;", "setlike", ["DOMString"], False, []),
        ("readonly setlike<DOMString>;", "setlike", ["DOMString"], True, []),
    ],
)
def test_collections(text, kind, types, readonly, arguments):
    found = member(text)
    assert isinstance(found, Collection)
    assert (found.kind, [node.name for node in found.types], found.readonly) == (kind, types, readonly)
    assert [argument.name for argument in found.arguments] == arguments


def test_constants_constructors_and_stringifiers():
    constant = member("const unsigned short A = 0x20;")
    assert isinstance(constant, Constant)
    assert (constant.name, constant.type.name, constant.value) == ("A", "unsigned short", 32)
    constructor = member("constructor(DOMString type);")
    assert isinstance(constructor, Constructor)
    assert [argument.name for argument in constructor.arguments] == ["type"]
    assert isinstance(member("stringifier;"), Stringifier)


@pytest.mark.parametrize(
    "name",
    [
        "unsigned short",
        "unsigned long",
        "unsigned long long",
        "long",
        "long long",
        "short",
        "unrestricted double",
        "unrestricted float",
        "double",
        "any",
        "DOMString",
        "Foo",
    ],
)
def test_names_of_types(name):
    assert type_of(name).name == name


def test_generic_nullable_and_union_types():
    node = type_of("sequence<(A or record<DOMString, B?>)>?")
    assert (node.name, node.nullable) == ("sequence", True)
    union = node.parameters[0]
    assert (union.name, [part.name for part in union.parameters]) == ("union", ["A", "record"])
    assert union.parameters[1].parameters[1].nullable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("interface A {\n  attribute long;\n};", "test.idl:2: expected an attribute's name, found ';'"),
        ("\n\ninterface A {}", "test.idl:3: expected ';', found the end of the file"),
        ("interface A { undefined f(long a, );};", "test.idl:1: expected a type, found ')'"),
        ("enum A { a };", "test.idl:1: expected a string, found 'a'"),
        ("wibble;", "test.idl:1: expected a definition, found 'wibble'"),
        (
            "interface A {\n undefined f(optional long a, long b);};",
            "test.idl:2: a required argument may not follow an optional one",
        ),
        ("interface A { undefined f(long... a, long b);};", "test.idl:1: no argument may follow a variadic one"),
        ("interface A { undefined f(long a, long a);};", "test.idl:1: two arguments are named a"),
        ("interface mixin A {\n constructor();\n};", "test.idl:2: a mixin cannot have this kind of member"),
        ('enum A { "a", "a" };', "test.idl:1: A has a value twice"),
        ("typedef any? T;", "test.idl:1: any cannot be nullable"),
        ("interface A { setlike<A, B>; };", "test.idl:1: expected '>', found ','"),
        ("[A, A] interface B {};", "test.idl:1: [A] stands twice"),
    ],
)
def test_errors_tell_file_line_and_reason(text, message):
    with pytest.raises(IdlError) as caught:
        read(text)
    assert str(caught.value).split("\n")[0] == message


def test_errors_show_the_line():
    with pytest.raises(IdlError) as caught:
        read("interface A {\n    attribute long;\n};")
    assert str(caught.value).split("\n")[1] == "    attribute long;"
