from __future__ import annotations

from typing import TYPE_CHECKING

from engine.storage import all_known_hosts, change_known_hosts, clear_known_hosts

if TYPE_CHECKING:
    from engine.storage import Index


def test_known_hosts_are_kept_until_their_end(index: Index) -> None:
    change_known_hosts(index, save=[("a.test", 10.0, True), ("b.a.test", 20.0, False), ("ba.test", 30.0, False)])
    change_known_hosts(index, save=[("a.test", 15.0, False)], remove=["nothing.test"])
    assert all_known_hosts(index, 5) == [("a.test", 15.0, False), ("b.a.test", 20.0, False), ("ba.test", 30.0, False)]
    assert all_known_hosts(index, 16) == [("b.a.test", 20.0, False), ("ba.test", 30.0, False)]
    clear_known_hosts(index, "a.test")
    assert all_known_hosts(index, 0) == [("ba.test", 30.0, False)]
