from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from engine.http.headers import HeaderList
from engine.http.policy_container import ContentSecurityPolicy, EmbedderPolicy, PolicyContainer, parse_a_directive_set
from engine.http.response import Response
from engine.url import parse_url
from engine.workers.policies import (
    check_a_global_objects_embedder_policy,
    initialize_worker_global_scopes_policy_container,
)


def settings(policy: str = "unsafe-none", interface: str = "DedicatedWorkerGlobalScope", csp: str = "") -> Any:
    container = PolicyContainer(embedder_policy=EmbedderPolicy(policy))  # type: ignore[arg-type]
    if csp:
        container.csp_list.append(ContentSecurityPolicy(parse_a_directive_set(csp)))
    return SimpleNamespace(policy_container=container, global_interface=interface, is_secure_context=True)


@pytest.mark.parametrize(
    ("owner", "worker", "allowed"),
    [
        ("unsafe-none", "unsafe-none", True),
        ("unsafe-none", "require-corp", True),
        ("require-corp", "unsafe-none", False),
        ("credentialless", "unsafe-none", False),
        ("require-corp", "credentialless", True),
    ],
)
def test_a_worker_must_be_as_strict_as_its_owner(owner: str, worker: str, allowed: bool) -> None:
    assert check_a_global_objects_embedder_policy(settings(worker), settings(owner)) is allowed


def test_a_shared_worker_has_no_owner_to_be_strict_for() -> None:
    assert check_a_global_objects_embedder_policy(
        settings("unsafe-none", "SharedWorkerGlobalScope"), settings("require-corp")
    )


def policies_of_a_worker_from(url: str, maker: Any = None) -> list[str]:
    parsed = parse_url(url)
    assert parsed
    if maker is not None:
        parsed = parsed.with_blob_url_entry(SimpleNamespace(environment=maker))  # type: ignore[arg-type]
    worker: Any = SimpleNamespace(
        url=parsed, environment=settings(), workers=SimpleNamespace(user_agent=SimpleNamespace(trusted_origins=()))
    )
    response = Response(url_list=[parsed], header_list=HeaderList([(b"Content-Security-Policy", b"img-src a:")]))
    initialize_worker_global_scopes_policy_container(worker, settings(csp="img-src owner:"), response)
    return [policy.serialize() for policy in worker.environment.policy_container.csp_list]


def test_a_worker_is_under_the_policies_of_its_response() -> None:
    assert policies_of_a_worker_from("https://example.test/w.js") == ["img-src a:"]


def test_a_worker_without_a_server_is_under_those_of_its_owner() -> None:
    assert policies_of_a_worker_from("data:,") == ["img-src owner:"]


def test_a_worker_from_a_blob_is_under_those_of_the_blobs_maker() -> None:
    maker = settings(csp="img-src maker:")
    assert policies_of_a_worker_from("blob:https://example.test/1", maker) == ["img-src maker:"]
