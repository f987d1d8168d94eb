"""What can be wrong outside the tests themselves. Each is one clear sentence for the user."""

from __future__ import annotations


class HarnessError(Exception):
    """Something is missing or unusable: no test was run, or the run could not go on. The command ends with status 3."""


class NoCheckout(HarnessError):
    """There is no web-platform-tests checkout where we looked."""


class BrokenCheckout(HarnessError):
    """The folder is not, or not wholly, a web-platform-tests checkout."""


class ServerFailed(HarnessError):
    """The checkout's server did not start, or ended during the run."""


class UnknownPath(HarnessError):
    """A path that names no tests. The command ends with status 2."""


class BadExpectations(HarnessError):
    """An expectation file that cannot be read, or says something that has no meaning."""


class BadReport(HarnessError):
    """A report that cannot be read or written."""
