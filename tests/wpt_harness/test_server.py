"""The checkout's own server as our child."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wpt_harness import server as module
from wpt_harness.checkout import Checkout
from wpt_harness.errors import ServerFailed
from wpt_harness.page_scripts import write_page_scripts
from wpt_harness.server import RunningServer, host_map, serve


@pytest.fixture(scope="module")
def server(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("server")
    with serve(checkout, folder, write_page_scripts(folder, 2)) as running:
        yield running


def get(server: RunningServer, path: str) -> tuple[int, str]:
    port = server.ports["https"][0]
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=ssl._create_unverified_context())
    try:
        connection.request("GET", path, headers={"Host": f"web-platform.test:{port}"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def processes_of(group: int) -> list[str]:
    answer = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in answer.stdout.splitlines()]
    return [state for pgid, state in rows if int(pgid) == group and not state.startswith("Z")]


def wait_until_gone(group: int) -> bool:
    deadline = time.monotonic() + 5
    while processes_of(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not processes_of(group)


def test_it_serves_the_checkout_with_wrappers_and_its_own_ports(server: RunningServer) -> None:
    assert "fetch_tests_from_worker" in get(server, "/background-fetch/idlharness.https.any.serviceworker.html")[1]
    assert str(server.ports["https"][1]) in get(server, "/common/get-host-info.sub.js")[1]


def test_our_scripts_are_where_the_checkout_leaves_room_for_them(server: RunningServer) -> None:
    assert "timeout_multiplier: 2 " in get(server, "/resources/testharnessreport.js")[1]
    assert "set_permission" in get(server, "/resources/testdriver-vendor.js")[1]


def test_a_test_s_address_has_its_scheme_and_port(server: RunningServer) -> None:
    assert server.url_of("/a.html", "https") == f"https://web-platform.test:{server.ports['https'][0]}/a.html"
    assert server.url_of("/a.html", "h2", True) == f"https://www.web-platform.test:{server.ports['h2'][0]}/a.html"


def test_nothing_is_left_when_it_is_stopped(checkout: Checkout, tmp_path: Path) -> None:
    with serve(checkout, tmp_path, {}) as running:
        group = running.process.pid
        assert len(processes_of(group)) > 5
        running.check()
    assert wait_until_gone(group)
    with pytest.raises(ServerFailed, match="ended during the run"):
        running.check()


def test_nothing_is_left_when_we_are_killed(checkout: Checkout, tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from wpt_harness.checkout import find_checkout
        from wpt_harness.server import serve
        with serve(find_checkout(Path(sys.argv[1])), Path(sys.argv[2]), {}) as server:
            print(server.process.pid, flush=True)
            time.sleep(100)
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    child = subprocess.Popen([sys.executable, "-c", program, str(checkout.root), str(tmp_path)], stdout=subprocess.PIPE, env=environment)
    assert child.stdout is not None
    group = int(child.stdout.readline())
    assert processes_of(group)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert wait_until_gone(group)


def test_a_server_that_cannot_start_is_told_with_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "localpaths.py").write_text("raise SystemExit('it does not work')")
    with pytest.raises(ServerFailed, match="it does not work"), serve(Checkout(tmp_path, None), tmp_path, {}):
        pass


@pytest.mark.parametrize("scheme", ["https", "ws"])
def test_a_port_that_is_taken_is_told(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        free = module._free_ports()
        taken = {**free, scheme: [other.getsockname()[1], *free[scheme][1:]]}
        monkeypatch.setattr(module, "_free_ports", lambda: taken)
        with pytest.raises(ServerFailed, match="already using that port"), serve(checkout, tmp_path, {}) as running:
            group = running.process.pid
            while True:  # it may find out only after the other one has answered for it
                running.check()
                time.sleep(0.02)
    if "group" in locals():
        assert not processes_of(group)


def test_a_run_never_leaves_this_machine() -> None:
    hosts = host_map()
    assert hosts["*"] is None
    assert {address for address in hosts.values() if address is not None} == {"127.0.0.1"}
