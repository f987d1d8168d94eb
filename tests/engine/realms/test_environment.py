"""Environments: what they know, their tasks, their end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from engine.infra import EngineBug
from engine.js import AgentClosed, JSError

NewRealm = Callable[..., Any]


def on_the_browsers_thread(realm: Any, steps: Callable[[], Any]) -> Any:
    async def run() -> Any:
        return steps()

    return asyncio.run_coroutine_threadsafe(run(), realm._loop).result(10)


@pytest.mark.parametrize(
    ("global_interface", "kind", "names"),
    [
        ("DedicatedWorkerGlobalScope", "DedicatedWorker", {"Worker", "DedicatedWorker"}),
        ("SharedWorkerGlobalScope", "SharedWorker", {"Worker", "SharedWorker"}),
        ("ServiceWorkerGlobalScope", "ServiceWorker", {"Worker", "ServiceWorker"}),
    ],
)
def test_an_environment_knows_its_global(
    new_realm: NewRealm, global_interface: str, kind: str, names: set[str]
) -> None:
    environment = new_realm(global_interface).environment
    assert environment.global_kind == kind and environment.global_names == names
    assert environment.realm.host_defined is environment


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://a.test/x", True),
        ("http://a.test/x", False),
        ("http://localhost:8000/", True),
        ("http://127.0.0.1/", True),
    ],
)
def test_it_is_a_secure_context_if_its_origin_can_be_trusted(new_realm: NewRealm, url: str, secure: bool) -> None:
    realm = new_realm(url=url)
    assert realm.environment.is_secure_context is secure
    assert realm.run("isSecureContext") is secure
    assert ("ServiceWorkerRegistration" in realm.environment.exposed_interfaces) is secure
    assert realm.run("'ServiceWorkerRegistration' in globalThis") is secure


def test_environments_differ_and_have_a_storage_key(new_realm: NewRealm) -> None:
    first, second = new_realm().environment, new_realm().environment
    assert first.client_id != second.client_id
    assert first.storage_key == "https://example.test"
    assert first.creation_url.href == first.api_base_url.href == "https://example.test/worker.js"


def test_tasks_run_until_the_environment_is_destroyed(realm: Any) -> None:
    ran: list[str] = []
    environment = realm.environment
    environment.queue_a_global_task("networking task source", lambda: ran.append("before"))
    realm.run("0")
    on_the_browsers_thread(realm, environment.destroy)
    environment.queue_a_global_task("networking task source", lambda: ran.append("after"))
    realm.run("0")
    assert ran == ["before"] and environment.destroyed


def test_its_end_is_told_once_to_all_who_wait_for_it(realm: Any) -> None:
    environment, told = realm.environment, []
    environment.when_destroyed(lambda: told.append("first"))
    environment.when_destroyed(lambda: told.append("second"))
    forget = environment.when_destroyed(lambda: told.append("never"))
    forget()
    forget()
    on_the_browsers_thread(realm, environment.destroy)
    on_the_browsers_thread(realm, environment.destroy)
    assert told == ["first", "second"]
    environment.when_destroyed(lambda: told.append("late"))
    assert told == ["first", "second", "late"]


def test_one_who_fails_at_the_end_does_not_keep_others_from_letting_go(realm: Any) -> None:
    environment, told = realm.environment, []

    def fail() -> None:
        raise KeyError("k")

    environment.when_destroyed(fail)
    environment.when_destroyed(lambda: told.append("second"))
    on_the_browsers_thread(realm, environment.destroy)
    assert told == ["second"]
    assert [type(bug) for bug in realm.watcher.bugs] == [EngineBug]
    realm.watcher.bugs.clear()


def test_an_upcall_waits_for_what_the_bindings_answer(realm: Any) -> None:
    def upcall(name: str, *arguments: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(realm.environment.upcall(name, *arguments), realm._loop).result(10)

    with pytest.raises(JSError):
        upcall("up_report_when_rejected", None)
    realm.environment.agent.begin_closing()
    with pytest.raises(AgentClosed):
        upcall("up_settle", 1, None, None)
