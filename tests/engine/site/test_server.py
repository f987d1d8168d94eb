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


async def test_links_lead_nowhere_outside_not_even_as_a_folders_index(site: Path) -> None:
    inner = site / "inner"
    (inner / "sub").mkdir(parents=True)
    (inner / "sub" / "index.html").symlink_to(site / "index.html")
    (inner / "index.html").symlink_to(site / "index.html")
    (inner / "up").symlink_to(site)
    (inner / "round").symlink_to(inner / "round")
    (inner / "own.js").write_text("1")
    (inner / "again.js").symlink_to("own.js")
    async with serve(inner, SystemClock()) as served:
        for path in ("/", "/sub/", "/up/sw.js", "/round", "/round/x"):
            assert (await get(served.origin + path))[0] == 404, path
        assert (await get(served.origin + "/again.js"))[2] == b"1"


@pytest.mark.parametrize("path", ["/%00", "/a%00.html", "/" + "n" * 5000, "/" + "d/" * 3000, "/%ff%fe"])
async def test_names_that_no_file_can_have_are_not_there(site: Path, path: str) -> None:
    async with serve(site, SystemClock()) as served:
        assert (await get(served.origin + path))[0] in (400, 404)


async def test_hidden_files_are_not_served(site: Path) -> None:
    (site / ".git").mkdir()
    (site / ".git" / "config").write_text("secret")
    (site / ".env").write_text("secret")
    (site / ".well-known").mkdir()
    (site / ".well-known" / "assetlinks.json").write_text("[]")
    async with serve(site, SystemClock()) as served:
        assert (await get(served.origin + "/.git/config"))[0] == 404
        assert (await get(served.origin + "/.env"))[0] == 404
        assert (await get(served.origin + "/.well-known/assetlinks.json"))[0] == 200


async def test_the_site_answers_to_its_own_names_only(site: Path) -> None:
    async with serve(site, SystemClock()) as served:
        port = served.origin.rpartition(":")[2]
        assert (await get(served.origin + "/", Host=f"localhost:{port}"))[0] == 200
        for name in (f"rebound.example:{port}", "127.0.0.1", f"127.0.0.1:{int(port) + 1}", f"127.0.0.1.example:{port}"):
            status, _, body = await get(served.origin + "/", Host=name)
            assert status == 421 and b"hello" not in body


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
