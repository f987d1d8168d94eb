"""Tells what the server got, as JSON: method, url, headers and body (one character for each byte)."""

import json


def main(request, response):
    got = {
        "method": request.method,
        "url": request.url,
        "headers": {
            name.decode("latin-1").lower(): b", ".join(request.headers.get_list(name)).decode("latin-1")
            for name in request.headers
        },
        "body": request.body.decode("latin-1"),
    }
    headers = [(b"Content-Type", b"application/json"), (b"Cache-Control", b"no-store")]
    return 200, headers, json.dumps(got).encode()
