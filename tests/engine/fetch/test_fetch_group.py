from __future__ import annotations

from engine.event_loop import in_parallel, yield_to_others
from engine.fetch import fetch, terminate_a_fetch_group
from engine.network.fake_transport import FakeResponse


async def test_what_is_under_way_ends_with_its_environment_unless_it_is_to_outlive_it(
    user_agent, a_request, transport, page
):
    transport.route("*", FakeResponse(b"x", delay=10))
    short, kept = (
        fetch(a_request("https://site.test/a", keepalive=keepalive), user_agent) for keepalive in (False, True)
    )
    waits = [in_parallel(controller.response()) for controller in (short, kept)]
    await yield_to_others()
    await yield_to_others()
    terminate_a_fetch_group(page.fetch_group)
    assert (short.state, kept.state) == ("terminated", "ongoing")
    assert (await waits[0]).is_network_error
    user_agent.clock.advance(10)
    assert (await waits[1]).status == 200


async def test_what_is_over_is_not_in_it(user_agent, a_request, transport, page):
    for address in ("data:,x", "https://site.test/nobody"):
        await fetch(a_request(address), user_agent).response()
    assert page.fetch_group == []
