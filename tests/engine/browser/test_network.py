"""`browser.network`."""

from __future__ import annotations

import pytest

from engine import Browser, Conditions, Fault, NavigationFailed
from engine.browser.network import Network
from engine.event_loop import FakeClock
from engine.network.conditions import ConditionedTransport
from engine.network.fake_transport import FakeTransport


@pytest.fixture
def network(transport: FakeTransport) -> Network:
    return Network(ConditionedTransport(transport, FakeClock()))


def test_what_is_not_given_is_as_good_as_it_can_be(network: Network) -> None:
    fault = Fault("*/file")
    network.conditions(offline=True, latency=1, rate=100, faults=[fault])
    assert network.current == Conditions(True, 1, 100, 100)
    assert network.faults == (fault,)
    network.conditions(latency=2, upload_rate=5)
    assert network.current == Conditions(False, 2, None, 5)
    assert network.faults == ()


def test_for_the_body_of_a_with_statement_only(network: Network) -> None:
    fault, other = Fault("*/file"), Fault("*/other")
    network.conditions(latency=1, faults=[fault])
    with network.conditions(offline=True, faults=[other]):
        assert (network.current.offline, network.faults) == (True, (other,))
    assert network.current == Conditions(latency=1)
    assert network.faults == (fault,)
    with pytest.raises(ZeroDivisionError), network.conditions(offline=True):
        _ = 1 / 0
    assert not network.current.offline


async def test_it_is_the_browser_s(transport: FakeTransport) -> None:
    async with Browser(transport=transport) as browser:
        with browser.network.conditions(offline=True), pytest.raises(NavigationFailed):
            await browser.open("https://example.test/")
        assert (await browser.open("https://example.test/")).title == "A page"
