"""`afterpage run`, from the page's first script to the last byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

Start = Callable[..., Any]


def moving(event: dict[str, Any]) -> bool:
    return event["event"] == "download" and 100_000 < event["downloaded"] < event["downloadTotal"] - 100_000


def test_the_download_goes_on_after_its_page_is_closed_and_the_worker_is_told(site: Path, run: Start, big: Any) -> None:
    started = run(site)
    assert started.end() == 0, started.stderr
    kinds = [event["event"] for event in started.events]
    assert kinds.index("page-opened") < kinds.index("page-closed") < kinds.index("end")
    closed = kinds.index("page-closed")
    assert any(moving(event) for event in started.events[closed:])
    (download,) = started.named("end")[0]["downloads"]
    assert (download["result"], download["title"], download["downloaded"]) == ("success", big.title, big.size + 13)


def test_a_killed_run_goes_on_where_it_was_and_loses_nothing(site: Path, run: Start, big: Any, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    first = run(site, "--profile", profile)
    first.read_until(lambda event: event["event"] == "download" and event["downloaded"] > big.size // 2)
    first.kill()
    second = run(site, "--profile", profile)
    seen = second.read_until(lambda event: event["event"] == "download")
    assert seen["downloaded"] > 0
    assert second.end() == 0, second.stderr
    (download,) = second.named("end")[0]["downloads"]
    assert (download["result"], download["title"]) == ("success", big.title)


def test_one_ctrl_c_saves_the_state_and_says_how_to_go_on(site: Path, run: Start, big: Any, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    first = run(site, "--profile", profile)
    first.read_until(moving)
    first.interrupt()
    assert first.end() == 130
    told = first.named("interrupted")[0]
    assert told["profile"] == str(profile) and str(profile) in told["resume"] and str(site) in told["resume"]
    second = run(site, "--profile", profile)
    assert second.end() == 0, second.stderr
    (download,) = second.named("end")[0]["downloads"]
    assert (download["result"], download["title"]) == ("success", big.title)


def test_a_second_process_is_refused_the_profile(site: Path, run: Start, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    settings = site / "afterpage.toml"
    settings.write_text(settings.read_text().replace("1.5 MB/s", "0.2 MB/s"))
    first = run(site, "--profile", profile)
    first.read_until(lambda event: event["event"] == "download")
    second = run(site, "--profile", profile, "--port", "0")
    assert second.end() == 3
    assert "in use" in second.stderr


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("page.js", "let a = 1;\nlet b = ;\n", "page.js:2"),
        ("page.js", "nothing.at.all;", "page.js:1"),
        ("page.js", "Promise.reject(new Error('nobody minds'))", "nobody minds"),
        ("sw.js", "self.addEventListener('install', () => {});\nlet = = 1;\n", "sw.js:2"),
        ("sw.js", "\noninstall = (event) => event.waitUntil(caches.open('a').then((c) => c.add('/no')))", "sw.js:2"),
        ("sw.js", "oninstall = (event) => event.waitUntil(Promise.reject('because'))", "because"),
        ("sw.js", "oninstall = (event) => { event.waitUntil(caches.opne('a')) }", "caches.opne is not a function"),
        ("sw.js", "onactivate = (event) => { event.waitUntil((async () => { await clients.claims() })()) }", "clients.claims is not"),
    ],
)
def test_a_script_error_is_told_with_its_place_and_fails_the_run(
    site: Path, run: Start, name: str, text: str, expected: str
) -> None:
    (site / name).write_text(text)
    started = run(site)
    assert started.end() == 1, started.events
    told = " ".join(f"{event['place']} {event['text']}" for event in started.named("console") if event["uncaught"])
    assert expected in told


def test_bad_input_gets_a_clear_message_and_its_exit_code(site: Path, run: Start, tmp_path: Path) -> None:
    cases: list[tuple[tuple[object, ...], int, str]] = [
        ((tmp_path / "nowhere",), 2, "no such folder"),
        ((site, "--page", "other.html"), 2, "index.html"),
        ((site / "sw.js",), 2, "is a file"),
        (("ftp://example.test/",), 2, "only http"),
        ((site, "--timeout", "soon"), 2, "not a valid float"),
        (("http://127.0.0.1:1/",), 4, "127.0.0.1:1"),
        ((site, "--profile", site / "sw.js"), 3, "sw.js"),
    ]
    for arguments, code, message in cases:
        started = run(*arguments)
        assert (started.end(), message in started.stderr) == (code, True), (arguments, started.stderr)


def test_a_taken_port_is_told(site: Path, run: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        started = run(site, "--port", taken.getsockname()[1])
        assert started.end() == 2
        assert "in use by another program" in started.stderr


def test_the_inspection_page_is_there_while_it_runs_and_can_end_a_download(site: Path, run: Start) -> None:
    started = run(site, "--inspect", "0")
    started.read_until(moving)
    (served,) = started.named("inspection-served")
    with urlopen(served["url"] + "state") as response:
        (download,) = json.load(response)["backgroundFetches"]
    assert (download["state"], "abort" in download["actions"]) == ("active", True)
    with urlopen(Request(f"{served['url']}background-fetches/{download['uniqueId']}/abort", method="POST")):
        pass
    assert started.end() == 1
    assert started.named("end")[0]["downloads"][0]["state"] == "aborted"
    with pytest.raises(URLError):
        urlopen(served["url"])


def test_a_port_for_the_inspection_page_that_is_taken_is_told(site: Path, run: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        started = run(site, "--inspect", str(taken.getsockname()[1]))
        assert started.end() == 2
    assert "is in use by another program: choose another with --inspect" in started.stderr


def test_a_failed_download_fails_the_run_with_its_reason(site: Path, run: Start) -> None:
    (site / "small.txt").unlink()
    started = run(site)
    assert started.end() == 1
    (download,) = started.named("end")[0]["downloads"]
    assert (download["result"], download["failureReason"]) == ("failure", "bad-status")


def test_a_file_that_the_site_offers_is_read_to_its_end(site: Path, run: Start, big: Any, tmp_path: Path) -> None:
    (site / "index.html").write_text("<!doctype html><title>A site</title><iframe src=/big.bin></iframe>")
    folder = tmp_path / "files"
    saved = run(site, "--downloads", folder)
    assert saved.end() == 0, saved.stderr
    begun, complete = saved.named("file-download")
    assert (begun["state"], complete["state"], complete["path"]) == ("begun", "complete", str(folder / "big.bin"))
    assert (folder / "big.bin").stat().st_size == complete["received"] == big.size
    read = run(site)
    assert read.end() == 0, read.stderr
    assert (read.named("file-download")[-1]["received"], read.named("file-download")[-1]["path"]) == (big.size, None)


def test_what_scripts_say_until_the_end_is_told_before_the_summary_and_counts(site: Path, run: Start) -> None:
    (site / "page.js").write_text(
        "new Worker('worker.js').onmessage = (event) => console.log(event.data);"
        "addEventListener('pagehide', () => { console.log('goodbye'); throw new Error('too late?') })"
    )
    (site / "worker.js").write_text("for (const until = performance.now() + 1500; performance.now() < until;); postMessage('done')")
    started = run(site, "--verbose")
    assert started.end() == 1, started.stderr
    assert [event["text"] for event in started.named("console")] == ["done", "goodbye", "Uncaught Error: too late?"]
    assert started.events[-1]["event"] == "end" and started.events[-1]["errors"] == ["Uncaught Error: too late?"]


def test_a_page_without_downloads_ends_at_once(site: Path, run: Start) -> None:
    (site / "page.js").write_text("document.title = 'nothing to do'")
    started = run(site)
    assert started.end() == 0, started.stderr
    assert started.named("end")[0]["downloads"] == []


def test_the_steps_of_the_algorithms_can_be_written_to_a_file(site: Path, run: Start, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    assert run(site, "--trace", trace).end() == 0
    lines = trace.read_text().splitlines()
    for algorithm in ("perform_a_background_fetch", "complete_a_record", "install", "main_fetch"):
        assert any(f'"algorithm": "{algorithm}"' in line for line in lines), algorithm


def test_a_rate_holds_and_is_kept_for_the_next_run(site: Path, run: Start, big: Any, tmp_path: Path) -> None:
    settings = site / "afterpage.toml"
    settings.write_text(settings.read_text().replace('rate = "1.5 MB/s"', ""))
    first = run(site, "--profile", tmp_path / "profile", "--limit-rate", "800k")
    first.read_until(moving)
    first.interrupt()
    assert first.end() == 130
    assert first.named("interrupted")[0]["resume"].endswith("--limit-rate 800000")
    second = run(site, "--profile", tmp_path / "profile", "--limit-rate-each", "800k")
    assert second.end() == 0, second.stderr
    moved = [event for event in second.named("download") if moving(event)]
    rate = (moved[-1]["downloaded"] - moved[0]["downloaded"]) / (moved[-1]["time"] - moved[0]["time"])
    assert 200_000 < rate < 1_000_000
