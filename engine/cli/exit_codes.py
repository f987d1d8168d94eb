"""What the command's exit code says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Documented in `afterpage --help` and the README."""

    SUCCESS = 0
    FAILED = 1
    """A download failed or was aborted, or a script had an error that nobody caught."""
    USAGE = 2
    """The command line, the folder or the port cannot be used."""
    PROFILE = 3
    """The profile cannot be used, or it does not have all that it should: the disk is full, say."""
    UNREACHABLE = 4
    """The page could not be opened."""
    TIMEOUT = 5
    """--timeout was over first."""
    ENGINE = 70
    """The engine itself is wrong; please report it."""
    OUTPUT = 74
    """What the command has to say cannot be written. The state is saved."""
    INTERRUPTED = 130
    """Ctrl-C, SIGTERM, or the terminal has gone. The state is saved."""


HELP = "\n".join(
    [
        "\b",
        "Exit codes:",
        *(
            f"  {code.value:>3}  {text}"
            for code, text in {
                ExitCode.SUCCESS: "all downloads succeeded, no script failed",
                ExitCode.FAILED: "a download failed, or a script error was not caught",
                ExitCode.USAGE: "the command line, the folder or the port cannot be used",
                ExitCode.PROFILE: "the profile cannot be used, or has not taken everything (a full disk)",
                ExitCode.UNREACHABLE: "the page could not be opened",
                ExitCode.TIMEOUT: "--timeout was over first",
                ExitCode.ENGINE: "the engine itself is wrong: please report it",
                ExitCode.OUTPUT: "standard output is closed, or its disk is full; the state is saved",
                ExitCode.INTERRUPTED: "interrupted; the state is saved",
            }.items()
        ),
    ]
)


class CommandFailed(Exception):
    """Ends the command with a message and an exit code."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
