"""The server that allows everything."""

from __future__ import annotations

import http.client
import ssl

import pytest

from wpt_harness.checkout import Checkout
from wpt_harness.permissive_server import serve_permissively


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_every_origin_may_do_everything(checkout: Checkout, method: str) -> None:
    certificates = checkout.root / "tools" / "certs"
    with serve_permissively(certificates / "web-platform.test.pem", certificates / "web-platform.test.key") as address:
        connection = http.client.HTTPSConnection(address, context=ssl._create_unverified_context())
        wishes = {"Origin": "https://a.test", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a"}
        for _ in range(2):
            connection.request(method, "/com", headers=wishes, body=b"abc")
            response = connection.getresponse()
            response.read()
            assert response.status == 200
            assert response.headers["Access-Control-Allow-Origin"] == "https://a.test"
            assert response.headers["Access-Control-Allow-Methods"] == "PUT"
            assert response.headers["Access-Control-Allow-Headers"] == "x-a"
        connection.close()
