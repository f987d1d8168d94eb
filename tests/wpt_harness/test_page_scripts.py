"""The channel between a page and the runner."""

from __future__ import annotations

import json
from typing import Any

from wpt_harness.page_scripts import CHANNEL
from wpt_harness.page_scripts import testdriver_vendor as vendor_script
from wpt_harness.page_scripts import testharnessreport as report_script

HARNESS = """
globalThis.window = globalThis;
var callbacks = [], settings;
var setup = (given) => { settings = given };
var add_completion_callback = (callback) => callbacks.push(callback);
var test_driver_internal = {};
"""


def test_results_reach_the_runner_that_waits(realm: Any) -> None:
    realm.run(HARNESS + report_script(3))
    assert realm.run("`${settings.output} ${settings.timeout_multiplier}`") == "false 3"
    test, status = '{ name: "one", status: 1, message: "m", stack: "s" }', "{ status: 0, message: null, stack: null }"
    realm.run(f"setTimeout(() => callbacks[0]([{test}], {status}), 5); undefined")
    message = json.loads(realm.settled(f"{CHANNEL}.next()"))
    assert message == {"type": "complete", "harness": {"status": 0, "message": None, "stack": None}, "subtests": [["one", 1, "m", "s"]]}


def test_messages_wait_for_the_runner_in_their_order(realm: Any) -> None:
    realm.run(f"const channel = {CHANNEL}; channel.say({{ n: 1 }}); channel.say({{ n: 2 }}); undefined")
    assert [json.loads(realm.settled(f"{CHANNEL}.next()"))["n"] for _ in range(2)] == [1, 2]


def test_a_command_is_answered(realm: Any) -> None:
    realm.run(HARNESS + vendor_script())
    realm.run("""
        var outcome = test_driver_internal.set_permission({ descriptor: { name: "push" }, state: "denied" });
        var refused = test_driver_internal.get_named_cookie("x").catch((error) => String(error)); undefined
    """)
    first, second = (json.loads(realm.settled(f"{CHANNEL}.next()")) for _ in range(2))
    assert (first["name"], first["parameters"], first["origin"]) == ("set_permission", {"name": "push", "state": "denied"}, "https://example.test")
    realm.run(f"{CHANNEL}.answer({first['id']}, null, 'done'); {CHANNEL}.answer({second['id']}, 'no such cookie', null); undefined")
    assert realm.settled("outcome") == "done"
    assert realm.settled("refused") == "Error: no such cookie"


def test_nothing_of_it_shows_on_the_global_object(realm: Any) -> None:
    before = realm.run("Object.getOwnPropertyNames(globalThis).length")
    realm.run(f"{CHANNEL}; undefined")
    assert realm.run("Object.getOwnPropertyNames(globalThis).length") == before
    assert realm.run("Object.getOwnPropertySymbols({ ...globalThis }).length") == 0


def test_it_works_where_scripts_changed_what_it_uses(realm: Any) -> None:
    realm.run(HARNESS + report_script(1) + "JSON.stringify = () => 'changed'; undefined")
    realm.run("callbacks[0]([], { status: 0, message: null, stack: null }); undefined")
    assert json.loads(realm.settled(f"{CHANNEL}.next()"))["type"] == "complete"
