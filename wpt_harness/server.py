"""The checkout's own server, as a child process: free ports, loopback only, no hosts file, gone when we are."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wpt_harness.checkout import Checkout, command_in_the_checkout
from wpt_harness.errors import ServerFailed

HOST: Final = "web-platform.test"
OTHER_HOST: Final = "not-web-platform.test"
ADDRESS: Final = "127.0.0.1"
START_LIMIT: Final = 30.0  # seconds until every port must answer
_SCHEMES: Final = {"http": 2, "https": 2, "ws": 1, "wss": 1, "h2": 1}


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers on every one of its ports."""

    ports: Mapping[str, list[int]]
    process: subprocess.Popen[bytes]
    log: Path

    def url_of(self, path: str, scheme: str, subdomain: bool = False) -> str:
        """The absolute URL of a test; `scheme` is http, https or h2."""
        host = f"www.{HOST}" if subdomain else HOST
        return f"{'http' if scheme == 'http' else 'https'}://{host}:{self.ports[scheme][0]}{path}"

    def check(self) -> None:
        """Raises ServerFailed when it has ended, or one of its ports is another's."""
        if self.process.poll() is not None or self.lacks_a_port():
            raise ServerFailed(f"the web-platform-tests server ended during the run; it last said:\n{tail(self.log)}")

    def lacks_a_port(self) -> bool:
        """Whether it says that it could not listen on one of them. (It then ends, but not at once.)"""
        try:
            return "Failed to start" in self.log.read_text(errors="replace")
        except OSError:
            return False


def host_map() -> dict[str, str | None]:
    """Addresses of the hosts that tests speak of. Every other host is unknown: a run never leaves this machine."""
    hosts: dict[str, str | None] = {"*": None}
    for host in (HOST, OTHER_HOST):
        hosts |= {host: ADDRESS, f"*.{host}": ADDRESS, f"nonexistent.{host}": None, f"*.nonexistent.{host}": None}
    return hosts


def hosts_with_any_certificate() -> tuple[str, ...]:
    """Patterns of hosts whose certificates are not looked at: the checkout's own ones have expired."""
    return tuple(pattern for host in (HOST, OTHER_HOST) for pattern in (host, f"*.{host}"))


@contextmanager
def serve(checkout: Checkout, folder: Path, aliases: Mapping[str, Path]) -> Iterator[RunningServer]:
    """Serve the checkout while the context lasts.

    `folder`: a private one for its settings and its log. `aliases`: URL path → file of the same name, or folder (then the path ends with a
    slash), served there instead. Raises ServerFailed.
    """
    server = _start(checkout, folder, aliases)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        stop(server.process)


def _start(checkout: Checkout, folder: Path, aliases: Mapping[str, Path]) -> RunningServer:
    ports = _free_ports()
    config = folder / "server.json"
    config.write_text(json.dumps(_settings(checkout.root, ports, aliases)))
    log = folder / "server.log"
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                [*command_in_the_checkout("serve.py"), str(checkout.root), str(config)],
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ServerFailed(f"the web-platform-tests server cannot be started: {error}") from error
    return RunningServer(ports, process, log)


def _settings(root: Path, ports: Mapping[str, list[int]], aliases: Mapping[str, Path]) -> dict[str, object]:
    """The settings file of `serve.py`: all on loopback, and no look at the machine's hosts file."""
    without: dict[str, list[int]] = {
        scheme: [] for scheme in ("http-private", "http-public", "https-private", "https-public")
    }
    return {
        "browser_host": HOST,
        "alternate_hosts": {"alt": OTHER_HOST},
        "server_host": ADDRESS,
        "bind_address": True,
        "check_subdomains": False,
        "doc_root": str(root),
        "ws_doc_root": str(root / "websockets" / "handlers"),
        "ports": {**ports, **without},
        "ssl": {"type": "pregenerated"},
        # NB: for a single file the server wants the folder that holds it under the name it has in the URL.
        "aliases": [
            {"url-path": path, "local-dir": str(target if path.endswith("/") else target.parent)}
            for path, target in aliases.items()
        ],
        "logging": {"level": "warning"},
    }


def _free_ports() -> dict[str, list[int]]:
    """Ports nobody listens on now: all are held until all are known, so that they differ."""
    held: list[socket.socket] = []
    try:
        ports: dict[str, list[int]] = {}
        for scheme, count in _SCHEMES.items():
            for _ in range(count):
                held.append(socket.socket())
                held[-1].bind((ADDRESS, 0))
                ports.setdefault(scheme, []).append(held[-1].getsockname()[1])
        return ports
    finally:
        for one in held:
            one.close()


def _wait_until_it_answers(server: RunningServer) -> None:
    deadline = time.monotonic() + START_LIMIT
    for port in [port for ports in server.ports.values() for port in ports]:
        while not _answers(port):
            if server.process.poll() is not None:
                raise ServerFailed(f"the web-platform-tests server did not start:\n{tail(server.log)}")
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"the web-platform-tests server does not answer on port {port} after {START_LIMIT:g} s:\n{tail(server.log)}"
                )
            time.sleep(0.01)
    if server.lacks_a_port():
        raise ServerFailed(f"the web-platform-tests server did not start:\n{tail(server.log)}")


def _answers(port: int) -> bool:
    try:
        socket.create_connection((ADDRESS, port), timeout=1).close()
    except OSError:
        return False
    return True


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child that leads its own process group, and all of the group. Its lifeline is cut first, so that it can end by itself."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log; "(nothing)" when there are none."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        text = ""
    return "\n".join(text.strip().splitlines()[-lines:]) or "(nothing)"
