"""https://w3c.github.io/FileAPI/#creating-revoking"""

from __future__ import annotations

from engine.file import BlobObject, BlobURLStore
from engine.infra import Failure, parse_mime_type
from engine.ops.registry import sync_op
from engine.realms.environment import Environment
from engine.url import URL

_ENTRY_SIZE = 1024


def _store_of(environment: Environment) -> BlobURLStore:
    store = environment.user_agent.blob_urls
    assert isinstance(store, BlobURLStore)
    return store


@sync_op
def op_file_blob_url_create(environment: Environment, type_: str, data: bytes) -> str:
    """The blob: URL of a new entry of the blob URL store. Raises BudgetExceeded.

    `type_`: as https://w3c.github.io/FileAPI/#constructorBlob leaves it.
    """
    if not type_.isascii() or not type_.isprintable():
        type_ = ""
    holding = environment.byte_budget.hold(len(data) + _ENTRY_SIZE, "Blobs that have a URL")
    return _store_of(environment).add_an_entry(BlobObject(data, type_.lower(), holding), environment)


@sync_op
def op_file_blob_url_revoke(environment: Environment, url: URL) -> None:
    _store_of(environment).revoke(url, environment)


@sync_op
def op_file_blob_url_hold(environment: Environment, url: URL) -> int | None:
    """A number for the entry that a blob: URL stands for at this moment (see `BlobURLStore.held`), null if there is
    none.
    """
    return _store_of(environment).hold(url, environment) if url.scheme == "blob" else None


@sync_op
def op_file_blob_url_let_go(environment: Environment, number: int) -> None:
    """Nobody in the realm knows that number any more."""
    _store_of(environment).let_go(number, environment)


@sync_op
def op_file_mime_type_charset(environment: Environment, mime_type: str) -> str | None:
    """The charset parameter of a serialized MIME type; null if there is none, or if it is no MIME type."""
    parsed = parse_mime_type(mime_type)
    return None if isinstance(parsed, Failure) else parsed.parameters.get("charset")
