from __future__ import annotations

from engine.security.permissions import Permissions
from engine.url import OpaqueOrigin, origin_from_serialization

A, B = origin_from_serialization("https://a.test"), origin_from_serialization("https://b.test")


def test_defaults_and_decisions():
    permissions = Permissions()
    assert permissions.state("background-fetch", A) == "granted"
    assert permissions.state("notifications", A) == "prompt"
    permissions.set("background-fetch", "denied", A)
    assert (permissions.state("background-fetch", A), permissions.state("background-fetch", B)) == ("denied", "granted")
    permissions.set("notifications", "granted")
    assert permissions.state("notifications", B) == "granted"
    assert permissions.state("notifications", OpaqueOrigin()) == "granted"


def test_insecure_places_have_none():
    assert Permissions().state("background-fetch", A, is_secure_context=False) == "denied"


def test_asking():
    permissions = Permissions()
    assert permissions.request_permission_to_use("notifications", A) == "denied"
    permissions.answer_prompt = lambda origin, name: "granted"
    assert permissions.request_permission_to_use("notifications", A) == "denied"  # it was decided
    assert permissions.request_permission_to_use("notifications", B) == "granted"
    assert permissions.state("notifications", B) == "granted"
    permissions.answer_prompt = lambda origin, name: "prompt"
    assert permissions.request_permission_to_use("camera", A) == "denied"
    assert permissions.state("camera", A) == "prompt"


def test_changes_are_told_and_kept():
    permissions, told = Permissions(), []
    stop = permissions.when_changed(lambda *change: told.append(change))
    permissions.set("push", "granted", A)
    permissions.set("push", "granted", A)
    permissions.set("camera", "prompt", A)
    stop()
    permissions.set("push", "denied", A)
    assert told == [("https://a.test", "push", "granted")]
    again = Permissions()
    again.load(permissions.decisions())
    assert again.state("push", A) == "denied"
