"""https://url.spec.whatwg.org/#api, for the bindings: serialized URLs in, serialized URLs out.

NB: a serialized URL is all that the bindings need, since every component can be found in it again
(js_bindings/url/url_record.js).
"""

from __future__ import annotations

import ada_url

from engine.infra import FAILURE, scalar_value_string
from engine.url.parser import has_valid_punycode, parse_to_href


def api_parse(url: str, base: str | None = None) -> str | None:
    """https://url.spec.whatwg.org/#api-url-parser

    Returns the serialization of the result, or `None` for failure. Lone surrogates are converted as a USVString's are.
    """
    # 2. NB: an unusable base fails in the library just as an unusable URL does.
    parsed = parse_to_href(url, None if base is None else scalar_value_string(base))
    return None if parsed is FAILURE else parsed


def api_set(href: str, member: str, value: str) -> str:
    """https://url.spec.whatwg.org/#dom-url-protocol (its setter steps) and those of its neighbours up to `hash`

    `href` is a serialized URL. Returns the serialization after the setter; a value that the attribute does not accept
    changes nothing.
    """
    url = ada_url.URL(href)
    try:
        setattr(url, member, scalar_value_string(value))
    except ValueError:
        return href
    return url.href if has_valid_punycode(url.href) else href
