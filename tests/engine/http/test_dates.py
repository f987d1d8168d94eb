"""Dates of headers, and what only looks like one."""

from __future__ import annotations

import pytest

from engine.http.dates import parse_a_date


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        b"Sun, 06 Nov 1994 10:49:37 +0200",
        "06 Nov 1994 08:49:37",
    ],
)
def test_a_date_is_read_in_each_of_its_forms(text: str | bytes) -> None:
    assert parse_a_date(text) == 784111777.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Mon, 01 Jan 1970 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 1970 00:00:00 +" + "9" * 60,
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Mon, 01 Jan 1970 99:00:" + "9" * 5000 + " GMT",
        "Mon, 99 Jan " + "9" * 50 + " 00:00:00 GMT",
        "Mon, 01 Jan " + "9" * 5000,
        " ",
        ",",
        "1 2 3 4 5 6 7 8 9",
    ],
)
def test_what_no_calendar_has_is_none(text: str) -> None:
    assert parse_a_date(text) is None
