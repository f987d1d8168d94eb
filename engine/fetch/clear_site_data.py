"""https://w3c.github.io/webappsec-clear-site-data/: what a response says is to be forgotten (draft of 2025-01).

What there is to forget lies to the right of Fetch, so the user agent says how: its slot `clear_site_data`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.event_loop import in_parallel
from engine.url import is_url_potentially_trustworthy, origin_of

if TYPE_CHECKING:
    from engine.fetch.user_agent import UserAgent
    from engine.http.response import Response
    from engine.url import URL, Origin

SiteDataType: TypeAlias = Literal["cache", "cookies", "storage", "executionContexts"]
"""https://w3c.github.io/webappsec-clear-site-data/#header: client hints are none of ours."""

ClearSiteData: TypeAlias = Callable[["Origin", Collection[SiteDataType]], Awaitable[None]]

_TYPES: Final[dict[str, tuple[SiteDataType, ...]]] = {
    '"cache"': ("cache",),
    '"cookies"': ("cookies",),
    '"storage"': ("storage",),
    '"executionContexts"': ("executionContexts",),
    '"*"': ("cache", "cookies", "storage", "executionContexts"),
}


def parse_clear_site_data(response: Response) -> list[SiteDataType]:
    """https://w3c.github.io/webappsec-clear-site-data/#parsing"""
    # 1–3. NB: the values of all fields of that name, divided at their commas; quotes belong to the names.
    values = response.header_list.get_all(b"Clear-Site-Data")
    # 4. Each name's data type; names that the specification does not list are passed over.
    types: dict[SiteDataType, None] = {}
    for value in values:
        for name in value.decode("latin-1").split(","):
            types.update(dict.fromkeys(_TYPES.get(name.strip(" \t"), ())))
    # 5. The list of types.
    return list(types)


async def clear_site_data_for_response(url: URL, response: Response, user_agent: UserAgent) -> None:
    """https://w3c.github.io/webappsec-clear-site-data/#clear-response; `url`: the response's"""
    clear = user_agent.clear_site_data
    if clear is None or not response.header_list.contains(b"Clear-Site-Data"):
        return
    # 1. The response's URL must be potentially trustworthy. NB: loopback counts, as it does for service workers.
    if not is_url_potentially_trustworthy(url, user_agent.trusted_origins):
        return
    # 2–6. Parse the header, and clear each type. NB: to its end, also if the fetch ends with what is forgotten.
    types = parse_clear_site_data(response)
    if types:
        await in_parallel(_clear(clear, origin_of(url), types), "clearing site data")


async def _clear(clear: ClearSiteData, origin: Origin, types: Collection[SiteDataType]) -> None:
    await clear(origin, types)
