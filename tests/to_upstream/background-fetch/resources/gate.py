"""Answers that wait, and logs: ?open=TOKEN lets an answer go on that waits for the token; ?log=TOKEN gives the list of requests."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from content import change  # noqa: E402


def main(request, response):
    headers = [(b"Content-Type", b"application/json"), (b"Access-Control-Allow-Origin", b"*"), (b"Cache-Control", b"no-store")]
    stash = request.server.stash
    if b"open" in request.GET:
        change(stash, request.GET.first(b"open"), lambda value: "open")
        return 200, headers, b"null"
    value = change(stash, request.GET.first(b"log"), lambda value: value)
    return 200, headers, (value or "[]").encode()
