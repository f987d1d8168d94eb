"""The command as people and programs meet it: terminals, pipes, signals, names of all kinds."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "engine"]
HOSTILE_TITLE = "\\x1b]0;owned\\x07\\x1b[31m\\x1b[2J\\u202E\\x9b1m\\r\\nopened    http://forged/ [/red] [link=x]\\u2028"
Start = Callable[..., Any]


@pytest.fixture
def hostile_site(tmp_path: Path) -> Path:
    """Everything that a page can have printed has something in it that a terminal, or rich's markup, would obey."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "index.html").write_text(
        f"""<!doctype html><script>
        const bad = "{HOSTILE_TITLE}";
        document.title = bad;
        console.log(bad);
        setTimeout(() => {{ throw new Error(bad); }});
        navigator.serviceWorker.register("sw.js");
        navigator.serviceWorker.ready.then((r) => r.backgroundFetch.fetch(bad, ["big.bin"], {{title: bad}}));
        </script>"""
    )
    (folder / "sw.js").write_text(
        f"""addEventListener("install", () => skipWaiting());
        addEventListener("backgroundfetchsuccess", (e) => e.waitUntil(Promise.reject(new Error("{HOSTILE_TITLE}"))));"""
    )
    (folder / "big.bin").write_bytes(b"x" * 1000)
    return folder


def in_a_terminal(*arguments: str) -> tuple[int, str]:
    """Exit code, and all that the terminal was sent."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execvpe(COMMAND[0], [*COMMAND, *arguments], os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"})
    sent = b""
    with contextlib.suppress(OSError):  # EIO: the other side is closed
        while chunk := os.read(terminal, 65536):
            sent += chunk
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), sent.decode("utf-8", "replace")


def test_no_site_reaches_the_terminal(hostile_site: Path) -> None:
    code, sent = in_a_terminal("run", str(hostile_site), "--port", "0", "-v")
    assert code == 1
    assert "owned" in sent and "Traceback" not in sent
    ours = re.sub(r"\x1b\[[0-9;?]*[A-Zmhl]", "", sent)  # rich's own: colours, and the live line's cursor
    assert "\x1b" not in ours and "\x07" not in ours and "\x9b" not in ours and "\u202e" not in ours
    assert "\x1b[2J" not in sent
    assert not [line for line in ours.replace("\r", "\n").split("\n") if line.startswith("opened") and "forged" in line[:20]]
    assert "[/red]" in ours


def test_no_site_forges_a_line_of_a_log(hostile_site: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "run", str(hostile_site), "--port", "0", "-v"], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    out = done.stdout.decode()
    assert done.returncode == 1, done.stderr
    assert not set(out) & set("\x1b\x07\x9b\r\u202e\u2028")
    assert not [line for line in out.splitlines() if line.startswith("opened    http://forged")]


def test_an_ascii_terminal_gets_escapes(hostile_site: Path) -> None:
    (hostile_site / "index.html").write_text("<!doctype html><meta charset=utf-8><title>日本 · é</title>")
    done = subprocess.run(
        [*COMMAND, "run", str(hostile_site), "--port", "0"],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert rb"\u65e5\u672c" in done.stdout and not done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "SITE", "--port", "0"]])
@pytest.mark.parametrize("where", ["closed", "full"])
def test_an_output_that_cannot_be_written_is_one_sentence(where: str, arguments: list[str], site: Path) -> None:
    to = {"closed": ">&-", "full": ">/dev/full"}[where]
    if where == "full" and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    named = [str(site) if argument == "SITE" else argument for argument in arguments]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {to}', "sh", *COMMAND, *named], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 74, done.stderr
    assert done.stderr.decode().startswith("afterpage: standard output cannot be written: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_broken_pipe_saves_the_state(site: Path, tmp_path: Path, run: Start, big: Any) -> None:
    profile = tmp_path / "profile"
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "run", str(site), "--profile", str(profile)], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    seen = b""
    while b"active" not in seen:
        seen += os.read(reading, 4096)
    os.close(reading)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 74, error
    assert error == b"afterpage: standard output cannot be written: Broken pipe\n"
    again = run(site, "--profile", profile)
    assert again.end() == 0, again.stderr
    (download,) = again.named("end")[0]["downloads"]
    assert download["title"] == big.title


@pytest.mark.parametrize("signal_number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_the_end_of_the_terminal_is_as_ctrl_c(site: Path, run: Start, tmp_path: Path, signal_number: int) -> None:
    started = run(site, "--profile", tmp_path / "profile")
    started.read_until(lambda event: event["event"] == "download")
    started.process.send_signal(signal_number)
    assert started.end() == 130
    assert started.named("interrupted")


def test_nohup_outlives_its_terminal(site: Path) -> None:
    started = subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *COMMAND, "run", str(site), "--json"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.readline()
    started.send_signal(signal.SIGHUP)
    out, _ = started.communicate(timeout=120)
    assert started.returncode == 0 and b'"event": "end"' in out


def test_serving_is_ended_by_ctrl_c_with_the_documented_code(site: Path) -> None:
    process = subprocess.Popen([*COMMAND, "serve", str(site), "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert b"Ctrl-C" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, b"")


@pytest.mark.parametrize("kind", ["a file", "below a file", "a loop of links", "a name too long", "not writable"])
def test_a_profile_that_cannot_be_made_is_told(site: Path, run: Start, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "file"
    file.write_text("not a profile")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    profile = {
        "a file": file,
        "below a file": file / "profile",
        "a loop of links": loop / "profile",
        "a name too long": tmp_path / ("n" * 300),
        "not writable": Path("/proc/afterpage"),
    }[kind]
    started = run(site, "--profile", profile, "--port", "0")
    assert started.end() == 3, started.stderr
    assert "Traceback" not in started.stderr and str(profile)[:40] in started.stderr
    assert file.read_text() == "not a profile"


def test_a_page_may_close_itself(site: Path, run: Start) -> None:
    (site / "page.js").write_text("addEventListener('load', () => window.close());")
    started = run(site, "--port", "0")
    assert started.end() == 0, started.stderr


def test_the_way_to_go_on_can_be_pasted_into_a_shell(site: Path, run: Start, tmp_path: Path) -> None:
    profile = tmp_path / "a profile; touch owned"
    started = run(site, "--profile", profile)
    started.read_until(lambda event: event["event"] == "download")
    started.interrupt()
    assert started.end() == 130
    assert str(profile) in shlex.split(started.named("interrupted")[0]["resume"])
