"""Several engine processes at work on one list of tests. What a test does to its process ends that test only."""

from __future__ import annotations

import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Final, Self

from wpt_harness.jobs import EXTRA_TIME, Job
from wpt_harness.results import Result

GRACE: Final = 5.0
"""Seconds a process has, after a test's time is up, to say so itself."""
MEMORY_LIMIT: Final = 3 << 30
"""Bytes a process may hold while it runs a test."""
MEMORY_TO_START_ANEW: Final = 700 << 20
TESTS_BEFORE_STARTING_ANEW: Final = 150
_LOOK_AT_MEMORY_EVERY: Final = 0.25  # seconds

COMMAND: Final = (sys.executable, "-m", "wpt_harness.engine_process")


class EngineProcess:
    """One child that runs tests, replaced whenever it must be. Not for several threads at once.

    `command`: the program, by default `engine_process.py`; `settings`: the first line it gets; `folder`: where it may leave
    temporary files behind, by default where everybody does.
    """

    def __init__(
        self,
        settings: dict[str, Any],
        command: Sequence[str] = COMMAND,
        memory_limit: int = MEMORY_LIMIT,
        folder: Path | None = None,
    ) -> None:
        self._settings = settings
        self._command = command
        self._folder = folder
        self._memory_limit = memory_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._tests_run = 0
        self._last_words = ""
        self._stopped = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Make the process, if there is none: it gets ready while nobody waits for it."""
        with self._lock:
            if self._process is not None or self._stopped:
                return
            self._errors = TemporaryFile()  # noqa: SIM115, closed with the process
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
                env=_environment(self._folder),
            )
        self._tests_run = 0
        self._send(self._settings)

    def run(self, job: Job) -> Result:
        """Run one test. Blocks for as long as the test may take, and a little more."""
        self.start()
        process = self._process
        if process is None:
            return Result(job.test, "SKIP", "the run was stopped")
        started = time.monotonic()
        self._send(job.to_record())
        outcome = self._wait(process, started + job.time_limit + EXTRA_TIME + GRACE)
        if isinstance(outcome, Result):
            self._tests_run += 1
            if (
                self._tests_run >= TESTS_BEFORE_STARTING_ANEW
                or memory_of(process.pid) > MEMORY_TO_START_ANEW
                or outcome.status == "CRASH"
            ):
                self.close_process()
            return outcome
        self.close_process()
        return Result(
            job.test,
            "TIMEOUT" if outcome == "hung" else "CRASH",
            self._why(outcome, process, job),
            duration=time.monotonic() - started,
        )

    def _wait(self, process: subprocess.Popen[bytes], deadline: float) -> Result | str:
        """The result, or why there is none: "hung", "memory", "ended"."""
        assert process.stdout is not None
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0:
                    return "hung"
                if selector.select(min(left, _LOOK_AT_MEMORY_EVERY)):
                    part = os.read(process.stdout.fileno(), 1 << 20)
                    if not part:
                        return "ended"
                    line += part
                elif memory_of(process.pid) > self._memory_limit:
                    return "memory"
        return Result.from_record(json.loads(line))

    def _why(self, outcome: str, process: subprocess.Popen[bytes], job: Job) -> str:
        if outcome == "hung":
            return f"the engine did not answer within {job.time_limit + EXTRA_TIME + GRACE:g} s and was ended"
        if outcome == "memory":
            return f"the engine held more than {self._memory_limit >> 20} MB and was ended"
        code = process.returncode
        how = f"by {signal.Signals(-code).name}" if code is not None and code < 0 else f"with status {code}"
        return f"the engine process ended {how}; it last said:\n{self._last_words}"

    def _send(self, record: dict[str, Any]) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(record).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: whoever waits for its answer learns it

    def close_process(self) -> None:
        """End the child and everything it started. The next test gets a new one."""
        with self._lock:
            process, self._process = self._process, None
            if process is None:
                return
            _kill(process)
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        if self._errors is not None:
            self._errors.seek(0)
            self._last_words = (
                "\n".join(self._errors.read().decode(errors="replace").strip().splitlines()[-25:]) or "(nothing)"
            )
            self._errors.close()
            self._errors = None

    def close(self) -> None:
        """The same, for good."""
        self.interrupt()
        self.close_process()

    def interrupt(self) -> None:
        """End what runs, from any thread: `run` returns soon, and nothing is started any more."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                _kill(self._process)


def _environment(folder: Path | None) -> dict[str, str]:
    """The child finds the same packages, wherever it is started."""
    ours = str(Path(__file__).resolve().parents[1])
    theirs = os.environ.get("PYTHONPATH")
    # OPTIMIZATION: to read the machine's certificate authorities takes 80 ms, and no test meets a server that they speak for.
    none: dict[str, str] = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}
    temporary = {} if folder is None else {"TMPDIR": str(folder)}
    return {**os.environ, **none, **temporary, "PYTHONPATH": f"{ours}{os.pathsep}{theirs}" if theirs else ours}


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def memory_of(pid: int) -> int:
    """Resident bytes of a process; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


class Engines:
    """The processes of a run. All are gone when it is left. `command`, `settings`, `folder`: see EngineProcess."""

    def __init__(self, settings: dict[str, Any], command: Sequence[str] = COMMAND, folder: Path | None = None) -> None:
        self._settings, self._command, self._folder = settings, command, folder
        self._engines: list[EngineProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for engine in self._engines:
            engine.close()

    def start(self, count: int) -> None:
        """So many processes get ready, while nobody waits for them."""
        while len(self._engines) < count:
            self._engines.append(EngineProcess(self._settings, self._command, folder=self._folder))
            self._engines[-1].start()

    def run(self, jobs: Sequence[Job], processes: int) -> Generator[Result]:
        """Run all jobs on several processes at once; results as they come. An iteration that is given up ends the processes for good."""
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            waiting.put(job)
        done: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
        count = max(1, min(processes, len(jobs)))
        self.start(count)
        stopping = threading.Event()

        def work(engine: EngineProcess) -> None:
            try:
                while not stopping.is_set():
                    try:
                        job = waiting.get_nowait()
                    except queue.Empty:
                        break
                    done.put(engine.run(job))
            except Exception as error:  # must not be lost in a thread: the iteration raises it
                done.put(error)

        engines = self._engines[:count]
        threads = [threading.Thread(target=work, args=(engine,), daemon=True) for engine in engines]
        for thread in threads:
            thread.start()
        finished = False
        try:
            for _ in jobs:
                outcome = done.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                yield outcome
            finished = True
        finally:
            stopping.set()
            for engine in () if finished else engines:
                engine.interrupt()
            for thread in threads:
                thread.join()


def run_jobs(
    jobs: Iterable[Job], settings: dict[str, Any], processes: int, command: Sequence[str] = COMMAND
) -> Generator[Result]:
    """Run all jobs on processes of their own; see `Engines.run`. All are gone when the iteration ends, however it ends."""
    with Engines(settings, command) as engines, closing(engines.run(list(jobs), processes)) as results:
        yield from results
