"""Requests that a service worker may answer, and resources that do not want to be embedded."""

from __future__ import annotations

import pytest

from engine.http import (
    Body,
    PolicyContainer,
    Response,
    cors_filtered_response,
    network_error,
    opaque_filtered_response,
    opaque_redirect_filtered_response,
)
from engine.http.body import BytesStream
from engine.http.policy_container import EmbedderPolicy
from engine.network.fake_transport import FakeResponse


@pytest.fixture
def worker(user_agent, page):
    """Let a service worker answer; returns what it was asked."""
    page.active_service_worker = object()
    asked = []

    def answers_with(answer):
        async def handle_fetch(request, controller):
            asked.append(request)
            return answer(request) if callable(answer) else answer

        user_agent.handle_fetch = handle_fetch
        return asked

    return answers_with


async def test_the_workers_answer_is_the_response(go, a_request, transport, worker):
    asked = worker(Response(body=Body(b"made up")))
    request = a_request("https://site.test/a")
    response = await go(request)
    assert (response.type, response.status) == ("basic", 200)
    assert response.url.serialized == "https://site.test/a"
    assert await response.body.read_all() == b"made up"
    assert not transport.requests
    assert asked[0] is not request and asked[0].client is request.client and request.done


async def test_no_answer_means_the_network(go, a_request, transport, worker):
    asked = worker(None)
    transport.route("https://site.test/a", FakeResponse(status=302, headers=[(b"Location", b"/b")]))
    transport.route("https://site.test/b", "there")
    response = await go(a_request("https://site.test/a"))
    assert response.status == 200
    assert len(asked) == 1  # where the redirect leads, it is not asked again


async def test_it_is_not_asked_without_one_or_when_told_so(go, a_request, transport, worker, page):
    asked = worker(Response())
    transport.route("*", "x")
    await go(a_request("https://site.test/a", service_workers_mode="none"))
    page.active_service_worker = None
    await go(a_request("https://site.test/a"))
    assert asked == []
    # Navigations find their own worker.
    await go(a_request("https://site.test/a", mode="navigate", destination="document"))
    assert len(asked) == 1


async def test_the_body_is_for_both(go, a_request, transport, worker):
    read = []

    def look(request):
        read.append(request.body)

    worker(look)
    transport.route("*", "x")
    await go(a_request("https://site.test/a", method="POST", body="data"))
    assert await read[0].read_all() == b"data"
    assert transport.requests[0].body == b"data"


async def test_a_stream_is_let_go_when_the_worker_answers(go, a_request, worker):
    stream = BytesStream(b"data")
    asked = worker(Response())
    await go(a_request("https://site.test/a", method="POST", body=Body(stream)))
    assert not stream.cancelled  # the worker still holds its branch
    asked[0].body.cancel()
    assert stream.cancelled


@pytest.mark.parametrize(
    ("answer", "slots", "fit"),
    [
        (network_error("no"), {}, False),
        (cors_filtered_response(Response()), {"mode": "same-origin"}, False),
        (cors_filtered_response(Response()), {"mode": "cors"}, True),
        (opaque_filtered_response(Response()), {"mode": "cors"}, False),
        (opaque_filtered_response(Response()), {"mode": "no-cors"}, True),
        (opaque_redirect_filtered_response(Response(status=302)), {}, False),
        (opaque_redirect_filtered_response(Response(status=302)), {"redirect_mode": "manual"}, True),
    ],
)
async def test_some_answers_are_not_for_this_request(go, a_request, worker, answer, slots, fit):
    worker(answer)
    response = await go(a_request("https://site.test/a", **slots))
    assert response.is_network_error != fit


@pytest.mark.parametrize(("redirect_mode", "fit"), [("follow", True), ("manual", False), ("error", False)])
async def test_a_redirected_answer_needs_a_request_that_follows(go, a_request, worker, page, redirect_mode, fit):
    worker(Response(url_list=[page.creation_url, page.creation_url]))
    response = await go(a_request("https://site.test/a", redirect_mode=redirect_mode))
    assert response.is_network_error != fit


@pytest.mark.parametrize(
    ("policy", "address", "allowed"),
    [
        (None, "https://other.test/a", True),
        (b"same-origin", "https://other.test/a", False),
        (b"same-origin", "https://sub.site.test/a", False),
        (b"same-site", "https://sub.site.test/a", True),
        (b"same-site", "https://other.test/a", False),
        (b"cross-origin", "https://other.test/a", True),
        (b"Same-Origin", "https://other.test/a", True),
        (b"same-origin, same-origin", "https://other.test/a", True),
    ],
)
async def test_cross_origin_resource_policy(go, a_request, transport, policy, address, allowed):
    transport.route(
        "*", FakeResponse(b"x", headers=[] if policy is None else [(b"Cross-Origin-Resource-Policy", policy)])
    )
    response = await go(a_request(address, mode="no-cors", unsafe_request=False))
    assert response.is_network_error != allowed
    # It is only asked of those who do not see what they embed.
    seen = await go(a_request("https://site.test/a"))
    assert not seen.is_network_error


@pytest.mark.parametrize(
    ("embedder", "policy", "allowed"),
    [("require-corp", None, False), ("require-corp", b"cross-origin", True), ("credentialless", None, True)],
)
async def test_embedder_policy(go, a_request, transport, page, embedder, policy, allowed):
    page.policy_container = PolicyContainer(embedder_policy=EmbedderPolicy(embedder))
    transport.route(
        "*", FakeResponse(b"x", headers=[] if policy is None else [(b"Cross-Origin-Resource-Policy", policy)])
    )
    response = await go(
        a_request("https://other.test/a", mode="no-cors", unsafe_request=False, credentials_mode="include")
    )
    assert response.is_network_error != allowed
