"""js_bindings/permissions/Permissions.js"""

import pytest

from engine.security.permissions import Permissions

QUERY = "navigator.permissions.query({name: 'geolocation'})"


@pytest.fixture
def permissions():
    return Permissions()


@pytest.fixture
def realm(new_realm, permissions):
    return new_realm(permissions=permissions)


def test_a_status_tells_name_and_state(realm, permissions):
    permissions.set("geolocation", "granted", "https://example.test")
    assert realm.settled(f"{QUERY}.then(({{ name, state }}) => [name, state])") == ["geolocation", "granted"]
    assert realm.settled("navigator.permissions.query({name: 'background-fetch'}).then(({ state }) => state)") == "granted"


def test_unknown_names_and_no_descriptors_are_refused(realm):
    assert realm.error_of("navigator.permissions.query({name: 'flying'})").startswith("TypeError")
    assert realm.error_of("navigator.permissions.query({})").startswith("TypeError")
    assert realm.error_of("navigator.permissions.query()").startswith("TypeError")


def test_a_status_follows_its_origin_and_no_other(realm, permissions):
    realm.settled(f"{QUERY}.then((status) => {{ globalThis.changes = []; status.onchange = () => changes.push(status.state) }})")
    permissions.set("geolocation", "denied", "https://other.test")
    permissions.set("camera", "denied", "https://example.test")
    permissions.set("geolocation", "granted", "https://example.test")
    permissions.set("geolocation", "denied", "https://example.test")
    assert realm.run("changes") == ["granted", "denied"]


def test_a_status_that_nobody_holds_but_somebody_hears_still_tells(realm, permissions):
    realm.settled(f"{QUERY}.then((status) => {{ status.addEventListener('change', () => {{ globalThis.heard = true }}) }})")
    permissions.set("geolocation", "granted", "https://example.test")
    assert realm.run("heard") is True
