"""https://fetch.spec.whatwg.org/#network-partition-keys"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from engine.url import obtain_a_site, origin_of

if TYPE_CHECKING:
    from engine.http.environment import EnvironmentSettings
    from engine.http.request import Request
    from engine.url import Site

NetworkPartitionKey: TypeAlias = "tuple[Site, None]"
"""https://fetch.spec.whatwg.org/#network-partition-key

We have no second key.
"""


def determine_the_network_partition_key_of_an_environment(environment: EnvironmentSettings) -> NetworkPartitionKey:
    """https://fetch.spec.whatwg.org/#determine-the-network-partition-key"""
    # 1–3. The top-level origin, or that of the top-level creation URL.
    top_level_origin = environment.top_level_origin
    if top_level_origin is None:
        # AD-HOC: the environment's own address; we keep no top-level creation URL.
        top_level_origin = origin_of(environment.creation_url)
    # 4–6. The site of the top-level origin; the second key is none.
    return obtain_a_site(top_level_origin), None


def determine_the_network_partition_key(request: Request) -> NetworkPartitionKey | None:
    """https://fetch.spec.whatwg.org/#request-determine-the-network-partition-key"""
    # 1–3. The key of the reserved client, else of the client, else none.
    environment = request.reserved_client or request.client
    return None if environment is None else determine_the_network_partition_key_of_an_environment(environment)
