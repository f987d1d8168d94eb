"""What a `Browser` is made with, looked at when it is made. Ours."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from engine.background_fetch import BackgroundFetchLimits
from engine.infra.arguments import check_amount, check_texts, check_type
from engine.js import Limits
from engine.network.certificates import CertificatePolicy
from engine.network.conditions import Conditions
from engine.network.resolver import is_an_address
from engine.security.permissions import check_defaults
from engine.url import origin_named


def check_options(options: Mapping[str, Any]) -> None:
    """The arguments of `Browser`, by name. Raises TypeError, ValueError for what cannot be, in one sentence."""
    _check_if_given(options, "profile", (str, PathLike), "the path of a folder, or None for a temporary one")
    if options["profile"] == "":
        raise ValueError("profile cannot be '': it is the path of a folder, or None for a temporary one")
    _check_if_given(options, "downloads", (str, PathLike), "the path of a folder, or None")
    _check_methods(options, "clock", ("now", "wall_time", "sleep", "attach"), "a clock, as FakeClock()")
    _check_methods(options, "transport", ("send", "close"), "a transport, as FakeTransport()")
    _check_hosts(options["hosts"])
    check_type("certificates", options["certificates"], CertificatePolicy, "a CertificatePolicy")
    _check_if_given(options, "conditions", Conditions, "a Conditions, or None")
    check_texts("trusted_origins", options["trusted_origins"])
    check_defaults(options["permissions"])
    check_amount("quota", options["quota"], "bytes", whole=True, or_none=True)
    check_type("limits", options["limits"], Limits, "a Limits")
    if options["on_console"] is not None:
        check_callback("on_console", options["on_console"])
    check_type("background_fetch_limits", options["background_fetch_limits"], BackgroundFetchLimits, "a BackgroundFetchLimits")
    check_type("plain_quota_errors", options["plain_quota_errors"], bool, "a bool")


def check_callback(name: str, callback: object) -> None:
    """Raises TypeError for what cannot be called."""
    if not callable(callback):
        raise TypeError(f"{name} cannot be {callback!r}: it is a function")


def origins_of(trusted_origins: Any) -> tuple[str, ...]:
    """Serialized, whatever address each was named by. Raises ValueError."""
    return tuple(origin_named("a trusted origin", origin).serialize() for origin in trusted_origins)


def _check_if_given(options: Mapping[str, Any], name: str, kind: type | tuple[type, ...], wanted: str) -> None:
    if options[name] is not None:
        check_type(name, options[name], kind, wanted)


def _check_methods(options: Mapping[str, Any], name: str, methods: tuple[str, ...], wanted: str) -> None:
    value = options[name]
    if value is not None and (isinstance(value, type) or not all(hasattr(value, method) for method in methods)):
        raise TypeError(f"{name} cannot be {value!r}: it is {wanted}, or None")


def _check_hosts(hosts: Any) -> None:
    if hosts is None:
        return
    wanted = 'a dict of names and addresses, as {"*.test": "127.0.0.1"}, None for those that are not found'
    check_type("hosts", hosts, Mapping, wanted)
    for name, address in hosts.items():
        check_type("a name in hosts", name, str, "a str")
        check_type(f"the address of {name}", address, (str, type(None)), "a str, or None")
        if address is not None and not is_an_address(address):
            wanted = 'an IP address, with a port after a colon if need be, as "127.0.0.1:8443"'
            raise ValueError(f"the address of {name} cannot be {address!r}: it is {wanted}")
