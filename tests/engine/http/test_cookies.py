from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.http import Request
from engine.http.cookies import determine_the_same_site_mode
from engine.url import origin_of, parse_url

HERE, SUB, OTHER = "https://a.test/", "https://x.a.test/", "https://b.test/"


@pytest.mark.parametrize(
    ("urls", "slots", "mode"),
    [
        ([HERE], {}, "strict-or-less"),
        ([SUB], {}, "strict-or-less"),
        ([OTHER], {}, "unset-or-less"),
        ([HERE, OTHER], {}, "unset-or-less"),
        ([HERE, OTHER, HERE], {}, "unset-or-less"),
        ([HERE], {"method": "PUT"}, "strict-or-less"),
        ([HERE], {"destination": "document"}, "strict-or-less"),
        ([HERE], {"destination": "document", "initiator": HERE}, "strict-or-less"),
        ([HERE], {"destination": "document", "initiator": SUB}, "strict-or-less"),
        ([HERE, OTHER, HERE], {"destination": "document", "initiator": HERE}, "lax-or-less"),
        ([HERE, OTHER, HERE], {"destination": "document"}, "strict-or-less"),
        ([HERE], {"destination": "document", "initiator": OTHER}, "lax-or-less"),
        ([HERE], {"destination": "document", "initiator": OTHER, "method": "POST"}, "unset-or-less"),
        ([HERE], {"framed": True}, "unset-or-less"),
    ],
)
def test_same_site_mode(urls, slots, mode):
    initiator = slots.pop("initiator", None)
    client = SimpleNamespace(has_cross_site_ancestor=slots.pop("framed", False))
    request = Request([parse_url(url) for url in urls], origin=origin_of(parse_url(HERE)), client=client, **slots)
    if initiator is not None:
        request.top_level_navigation_initiator_origin = origin_of(parse_url(initiator))
    assert determine_the_same_site_mode(request) == mode
