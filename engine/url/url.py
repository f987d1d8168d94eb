"""https://url.spec.whatwg.org/#url-representation: what a URL is once it has been parsed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from engine.url.origin import Origin

DEFAULT_PORTS: Final[dict[str, int | None]] = {"ftp": 21, "file": None, "http": 80, "https": 443, "ws": 80, "wss": 443}
"""https://url.spec.whatwg.org/#special-scheme: the special schemes and their default ports."""

LOCAL_SCHEMES: Final = frozenset({"about", "blob", "data"})
"""https://fetch.spec.whatwg.org/#local-scheme"""

HTTP_SCHEMES: Final = frozenset({"http", "https"})
"""https://fetch.spec.whatwg.org/#http-scheme"""

FETCH_SCHEMES: Final = frozenset({"about", "blob", "data", "file", "http", "https"})
"""https://fetch.spec.whatwg.org/#fetch-scheme"""


class BlobURLEntry(Protocol):
    """https://w3c.github.io/FileAPI/#blob-url-entry

    The blob URL store defines the rest of it.
    """

    @property
    def origin(self) -> Origin:
        """The origin of the entry's environment."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class URL:
    """https://url.spec.whatwg.org/#concept-url

    Never changes; `with_parts` makes another. Made by `parse_url`.

    NB: host and path are held in their serialized forms; the null host, query and fragment are `None`.
    """

    serialized: str
    """The whole URL, fragment included."""
    scheme: str
    """https://url.spec.whatwg.org/#concept-url-scheme"""
    username: str
    """https://url.spec.whatwg.org/#concept-url-username"""
    password: str
    """https://url.spec.whatwg.org/#concept-url-password"""
    host: str | None
    """https://url.spec.whatwg.org/#concept-url-host, IPv6 addresses in brackets"""
    port: int | None
    """https://url.spec.whatwg.org/#concept-url-port, `None` when it is the scheme's default"""
    path: str
    """https://url.spec.whatwg.org/#url-path-serializer of https://url.spec.whatwg.org/#concept-url-path"""
    query: str | None
    """https://url.spec.whatwg.org/#concept-url-query"""
    fragment: str | None
    """https://url.spec.whatwg.org/#concept-url-fragment"""
    has_opaque_path: bool
    """https://url.spec.whatwg.org/#url-opaque-path: such a URL cannot be a base"""
    blob_url_entry: BlobURLEntry | None = None
    """https://url.spec.whatwg.org/#concept-url-blob-entry, set by whoever owns the blob URL store"""

    @property
    def serialized_without_fragment(self) -> str:
        """https://url.spec.whatwg.org/#url-serializer-exclude-fragment"""
        return self.serialized if self.fragment is None else self.serialized[: -1 - len(self.fragment)]

    @property
    def href(self) -> str:
        """The same as `serialized`, under the name scripts know it by."""
        return self.serialized

    def serialize(self, *, exclude_fragment: bool = False) -> str:
        """https://url.spec.whatwg.org/#concept-url-serializer"""
        return self.serialized_without_fragment if exclude_fragment else self.serialized

    @property
    def is_special(self) -> bool:
        """https://url.spec.whatwg.org/#is-special"""
        return self.scheme in DEFAULT_PORTS

    @property
    def is_local(self) -> bool:
        """https://fetch.spec.whatwg.org/#is-local"""
        return self.scheme in LOCAL_SCHEMES

    @property
    def is_http(self) -> bool:
        """Whether the scheme is an https://fetch.spec.whatwg.org/#http-scheme: "http" or "https"."""
        return self.scheme in HTTP_SCHEMES

    @property
    def includes_credentials(self) -> bool:
        """https://url.spec.whatwg.org/#include-credentials"""
        return bool(self.username or self.password)

    @property
    def effective_port(self) -> int | None:
        """The port, or the scheme's default port."""
        return DEFAULT_PORTS.get(self.scheme) if self.port is None else self.port

    @property
    def host_and_port(self) -> str:
        """The host, with the port when it is not the default: what the `host` attribute and the `Host` header hold."""
        host = self.host or ""
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def path_segments(self) -> list[str]:
        """The path as https://url.spec.whatwg.org/#concept-url-path has it when it is not opaque."""
        assert not self.has_opaque_path
        return self.path.split("/")[1:]

    @property
    def request_target(self) -> str:
        """Path and query, as they stand in a request line."""
        path = self.path or "/"
        return path if self.query is None else f"{path}?{self.query}"

    def equals(self, other: URL, *, exclude_fragments: bool = False) -> bool:
        """https://url.spec.whatwg.org/#concept-url-equals"""
        if exclude_fragments:
            return self.serialized_without_fragment == other.serialized_without_fragment
        return self.serialized == other.serialized

    def with_parts(self, **parts: Any) -> URL:
        """This URL with other slots, serialized anew. Values must already be in the form the parser gives them."""
        changed = replace(self, serialized="", **parts)
        if changed.port is not None and changed.port == DEFAULT_PORTS.get(changed.scheme):
            changed = replace(changed, port=None)
        return replace(changed, serialized=serialize_url(changed))

    def with_blob_url_entry(self, entry: BlobURLEntry | None) -> URL:
        """This URL with its https://url.spec.whatwg.org/#concept-url-blob-entry set."""
        return replace(self, blob_url_entry=entry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, URL) and self.serialized == other.serialized

    def __hash__(self) -> int:
        return hash(self.serialized)

    def __str__(self) -> str:
        return self.serialized

    def __repr__(self) -> str:
        return f"<URL {self.serialized}>"


def serialize_url(url: URL, *, exclude_fragment: bool = False) -> str:
    """https://url.spec.whatwg.org/#url-serializing

    From the slots.
    """
    # 1–2. The scheme, then credentials, host and port if there is a host.
    output = f"{url.scheme}:"
    if url.host is not None:
        output += "//"
        if url.includes_credentials:
            output += f"{url.username}:{url.password}@" if url.password else f"{url.username}@"
        output += url.host_and_port
    # 3. Without a host, "/." before a path that begins with two slashes, which would look like a host.
    elif not url.has_opaque_path and url.path.startswith("//"):
        output += "/."
    # 4–6. The path, the query, and the fragment unless it is excluded.
    output += url.path
    if url.query is not None:
        output += f"?{url.query}"
    if not exclude_fragment and url.fragment is not None:
        output += f"#{url.fragment}"
    # 7. The serialized URL.
    return output
