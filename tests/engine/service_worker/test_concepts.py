from __future__ import annotations

import gc
from typing import Any, cast

from engine.service_worker.concepts import Holders


class FakeEnvironment:
    def __init__(self, number: int) -> None:
        self.number = number
        self.destroyed = False


def test_holders_are_told_in_the_order_of_their_making() -> None:
    holders = Holders()
    environments = [FakeEnvironment(number) for number in range(20)]
    for environment in reversed(environments):
        holders.add(cast("Any", environment))
        holders.add(cast("Any", environment))
    environments[3].destroyed = True
    assert cast("Any", holders.living()) == environments[:3] + environments[4:]


def test_holders_keep_nobody() -> None:
    holders = Holders()
    environments = [FakeEnvironment(number) for number in range(3)]
    for environment in environments:
        holders.add(cast("Any", environment))
    del environment, environments[:2]
    gc.collect()
    assert len(holders._environments) == 1
