"""Forgetting what a site has stored, while the browser runs. https://w3c.github.io/webappsec-clear-site-data/"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from engine.fetch.clear_site_data import SiteDataType
from engine.realms import ConsoleMessage
from engine.service_worker.registrations import clear_registrations
from engine.storage import CLEARED_BY_A_BROWSER, StorageError, clear_storage
from engine.url import TupleOrigin, registrable_domain

if TYPE_CHECKING:
    from engine.realms import Environment, UserAgent
    from engine.url import Origin

EVERYTHING_STORED: Final[tuple[SiteDataType, ...]] = ("cache", "cookies", "storage")


async def clear_site_data(user_agent: UserAgent, origin: Origin, types: Collection[SiteDataType]) -> None:
    """https://w3c.github.io/webappsec-clear-site-data/#clear-response, from its step 4

    Raises StorageError when the profile cannot be changed.
    """
    # 4. FIXME: documents are not sandboxed meanwhile; they may store something before they are reloaded.
    # NB: an opaque origin has nothing stored.
    if not isinstance(origin, TupleOrigin):
        return
    # 5. Clear each of the types.
    if "cache" in types:
        _clear_cache(user_agent, origin)
    if "cookies" in types:
        _clear_cookies(user_agent, origin)
    if set(EVERYTHING_STORED) <= set(types) and user_agent.known_hosts is not None:
        # NB: no header speaks of it; who wants everything forgotten means it.
        user_agent.known_hosts.remove_domain(registrable_domain(origin.host) or origin.host)
    if "storage" in types:
        await _clear_dom_accessible_storage(user_agent, origin.serialize())
    if "cookies" in types or "storage" in types:
        # NB: what is written behind is gone only when the profile says so.
        await user_agent.storage.write_what_is_behind()
    # 6. Reload the browsing contexts.
    if "executionContexts" in types:
        user_agent.windows.reload_documents(origin)


def _clear_cache(user_agent: UserAgent, origin: TupleOrigin) -> None:
    """https://w3c.github.io/webappsec-clear-site-data/#clear-cache"""
    # 1–3. The HTTP cache of the host, whatever the port.
    if user_agent.http_cache is not None:
        user_agent.http_cache.remove_host(origin.host)
    # 4. The other caches: preflight results.
    user_agent.preflight_cache.remove_host(origin.host)


def _clear_cookies(user_agent: UserAgent, origin: TupleOrigin) -> None:
    """https://w3c.github.io/webappsec-clear-site-data/#clear-cookies"""
    # 1. Cookies know no origins, so it is the registrable domain that counts.
    domain = registrable_domain(origin.host) or origin.host
    # 2–3. Remove its cookies.
    if user_agent.cookie_store is not None:
        user_agent.cookie_store.remove_where(lambda cookie: _is_below(cookie.host, domain))
    # 4–5. NB: there is nothing like cookies. 6. The authentication entries.
    user_agent.authentication_entries.remove_domain(domain)


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


async def _clear_dom_accessible_storage(user_agent: UserAgent, storage_key: str) -> None:
    """https://w3c.github.io/webappsec-clear-site-data/#clear-dom"""
    # 1. Local storage areas, also what realms have of them,
    user_agent.windows.local_storages.change(storage_key, None, None)
    # 2. session storage areas,
    for page in user_agent.windows.pages:
        page.session_storage.pop(storage_key, None)
    for environment in list(user_agent.environments.values()):
        if environment.storage_key == storage_key and environment.global_kind == "Window" and not environment.destroyed:
            _tell_that_storage_is_cleared(environment)
    # 4. service worker registrations (NB: at once, and with them their background fetches),
    await clear_registrations(user_agent.service_workers, storage_key)
    await user_agent.background_fetches.stored()
    # 6. and caches. (3. 5. NB: there are neither databases nor application caches.)
    await user_agent.cache.clear(storage_key)
    # 7. And whatever else the profile has.
    await user_agent.storage.run(clear_storage, storage_key, but=CLEARED_BY_A_BROWSER)


def _tell_that_storage_is_cleared(environment: Environment) -> None:
    bindings = environment.bindings
    environment.queue_a_global_task("DOM manipulation task source", lambda: bindings.upcall("up_storage_cleared"))


async def clear_for_a_response(user_agent: UserAgent, origin: Origin, types: Collection[SiteDataType]) -> None:
    """What `Clear-Site-Data` asks for; a profile that cannot be changed is told on the console of the site's pages. Ours."""
    try:
        await clear_site_data(user_agent, origin, types)
    except StorageError as error:
        message = ConsoleMessage("error", f"site data could not be cleared: {error}", "network")
        for environment in list(user_agent.environments.values()):
            if environment.storage_key == origin.serialize() and not environment.destroyed:
                user_agent.embedder.console(environment, message)
