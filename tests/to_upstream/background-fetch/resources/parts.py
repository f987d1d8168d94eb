"""A resource that comes in several responses. `text` is the whole; `token` keeps count of the requests.

mode:
  parts     206 with `step` bytes at a time, from where the Range header says
  break     announces everything, sends `step` bytes and closes; answers a Range header with the rest
  restart   the same, but ignores the Range header and then sends `text2` whole
  drop      closes the first connection without an answer; then as parts
Changes to the 206 answers from the second on: etag2, modified2, total2 (complete length), shift (of the first position), coding2,
text2 (another text), no-range (without Content-Range), short (so many bytes fewer than it says), status2. To the first one: etag, modified, total ("*"),
shift1, no-range1, raw (a whole Content-Range value). `log` as in content.py.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from content import change, note  # noqa: E402


def main(request, response):
    query = request.GET

    def get(name, default=b""):
        return query.first(name, default)

    if get(b"log"):
        note(request, get(b"log"))
    count = int(change(request.server.stash, get(b"token"), lambda value: str(int(value or "0") + 1)))
    text, step, mode = get(b"text", b"0123456789"), int(get(b"step", b"4")), get(b"mode", b"parts")
    cors = [(b"Access-Control-Allow-Origin", get(b"cors"))] if get(b"cors") else []
    headers = [(b"Content-Type", b"text/plain"), (b"X-Content-Type-Options", b"nosniff"), *cors]
    for name, parameter in ((b"ETag", b"etag"), (b"Last-Modified", b"modified")):
        value = get(parameter)
        if count > 1 and parameter + b"2" in query:
            value = get(parameter + b"2")
        if value:
            headers.append((name, value))
    asked = request.headers.get(b"range", b"")
    start = int(asked[len(b"bytes=") :].split(b"-")[0] or b"0") if asked.startswith(b"bytes=") else 0
    if count > 1 and mode == b"parts":
        text = get(b"text2", text)
    if count > 1 and get(b"status2"):
        return int(get(b"status2")), headers, get(b"text2", text)
    writer = response.writer
    if mode == b"drop" and count == 1:
        writer.write(b"")
        response.close_connection = True
        return None
    if mode in (b"break", b"restart") and count == 1:
        writer.write_status(200)
        for name, value in headers:
            writer.write_header(name, value)
        writer.write_header(b"Content-Length", str(len(text)).encode())
        writer.end_headers()
        writer.write_raw_content(text[:step])
        response.close_connection = True
        return None
    if mode == b"restart":
        return 200, headers, get(b"text2", text)
    end = len(text) if mode == b"break" else min(len(text), start + step)
    total, first = str(len(text)).encode(), start
    if count > 1:
        total = get(b"total2", total)
        first += int(get(b"shift", b"0"))
    else:
        first += int(get(b"shift1", b"0"))
    total = get(b"total", total)
    missing = get(b"no-range") if count > 1 else get(b"no-range1")
    if not missing:
        value = b"bytes %d-%d/%s" % (first, first + end - start - 1, total)
        headers.append((b"Content-Range", get(b"raw", value) if count == 1 else value))
    if count > 1 and get(b"coding2"):
        headers.append((b"Content-Encoding", get(b"coding2")))
    short = int(get(b"short", b"0")) if count == 2 else 0
    return 206, headers, text[start : end - short]
