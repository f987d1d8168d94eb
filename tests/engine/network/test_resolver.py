import socket
from typing import Any

import pytest

from engine.event_loop import FakeClock
from engine.network import NetworkFailure, Resolver
from engine.network import resolver as resolver_module
from engine.network.resolver import HostMap, host_matches

pytestmark = pytest.mark.asyncio


async def addresses(resolver: Resolver, host: str) -> list[str]:
    return [found.address for found in await resolver.resolve(host)]


async def test_the_most_exact_pattern_wins() -> None:
    hosts = HostMap(
        {"*": "9.9.9.9", "*.a.test": "1.1.1.1", "*.b.a.test": "2.2.2.2", "x.b.a.test": None, "a.test": "3.3.3.3"}
    )
    assert hosts.find("x.b.a.test") == (True, None)
    assert hosts.find("y.b.a.test.") == (True, "2.2.2.2")
    assert hosts.find("b.a.test") == (True, "1.1.1.1")
    assert hosts.find("a.test") == (True, "3.3.3.3")
    assert hosts.find("nota.test") == (True, "9.9.9.9")
    assert HostMap().find("a.test") == (False, None)


async def test_a_wildcard_does_not_match_the_domain_itself() -> None:
    assert not host_matches("*.a.test", "a.test")
    assert not host_matches("*.a.test", "xa.test")


@pytest.mark.parametrize("host", ["localhost", "x.localhost", "localhost."])
async def test_localhost_is_this_machine_whatever_the_map_says(host: str) -> None:
    assert (await addresses(Resolver({"*": "9.9.9.9"}), host))[0] == "127.0.0.1"


async def test_mapped_hosts_never_reach_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise AssertionError("the system was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    resolver = Resolver({"a.test": "127.0.0.1", "b.test": "::1", "c.test": None})
    assert await addresses(resolver, "a.test") == ["127.0.0.1"]
    assert (await resolver.resolve("b.test"))[0].family == socket.AF_INET6
    for host in ("c.test", "x.invalid", "x.onion."):
        with pytest.raises(NetworkFailure) as caught:
            await resolver.resolve(host)
        assert caught.value.kind == "name not resolved"


async def test_what_the_system_does_not_know_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NetworkFailure) as caught:
        await Resolver().resolve("a.test")
    assert caught.value.kind == "name not resolved"


async def test_a_system_that_never_answers_does_not_hang_us(monkeypatch: pytest.MonkeyPatch, until: Any) -> None:
    import asyncio
    import threading

    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: release.wait() and [])
    clock = FakeClock()
    resolving = asyncio.ensure_future(Resolver(clock=clock, time_limit=5).resolve("a.test"))
    await until(lambda: clock.sleepers)
    clock.advance(5)
    with pytest.raises(NetworkFailure, match="5 s"):
        await resolving
    release.set()


async def test_names_that_hang_keep_no_other_from_being_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio
    import threading

    release = threading.Event()

    def slow(host: str, *args: object, **named: object) -> list[object]:
        if host.startswith("hangs"):
            release.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    resolver = Resolver()
    hanging = [asyncio.ensure_future(resolver.resolve(f"hangs{number}.test")) for number in range(60)]
    assert [found.address for found in await resolver.resolve("a.test")] == ["192.0.2.1"]
    assert not any(each.done() for each in hanging)
    release.set()
    await asyncio.gather(*hanging)


async def test_only_so_many_names_are_asked_for_at_once(monkeypatch: pytest.MonkeyPatch, until: Any) -> None:
    import asyncio
    import threading

    release, asked = threading.Event(), []
    monkeypatch.setattr(resolver_module, "_MOST_AT_ONCE", 3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **named: asked.append(host) or (release.wait() and []))
    resolver = Resolver()
    asking = [asyncio.ensure_future(resolver.resolve(f"{number}.test")) for number in range(5)]
    await until(lambda: len(asked) == 3)
    release.set()
    await asyncio.gather(*asking)
    assert sorted(asked) == [f"{number}.test" for number in range(5)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("127.0.0.1", ("127.0.0.1", socket.AF_INET, None)),
        ("127.0.0.1:8443", ("127.0.0.1", socket.AF_INET, 8443)),
        ("::1", ("::1", socket.AF_INET6, None)),
        ("[::1]:8443", ("::1", socket.AF_INET6, 8443)),
    ],
)
async def test_the_map_may_lead_to_another_port(written: str, expected: tuple[str, int, int | None]) -> None:
    [address] = await Resolver({"example": written}).resolve("example")
    assert (address.address, address.family, address.port) == expected
