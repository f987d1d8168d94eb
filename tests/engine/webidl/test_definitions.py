"""Our IDL files: that they can be read, and what is exposed where."""

import json
from importlib.resources import files

import pytest

from engine.webidl import load_definitions, read_idl, table_module
from engine.webidl.gaps import KNOWN_GAPS

WINDOW = {"Window"}
SERVICE_WORKER = {"ServiceWorker", "Worker"}
DEDICATED_WORKER = {"DedicatedWorker", "Worker"}
SHARED_WORKER = {"SharedWorker", "Worker"}


@pytest.fixture(scope="module")
def definitions():
    return load_definitions()


def member_names(table):
    return [member["name"] for member in table["members"] if "name" in member]


def test_every_file_loads_and_every_name_it_uses_is_known(definitions):
    assert len(definitions.tables()) == len(definitions.names()) > 400


def test_a_known_gap_is_neither_defined_nor_forgotten(definitions):
    text = "".join(file.read_text() for file in (files("js_bindings") / "idl").iterdir() if file.name.endswith(".idl"))
    for name, gap in KNOWN_GAPS.items():
        assert name in text, f"{name} is not used any more"
        assert name not in definitions.names(), f"{name} is defined now"
        assert gap.reason


def test_background_fetch_is_whole(definitions):
    table = definitions.table("BackgroundFetchRegistration")
    assert table["inherits"] == "EventTarget"
    assert member_names(table) == [
        "id",
        "uploadTotal",
        "uploaded",
        "downloadTotal",
        "downloaded",
        "result",
        "failureReason",
        "recordsAvailable",
        "onprogress",
        "abort",
        "match",
        "matchAll",
    ]
    lengths = {
        member["name"]: member["length"]
        for name in ("BackgroundFetchManager", "BackgroundFetchRegistration", "BackgroundFetchUpdateUIEvent")
        for member in definitions.table(name)["members"]
        if member["kind"] == "operation"
    }
    assert lengths == {"fetch": 2, "get": 1, "getIds": 0, "abort": 0, "match": 1, "matchAll": 0, "updateUI": 0}


def test_event_handlers_are_told_from_callbacks(definitions):
    members = {member.get("name"): member for member in definitions.table("ServiceWorkerGlobalScope")["members"]}
    assert members["onbackgroundfetchsuccess"]["type"] == {"t": "event handler", "kind": "EventHandler"}
    window = {member.get("name"): member for member in definitions.table("Window")["members"]}
    assert window["onerror"]["type"]["kind"] == "OnErrorEventHandler"
    assert window["onbeforeunload"]["type"]["kind"] == "OnBeforeUnloadEventHandler"


def test_the_window_has_unforgeable_and_replaceable_members(definitions):
    window = {member.get("name"): member for member in definitions.table("Window")["members"]}
    assert definitions.table("Window")["global"] == ["Window"]
    assert window["document"]["unforgeable"] and window["location"]["putForwards"] == "href"
    assert window["self"]["replaceable"]
    assert window["caches"]["secure"]


def test_what_belongs_to_one_kind_of_realm_is_exposed_only_there(definitions):
    exposed = {
        kind: set(definitions.exposed_on(names, secure=True))
        for kind, names in {
            "window": WINDOW,
            "service": SERVICE_WORKER,
            "dedicated": DEDICATED_WORKER,
            "shared": SHARED_WORKER,
        }.items()
    }
    homes = {
        "BackgroundFetchUpdateUIEvent": {"service"},
        "BackgroundFetchEvent": {"service"},
        "BackgroundFetchManager": {"window", "service", "dedicated", "shared"},
        "ExtendableEvent": {"service"},
        "ServiceWorkerGlobalScope": {"service"},
        "DedicatedWorkerGlobalScope": {"dedicated"},
        "SharedWorkerGlobalScope": {"shared"},
        "WorkerGlobalScope": {"service", "dedicated", "shared"},
        "WorkerNavigator": {"service", "dedicated", "shared"},
        "Window": {"window"},
        "Document": {"window"},
        "Node": {"window"},
        "NodeFilter": {"window"},
        "SharedWorker": {"window"},
        "Worker": {"window", "dedicated", "shared"},
        "XMLHttpRequest": {"window", "dedicated", "shared"},
        "FileReaderSync": {"dedicated", "shared"},
        "Event": {"window", "service", "dedicated", "shared"},
        "DOMException": {"window", "service", "dedicated", "shared"},
        "Cache": {"window", "service", "dedicated", "shared"},
        "console": {"window", "service", "dedicated", "shared"},
    }
    assert {name: {kind for kind, names in exposed.items() if name in names} for name in homes} == homes


def test_mixins_dictionaries_and_callback_interfaces_without_constants_are_not_exposed(definitions):
    names = set(definitions.exposed_on(WINDOW, secure=True))
    assert names.isdisjoint({"Body", "EventInit", "EventListener", "EventHandlerNonNull", "ReferrerPolicy"})


def test_an_insecure_realm_lacks_secure_interfaces(definitions):
    assert set(definitions.exposed_on(WINDOW, secure=True)) - set(definitions.exposed_on(WINDOW, secure=False)) >= {
        "ServiceWorker",
        "Cache",
        "SubtleCrypto",
    }


def test_exposed_names_are_sorted(definitions):
    names = definitions.exposed_on(WINDOW, secure=True)
    assert names == sorted(names)


def test_interfaces_without_an_interface_object_are_not_exposed():
    found = read_idl({"a.idl": "[Exposed=*, LegacyNoInterfaceObject] interface A {}; [Exposed=*] interface B {};"})
    assert found.exposed_on(WINDOW, secure=True) == ["B"]


def test_a_table_module_is_the_table(definitions):
    source = table_module("AbortSignal")
    assert source.startswith("export default {") and source.endswith("};\n")
    body = source.removeprefix("export default ").removesuffix(";\n")
    body = body.replace("{__proto__:null,", "{").replace("{__proto__:null}", "{}")
    assert json.loads(body) == definitions.table("AbortSignal")


def test_an_unknown_name_has_no_table_module():
    with pytest.raises(KeyError, match="Nothing"):
        table_module("Nothing")
