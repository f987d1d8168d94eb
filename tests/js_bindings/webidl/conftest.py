"""Interfaces made up for one test: definitions and implementation classes that only its realm knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.js import bindings_modules
from engine.realms import Environment
from engine.webidl import read_idl

MODULE = "test/classes.js"
KNOWN = """
[Exposed=*] interface Event {};
[Exposed=*] interface EventTarget { constructor(); };
[Exposed=Window] interface Window : EventTarget {};
[LegacyTreatNonObjectAsNull] callback EventHandlerNonNull = any (Event event);
typedef EventHandlerNonNull? EventHandler;
"""
IMPORTS = """
import { EventTarget } from "../dom/EventTarget.js";
import { not_implemented } from "../webidl/not_implemented.js";
import { END_OF_ITERATION } from "../webidl/async_iterables.js";
import { implementation_of, platform_object_of } from "../webidl/platform_objects.js";
import { a_promise_resolved_with } from "../webidl/promises.js";
"""


@pytest.fixture
def define(monkeypatch: pytest.MonkeyPatch, new_realm: Callable[..., Any]) -> Callable[..., Any]:
    """`define(idl, javascript)`: a realm whose global object has the interfaces of `idl`; `javascript` exports their classes.

    A class that is not in `javascript` is an empty one. Further arguments go to `new_realm`.
    """

    def define(idl: str, javascript: str = "", *arguments: Any, **services: Any) -> Any:
        known = set(read_idl({"known.idl": KNOWN}).names())
        definitions = read_idl({"known.idl": KNOWN, "test.idl": idl})
        names = [name for name in definitions.names() if name not in known]
        kinds = ("interface", "namespace", "callback interface")
        interfaces = [name for name in names if definitions.table(name)["kind"] in kinds]
        for name in names:
            use(f"idl/tables/{name}.js", definitions.module(name))
        listed = "".join(f'interfaces.{name} = "{MODULE}";\n' for name in interfaces)
        use("interfaces.js", bindings_modules.source_of("js_bindings/interfaces.js") + listed)
        missing = [name for name in interfaces if f" {name} " not in f"{javascript} ".replace("(", " ")]
        use(MODULE, IMPORTS + javascript + "".join(f"export class {name} {{}}\n" for name in missing))
        exposed = Environment.exposed_interfaces.fget
        assert exposed is not None
        monkeypatch.setattr(
            Environment,
            "exposed_interfaces",
            property(
                lambda environment: sorted(
                    {
                        *exposed(environment),
                        *definitions.exposed_on(environment.global_names, environment.is_secure_context),
                    }
                )
            ),
        )
        return new_realm(*arguments, **services)

    def use(path: str, source: str) -> None:
        name = bindings_modules.PREFIX + path
        monkeypatch.setitem(bindings_modules._bytecode, name, bindings_modules.compile_module(name, source))

    return define


@pytest.fixture
def convert(realm: Any) -> Callable[..., Any]:
    """`convert(type, script)`: what the value of an expression becomes; a TypeError's message if it is refused."""
    give_internals(realm)

    def convert(type_: str, script: str) -> Any:
        return realm.run(
            f"""(() => {{
              const inspect = (value) => Object.is(value, -0) ? '-0' : Number.isNaN(value) ? 'NaN' : value === undefined ? 'undefined'
                : typeof value === 'bigint' ? value + 'n' : value === Infinity || value === -Infinity ? String(value) : value;
              try {{ return {{ value: inspect(converter_of({type_})({script}, 'it')) }} }}
              catch (error) {{ return {{ value: `${{error.name}}: ${{error.message}}` }} }}
            }})()"""
        )["value"]

    return convert


def give_internals(realm: Any) -> None:
    """Make `converter_of`, `result_converter`, `platform_object_of` and `implementation_of` globals of the realm."""

    def give() -> None:
        environment = realm.environment
        for path, name in (
            ("webidl/converters.js", "converter_of"),
            ("webidl/results.js", "result_converter"),
            ("webidl/platform_objects.js", "platform_object_of"),
            ("webidl/platform_objects.js", "implementation_of"),
        ):
            module = environment.bindings.load(path)
            environment.realm.set_property(environment.realm.global_this, name, module.get(name))

    realm._on_agent(give)


@pytest.fixture
def add_frame() -> Callable[[Any], Environment]:
    """`add_frame(realm)`: a second realm on the same heap, as a same-origin iframe is; its global object is `frame` in the first."""

    def add_frame(realm: Any) -> Environment:
        first: Environment = realm.environment

        def add() -> Environment:
            second = Environment(
                first.user_agent,
                first.agent,
                first.global_interface,
                creation_url=first.creation_url,
                origin=first.origin,
                policy_container=first.policy_container,
            )
            second.create_realm()
            first.realm.set_property(first.realm.global_this, "frame", second.realm.global_this)
            return second

        made: Environment = realm._on_agent(add)
        return made

    return add_frame
