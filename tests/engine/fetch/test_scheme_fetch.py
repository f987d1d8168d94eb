"""data:, about: and blob: URLs."""

from __future__ import annotations

import pytest

from engine.http import Body, HeaderList


@pytest.mark.parametrize(
    ("address", "content_type", "data"),
    [
        ("data:,a%20b#f", b"text/plain;charset=US-ASCII", b"a b"),
        ("data:text/html;base64,PGI+", b"text/html", b"<b>"),
        ("data:;charset=utf-8,x", b"text/plain;charset=utf-8", b"x"),
    ],
)
async def test_data(go, a_request, address, content_type, data):
    response = await go(a_request(address))
    assert (response.type, response.status, response.status_message) == ("basic", 200, b"OK")
    assert response.header_list.get(b"content-type") == content_type
    assert await response.body.read_all() == data


async def test_data_without_data(go, a_request):
    assert (await go(a_request("data:text/plain"))).is_network_error
    assert (await go(a_request("data:text/plain;base64,*"))).is_network_error


async def test_about(go, a_request):
    page = await go(a_request("about:blank", mode="navigate", destination="document"))
    assert page.header_list.get(b"content-type") == b"text/html;charset=utf-8"
    assert await page.body.read_all() == b""
    assert (await go(a_request("about:config", mode="navigate"))).is_network_error


class Blob:
    size, type = 10, "text/x"

    def body(self, start: int, end: int) -> Body:
        return Body(b"0123456789"[start:end])


class Blobs:
    async def obtain_a_blob_object(self, url, environment):
        return Blob() if url.path.endswith("/known") else None


KNOWN = "blob:https://site.test/known"


async def test_blob(go, a_request, user_agent):
    user_agent.blob_urls = Blobs()
    response = await go(a_request(KNOWN))
    assert await response.body.read_all() == b"0123456789"
    assert sorted(response.header_list) == [(b"Content-Length", b"10"), (b"Content-Type", b"text/x")]
    assert (await go(a_request("blob:https://site.test/unknown"))).is_network_error
    assert (await go(a_request(KNOWN, method="POST"))).is_network_error
    user_agent.blob_urls = None
    assert (await go(a_request(KNOWN))).is_network_error


@pytest.mark.parametrize(
    ("range", "data", "content_range"),
    [
        (b"bytes=2-4", b"234", b"bytes 2-4/10"),
        (b"bytes=8-", b"89", b"bytes 8-9/10"),
        (b"bytes=8-100", b"89", b"bytes 8-9/10"),
        (b"bytes=-3", b"789", b"bytes 7-9/10"),
        (b"bytes=-30", b"0123456789", b"bytes 0-9/10"),
        (b"bytes = 1-1", b"1", b"bytes 1-1/10"),
        (b"bytes=10-", None, None),
        (b"bytes=4-2", None, None),
        (b"bytes=", None, None),
        (b"items=1-2", None, None),
        (b"bytes=1-2,4-5", None, None),
    ],
)
async def test_pieces_of_a_blob(go, a_request, user_agent, range, data, content_range):
    user_agent.blob_urls = Blobs()
    response = await go(a_request(KNOWN, header_list=HeaderList([(b"Range", range)])))
    if data is None:
        assert response.is_network_error
        return
    assert (response.status, response.status_message) == (206, b"Partial Content")
    assert response.header_list.get(b"content-range") == content_range
    assert response.header_list.get(b"content-length") == b"%d" % len(data)
    assert await response.body.read_all() == data
