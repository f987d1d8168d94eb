"""What a realm hands to an op, checked before the op sees it: the border believes no argument. See docs/SECURITY.md.

The annotations of an op's parameters say what it takes. A decoder is made of them once for each op:

* `str`, `bytes`, `bool`, `int` (whole numbers of JavaScript), `float` (numbers that are finite), `None`;
* `Literal[…]`: one of these strings; a `TypeAlias` of one is an enumeration;
* `list[X]`; `dict[str, Any]` of wire values;
* a `TypedDict`: a record of which only these members are kept, each of its type;
* `URL`: a string that is parsed; one that is no URL is refused;
* `HeaderList`: `[[name, value], …]`, isomorphically decoded; what is no header is refused;
* `X | None`, and unions of the simple ones;
* `Annotated[X, condition]`: what `condition`, a function that says so, finds good.

Whatever else comes is a TypeError for the script.
"""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Callable
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from engine.http import headers
from engine.http.headers import HeaderList
from engine.infra import EngineBug, is_an_http_token
from engine.url import URL, parse_url
from engine.webidl.exceptions import JSTypeError

Decoder: TypeAlias = Callable[[tuple[Any, ...]], "tuple[Any, ...] | list[Any]"]
Step: TypeAlias = Callable[[Any], Any]
"""Gives the argument as the op has it; raises JSTypeError."""

_LARGEST = 2**53
_KINDS_KEPT = 64


def is_a_byte_string(text: str) -> bool:
    """https://webidl.spec.whatwg.org/#idl-ByteString, isomorphically decoded"""
    return text.isascii() or max(text) <= "\xff"


def is_a_header_value(text: str) -> bool:
    """https://fetch.spec.whatwg.org/#header-value, isomorphically decoded"""
    return is_a_byte_string(text) and headers.is_a_header_value(text.encode("latin-1"))


def is_positive(number: int) -> bool:
    return number > 0


def is_not_empty(text: str) -> bool:
    return text != ""


ByteString: TypeAlias = Annotated[str, is_a_byte_string]
HeaderValue: TypeAlias = Annotated[str, is_a_header_value]
PositiveInteger: TypeAlias = Annotated[int, is_positive]
Name: TypeAlias = Annotated[str, is_not_empty]


class _Type:
    """What is known of one annotation: the Python types that it lets through (None: all), and what is left to do with them."""

    __slots__ = ("kinds", "step", "words")

    def __init__(self, words: str, kinds: frozenset[type] | None, step: Step | None = None) -> None:
        self.words = words
        self.kinds = kinds
        self.step = step


@cache
def decoder_of(function: Callable[..., Any]) -> Decoder:
    """Checks the arguments of a call of this op; its first parameter, the environment, is none of them. Raises JSTypeError."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    hints = _hints_of(function)
    known = [_type_of(hints.get(parameter.name, Any), function) for parameter in parameters]
    rest = known.pop() if parameters and parameters[-1].kind is inspect.Parameter.VAR_POSITIONAL else None
    fewest = sum(1 for parameter in parameters[: len(known)] if parameter.default is inspect.Parameter.empty)
    steps = [(index, found.step) for index, found in enumerate(known) if found.step is not None]
    good: set[tuple[type, ...]] = set()

    def decode(arguments: tuple[Any, ...]) -> tuple[Any, ...] | list[Any]:
        # OPTIMIZATION: what is wrong is nearly always wrong by its type, and the same types come again and again.
        kinds = tuple(map(type, arguments))
        if kinds not in good:
            check(arguments)
            if len(good) < _KINDS_KEPT:
                good.add(kinds)
        if not steps:
            return arguments
        decoded = list(arguments)
        for index, step in steps:
            if index < len(decoded):
                decoded[index] = step(decoded[index])
        return decoded

    def check(arguments: tuple[Any, ...]) -> None:
        if len(arguments) < fewest or (len(arguments) > len(known) and rest is None):
            raise JSTypeError(f"{len(arguments)} arguments are not what it takes")
        for index, value in enumerate(arguments):
            wanted = known[index] if index < len(known) else rest
            assert wanted is not None
            if wanted.kinds is not None and type(value) not in wanted.kinds:
                name = parameters[min(index, len(parameters) - 1)].name
                raise JSTypeError(f"{name} is not {wanted.words}: {_words_for(value)}")

    return decode


def _hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        # NB: what an op returns is not checked; the names in that annotation need not be there.
        annotations = {name: value for name, value in function.__annotations__.items() if name not in ("environment", "return")}
        holder = types.SimpleNamespace(__annotations__=annotations)
        return get_type_hints(holder, function.__globals__, include_extras=True)
    except NameError as error:
        raise EngineBug(f"{function.__name__}: the type {error.name} has to be there at run time") from error


def _type_of(annotation: Any, function: Callable[..., Any]) -> _Type:
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    origin = get_origin(annotation)
    if is_typeddict(annotation):
        return _record(annotation, function)
    if origin is Annotated:
        inner, *conditions = get_args(annotation)
        return _under(_type_of(inner, function), conditions)
    if origin is Literal:
        return _literal(get_args(annotation))
    if origin in (Required, NotRequired):
        return _member(get_args(annotation)[0], function)
    if origin is list:
        return _list(_member(get_args(annotation)[0], function))
    if origin in (Union, types.UnionType):
        return _union([_type_of(inner, function) for inner in get_args(annotation)])
    raise EngineBug(f"{function.__name__}: {annotation} is no type that crosses the border")


def _member(annotation: Any, function: Callable[..., Any]) -> _Type:
    """The type of what is inside a list or a record. NB: JSON has whole numbers that JavaScript has not."""
    return _Type("a whole number", frozenset({int}), _whole) if annotation is int else _type_of(annotation, function)


def _literal(values: tuple[str, ...]) -> _Type:
    # OPTIMIZATION: ten thousand requests share these strings.
    known = {value: value for value in values}
    words = f"one of {', '.join(map(repr, values))}"

    def step(value: str) -> str:
        found = known.get(value)
        if found is None:
            raise JSTypeError(f"not {words}: {_words_for(value)}")
        return found

    return _Type(words, frozenset({str}), step)


def _under(inner: _Type, conditions: list[Callable[[Any], bool]]) -> _Type:
    words = f"a good {inner.words}"

    def step(value: Any) -> Any:
        value = value if inner.step is None else inner.step(value)
        for condition in conditions:
            if not condition(value):
                raise JSTypeError(f"not {words}: {_words_for(value)}")
        return value

    return _Type(words, inner.kinds, step)


def _list(inner: _Type) -> _Type:
    if inner.kinds is None:
        return _Type("a list", frozenset({list}))
    kinds, words, inner_step = inner.kinds, inner.words, inner.step

    def step(values: list[Any]) -> list[Any]:
        if not kinds.issuperset(map(type, values)):
            wrong = next(value for value in values if type(value) not in kinds)
            raise JSTypeError(f"not {words}: {_words_for(wrong)}")
        return values if inner_step is None else [inner_step(value) for value in values]

    return _Type(f"a list of {words}", frozenset({list}), step)


def _union(members: list[_Type]) -> _Type:
    words = " or ".join(member.words for member in members)
    if any(member.kinds is None for member in members):
        return _Type(words, None)
    step_of = {kind: member.step for member in members for kind in member.kinds or () if member.step is not None}
    kinds = frozenset().union(*(member.kinds or () for member in members))
    if not step_of:
        return _Type(words, kinds)

    def step(value: Any) -> Any:
        found = step_of.get(type(value))
        return value if found is None else found(value)

    return _Type(words, kinds, step)


def _record(annotation: Any, function: Callable[..., Any]) -> _Type:
    hints = get_type_hints(annotation, include_extras=True)
    types_of = {name: _member(hint, function) for name, hint in hints.items()}
    # OPTIMIZATION: taken apart, once.
    members = {name: (found.kinds, found.step, found.words) for name, found in types_of.items()}
    unless_said = NotRequired if annotation.__total__ else Required
    required = {name for name, hint in hints.items() if (get_origin(hint) is unless_said) != annotation.__total__}

    good: dict[tuple[Any, ...], list[tuple[str, Step]]] = {}

    def step(record: dict[str, Any]) -> dict[str, Any]:
        # OPTIMIZATION: as in `decoder_of`. For each shape that is good, what is left to do.
        shape = (*record, *map(type, record.values()))
        steps = good.get(shape)
        if steps is None:
            record, steps = check(record)
            if len(good) < _KINDS_KEPT and 2 * len(record) == len(shape):
                good[shape] = steps
        known = record.copy()
        name = ""
        try:
            for name, member_step in steps:
                known[name] = member_step(known[name])
        except JSTypeError as error:
            raise JSTypeError(f"{name}: {error.message}") from None
        return known

    def check(record: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Step]]]:
        known, steps = {}, []
        for name, value in record.items():
            member = members.get(name)
            if member is None:
                continue
            kinds, member_step, words = member
            if kinds is not None and type(value) not in kinds:
                raise JSTypeError(f"{name}: not {words}: {_words_for(value)}")
            if member_step is not None:
                steps.append((name, member_step))
            known[name] = value
        if not required <= known.keys():
            raise JSTypeError(f"a record without {', '.join(sorted(required - known.keys()))}")
        return known, steps

    return _Type("a record", frozenset({dict}), step)


def _whole(number: int) -> int:
    if -_LARGEST <= number <= _LARGEST:
        return number
    raise JSTypeError("not a whole number that can be told from its neighbours")


def _finite(number: float) -> float:
    if math.isfinite(number):
        return number
    raise JSTypeError(f"not a finite number: {number}")


def _url(text: str) -> URL:
    url = parse_url(text)
    if isinstance(url, URL):
        return url
    raise JSTypeError(f"not a URL: {_words_for(text)}")


def _headers(pairs: list[Any]) -> HeaderList:
    """Each is of https://fetch.spec.whatwg.org/#header-name and https://fetch.spec.whatwg.org/#header-value"""
    decoded = []
    for pair in pairs:
        if type(pair) is not list or len(pair) != 2:
            raise JSTypeError(f"not a header: {_words_for(pair)}")
        name, value = pair
        if type(name) is not str or type(value) is not str or not is_an_http_token(name) or not is_a_byte_string(value):
            raise JSTypeError(f"not a header: {_words_for(pair)}")
        encoded = value.encode("latin-1")
        if not headers.is_a_header_value(encoded):
            raise JSTypeError(f"not a header: {_words_for(pair)}")
        decoded.append((name.encode("latin-1"), encoded))
    return HeaderList(decoded)


def _words_for(value: Any) -> str:
    words = ascii(value[:80] if isinstance(value, str) else value)
    return words if len(words) <= 80 else f"{words[:80]}…"


_SIMPLE: dict[Any, _Type] = {
    Any: _Type("anything", None),
    str: _Type("a string", frozenset({str})),
    bytes: _Type("bytes", frozenset({bytes})),
    bool: _Type("a boolean", frozenset({bool})),
    int: _Type("a whole number", frozenset({int})),
    float: _Type("a number", frozenset({int, float}), _finite),
    type(None): _Type("null", frozenset({type(None)})),
    URL: _Type("a URL", frozenset({str}), _url),
    HeaderList: _Type("headers", frozenset({list}), _headers),
    dict[str, Any]: _Type("a record", frozenset({dict})),
}
