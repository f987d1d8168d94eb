"""The folder server, over real sockets."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from engine.event_loop import SystemClock
from engine.site import PortTaken, SiteError, serve


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<p>hello</p>")
    (tmp_path / "sw.js").write_text("// a worker")
    (tmp_path / "tone.bin").write_bytes(b"0123456789")
    (tmp_path / "afterpage.toml").write_text('[generated."/big.bin"]\nrepeat = "tone.bin"\ntimes = 100000\n')
    return tmp_path


async def get(url: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def test_a_folder_is_served_with_its_index_and_types(site: Path) -> None:
    async with serve(site, SystemClock()) as served:
        status, headers, body = await get(served.origin + "/")
        assert (status, body, headers["Content-Type"]) == (200, b"<p>hello</p>", "text/html; charset=utf-8")
        assert (await get(served.origin + "/sw.js"))[1]["Content-Type"] == "text/javascript; charset=utf-8"
        assert (await get(served.origin + "/missing"))[0] == 404


async def test_nothing_outside_the_folder_is_served(site: Path) -> None:
    inner = site / "inner"
    inner.mkdir()
    (inner / "link").symlink_to(site / "sw.js")
    async with serve(inner, SystemClock()) as served:
        assert (await get(served.origin + "/..%2fsw.js"))[0] == 404
        assert (await get(served.origin + "/link"))[0] == 404


async def test_a_generated_file_answers_whole_and_in_ranges(site: Path) -> None:
    async with serve(site, SystemClock()) as served:
        status, headers, body = await get(served.origin + "/big.bin")
        assert (status, len(body), body[:12], body[-3:]) == (200, 1_000_000, b"012345678901", b"789")
        status, ranged, part = await get(
            served.origin + "/big.bin", Range="bytes=999995-", **{"If-Range": headers["ETag"]}
        )
        assert (status, part, ranged["Content-Range"]) == (206, b"56789", "bytes 999995-999999/1000000")
        assert (await get(served.origin + "/big.bin", Range="bytes=5-", **{"If-Range": '"other"'}))[0] == 200
        assert (await get(served.origin + "/big.bin", Range="bytes=2000000-"))[0] == 416


async def test_a_taken_port_is_a_clear_error(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="in use by another program"):
            async with serve(site, SystemClock(), taken.getsockname()[1]):
                pass


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("[generated", "not valid TOML"),
        ('[generated."big"]\nrepeat="tone.bin"\ntimes=1', "must begin"),
        ('[generated."/big"]\nrepeat="none.bin"\ntimes=1', "cannot be read"),
        ('[generated."/big"]\nrepeat="tone.bin"\ntimes=1\nrate="fast"', "is not a rate"),
        ('[generated."/big"]\ntimes=1', "expected repeat"),
    ],
)
async def test_bad_settings_are_told_with_the_file(site: Path, settings: str, message: str) -> None:
    (site / "afterpage.toml").write_text(settings)
    with pytest.raises(SiteError, match=message):
        async with serve(site, SystemClock()):
            pass
