"""A response made to order by the query; all parameters are optional.

status, text, size (so many bytes "x" instead of a text), type (Content-Type, empty for none), header (Name:Value, repeatable),
cors ("*" or an origin; with it also credentials, allow-headers, allow-methods, expose), preflight (status of the answer to OPTIONS, 200),
redirect (a Location), coding (gzip), hold (a token: wait before anything is sent), gate (a token: after `first` bytes of the body wait until gate.py opens it),
truncate (announce so many bytes more than there are), log (a token: what was asked for can be read with gate.py).
With gate or truncate the response has "nosniff": a user agent that sniffs types would hold back what comes first.
"""

import gzip
import json
import time

STASH = "/background-fetch-tests"
PATIENCE = 20  # seconds


def change(stash, token, function):
    with stash.lock:
        value = stash.take(token, STASH)
        value = function(value)
        if value is not None:
            stash.put(token, value, STASH)
        return value


def note(request, token):
    entry = {
        "method": request.method,
        "url": request.url,
        "headers": {
            name.decode("latin-1").lower(): b", ".join(request.headers.get_list(name)).decode("latin-1")
            for name in request.headers
        },
    }

    def add(value):
        value = value or "[]"
        return json.dumps(json.loads(value) + [entry])

    change(request.server.stash, token, add)


def wait_at(request, token):
    deadline = time.time() + PATIENCE
    while time.time() < deadline:
        opened = change(request.server.stash, token, lambda value: value)
        if opened:
            return
        time.sleep(0.01)


def main(request, response):
    query = request.GET

    def get(name, default=b""):
        return query.first(name, default)

    if get(b"log"):
        note(request, get(b"log"))
    if get(b"hold") and request.method != "OPTIONS":
        wait_at(request, get(b"hold"))
    headers = []
    if get(b"cors"):
        headers.append((b"Access-Control-Allow-Origin", get(b"cors")))
        if get(b"credentials"):
            headers.append((b"Access-Control-Allow-Credentials", b"true"))
        if get(b"expose"):
            headers.append((b"Access-Control-Expose-Headers", get(b"expose")))
        if request.method == "OPTIONS":
            for name in (b"allow-headers", b"allow-methods"):
                if get(name):
                    headers.append((b"Access-Control-" + name.title(), get(name)))
    if request.method == "OPTIONS":
        return int(get(b"preflight", b"200")), headers, b""
    for header in query.get_list(b"header"):
        name, _, value = header.partition(b":")
        headers.append((name, value))
    status = int(get(b"status", b"200"))
    if get(b"redirect"):
        headers.append((b"Location", get(b"redirect")))
        return int(get(b"status", b"302")), headers, b""
    body = b"x" * int(get(b"size")) if get(b"size") else get(b"text", b"content")
    if status in (204, 205, 304):
        body = b""
    if get(b"coding") == b"gzip":
        body = gzip.compress(body)
        headers.append((b"Content-Encoding", b"gzip"))
    if get(b"type", b"text/plain"):
        headers.append((b"Content-Type", get(b"type", b"text/plain")))
    if not (get(b"gate") or get(b"truncate")):
        return status, headers, body
    headers.append((b"X-Content-Type-Options", b"nosniff"))
    writer = response.writer
    writer.write_status(status)
    for name, value in headers:
        writer.write_header(name, value)
    writer.write_header(b"Content-Length", str(len(body) + int(get(b"truncate", b"0"))).encode())
    writer.end_headers()
    first = int(get(b"first", b"0"))
    writer.write_raw_content(body[:first])
    if get(b"gate"):
        wait_at(request, get(b"gate"))
    writer.write_raw_content(body[first:])
    response.close_connection = True
