"""Pages: navigations, documents and their scripts, as far as pages that drive workers need them.

Specification: https://html.spec.whatwg.org/multipage/, as of November 2025. The tree itself lives in the bindings; here is what
outlives a script's turn: what is fetched, parsed, opened and closed.
"""

from __future__ import annotations

from engine.window.errors import NavigationFailed, PageClosed
from engine.window.file_downloads import FileDownload, FileDownloads
from engine.window.navigation import THE_USER
from engine.window.page import Page
from engine.window.windows import Windows

__all__ = ["THE_USER", "FileDownload", "FileDownloads", "NavigationFailed", "Page", "PageClosed", "Windows"]
