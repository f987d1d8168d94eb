"""Running the scripts of pages and workers."""

from __future__ import annotations

from typing import Any

import pytest

from engine.js import Handle, JSError, Realm
from engine.realms import run_a_classic_script, run_a_module_script
from engine.webidl import JSTypeError


def run(realm: Any, source: str, **options: Any) -> None:
    realm._on_agent(lambda: run_a_classic_script(realm.environment, source, "https://a.test/x.js", **options))


def test_a_script_runs_with_its_microtasks(realm: Any) -> None:
    run(realm, "globalThis.order = ['script']; Promise.resolve().then(() => order.push('micro'))")
    assert realm.run("order") == ["script", "micro"]


def test_an_uncaught_error_is_reported_with_its_place(realm: Any) -> None:
    realm.run("self.onerror = (message, url, line) => { globalThis.seen = [message, url, line]; return true }; 0")
    run(realm, "\nnull.x", line=10)
    message, url, line = realm.run("seen")
    assert "null" in message and url == "https://a.test/x.js" and line == 11


def test_errors_of_other_origins_are_muted(realm: Any) -> None:
    realm.run(
        "self.onerror = (message, url, line, column, error) => { globalThis.seen = [message, url, line, column, error]; return true }; 0"
    )
    run(realm, "throw new Error('secret')", muted_errors=True)
    assert realm.run("seen") == ["Script error.", "", 0, 0, None]


def test_an_error_can_be_given_to_the_caller_instead(realm: Any) -> None:
    with pytest.raises(JSError, match="mine"):
        run(realm, "throw new Error('mine')", rethrow=True)
    with pytest.raises(JSError, match="SyntaxError"):
        run(realm, "let a = ;", rethrow=True)


def test_a_parsed_script_runs_too(realm: Any) -> None:
    def parsed() -> None:
        script = realm.environment.realm.parse_script("globalThis.ran = 1", "https://a.test/x.js")
        run_a_classic_script(realm.environment, script, "https://a.test/x.js")

    realm._on_agent(parsed)
    assert realm.run("ran") == 1


class Modules:
    def resolve(self, realm: Realm, base: str, specifier: str) -> str:
        return specifier

    def source(self, realm: Realm, url: str) -> str:
        if url == "missing":
            raise JSTypeError("missing is not there")
        return "export const value = 5"


def test_a_module_runs_with_what_it_imports(realm: Any) -> None:
    realm.environment.agent.runtime.page_modules = Modules()

    def module(source: str) -> str:
        promise = run_a_module_script(realm.environment, source, "https://a.test/m.js")
        assert isinstance(promise, Handle)
        return realm.environment.realm.promise_state(promise)

    assert (
        realm._on_agent(
            lambda: module("import { value } from 'x'; globalThis.url = import.meta.url; globalThis.value = value")
        )
        == "fulfilled"
    )
    assert realm.run("[url, value]") == ["https://a.test/m.js", 5]
    assert realm._on_agent(lambda: module("throw new Error('mine')")) == "rejected"
    realm.watcher.errors.clear()
    with pytest.raises(JSError, match="missing is not there"):
        realm._on_agent(lambda: module("import 'missing'"))
