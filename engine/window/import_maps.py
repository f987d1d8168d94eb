"""https://html.spec.whatwg.org/multipage/webappapis.html#import-maps"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from engine.infra import FAILURE
from engine.url import URL, parse_url
from engine.webidl.exceptions import JSTypeError

T = TypeVar("T")
SpecifierMap: TypeAlias = "dict[str, URL | None]"
"""https://html.spec.whatwg.org/multipage/webappapis.html#module-specifier-map"""
Warn: TypeAlias = "Callable[[str], object]"


@dataclass(slots=True)
class ImportMap:
    """https://html.spec.whatwg.org/multipage/webappapis.html#import-map"""

    imports: SpecifierMap = field(default_factory=dict)
    scopes: dict[str, SpecifierMap] = field(default_factory=dict)
    integrity: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpecifierResolution:
    """https://html.spec.whatwg.org/multipage/webappapis.html#specifier-resolution-record"""

    base_url: str
    specifier: str
    may_have_prefix: bool
    """Whether its specifier as a URL is null or special: then keys that end with "/" concern it."""


def parse_an_import_map_string(text: str, base_url: URL, warn: Warn) -> ImportMap:
    """https://html.spec.whatwg.org/multipage/webappapis.html#parse-an-import-map-string

    `text` has been parsed as JSON by the caller, who reports where it is none. Raises JSTypeError.
    """
    # 1–2. The parsed string is an object,
    parsed = _objects_of(text)
    if not isinstance(parsed, dict):
        raise JSTypeError("an import map has to be a JSON object")
    # 3–8. whose "imports", "scopes" and "integrity" are objects.
    for name in ("imports", "scopes", "integrity"):
        if not isinstance(parsed.get(name, {}), dict):
            raise JSTypeError(f'"{name}" of an import map has to be a JSON object')
    # 9. A warning for any other key.
    for name in parsed.keys() - {"imports", "scopes", "integrity"}:
        warn(f'The import map has "{name}", which is not known: "imports", "scopes" and "integrity" are.')
    # 10. The import map, sorted and normalized.
    return ImportMap(
        _sort_and_normalize_a_module_specifier_map(parsed.get("imports", {}), base_url, warn),
        _sort_and_normalize_scopes(parsed.get("scopes", {}), base_url, warn),
        _normalize_a_module_integrity_map(parsed.get("integrity", {}), base_url, warn),
    )


def _objects_of(text: str) -> Any:
    try:
        # NB: numbers mean nothing in it, so that none has to be made of however many digits.
        return json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        raise JSTypeError("the import map cannot be read") from None


def _sort_and_normalize_a_module_specifier_map(original: Mapping[str, object], base_url: URL, warn: Warn) -> SpecifierMap:
    """https://html.spec.whatwg.org/multipage/webappapis.html#sorting-and-normalizing-a-module-specifier-map"""
    # 1. No entries yet.
    normalized: SpecifierMap = {}
    for key, value in original.items():
        # 2.1–2.2. The normalized specifier key.
        normalized_key = _normalize_a_specifier_key(key, base_url, warn)
        if normalized_key is None:
            continue
        # 2.3–2.6. The address URL; a value that is none, or does not suit the key, is null.
        url = resolve_a_url_like_module_specifier(value, base_url) if isinstance(value, str) else None
        if url is None:
            warn(f'The import map leads "{key}" to what is no address.')
        elif key.endswith("/") and not url.serialized.endswith("/"):
            warn(f'The import map leads "{key}" to {url.serialized}, which does not end with "/" as well.')
            url = None
        normalized[normalized_key] = url
    # 3. The entries in descending order.
    return _sorted(normalized)


def _sort_and_normalize_scopes(original: Mapping[str, object], base_url: URL, warn: Warn) -> dict[str, SpecifierMap]:
    """https://html.spec.whatwg.org/multipage/webappapis.html#sorting-and-normalizing-scopes. Raises JSTypeError."""
    # 1–2. For each scope prefix and its potential specifier map:
    normalized: dict[str, SpecifierMap] = {}
    for prefix, imports in original.items():
        # 2.1. The specifier map is an object.
        if not isinstance(imports, dict):
            raise JSTypeError(f'the scope "{prefix[:200]}" of an import map has to be a JSON object')
        # 2.2–2.3. The scope prefix URL; a warning for one that cannot be parsed.
        url = parse_url(prefix, base_url)
        if url is FAILURE:
            warn(f'The scope "{prefix}" of the import map is no address.')
            continue
        # 2.4–2.5. The specifier map, sorted and normalized, under the serialized prefix.
        normalized[url.serialized] = _sort_and_normalize_a_module_specifier_map(imports, base_url, warn)
    # 3. The scopes, in descending order.
    return _sorted(normalized)


def _normalize_a_module_integrity_map(original: Mapping[str, object], base_url: URL, warn: Warn) -> dict[str, str]:
    """https://html.spec.whatwg.org/multipage/webappapis.html#normalizing-a-module-integrity-map"""
    normalized: dict[str, str] = {}
    for key, value in original.items():
        url = resolve_a_url_like_module_specifier(key, base_url)
        if url is None or not isinstance(value, str):
            warn(f'The integrity of "{key}" in the import map is of no address, or no text.')
            continue
        normalized[url.serialized] = value
    return normalized


def _normalize_a_specifier_key(key: str, base_url: URL, warn: Warn) -> str | None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#normalizing-a-specifier-key"""
    # 1. An empty key is warned of and has none.
    if key == "":
        warn("The import map has an empty name.")
        return None
    # 2–3. The URL-like module specifier, or the key itself.
    url = resolve_a_url_like_module_specifier(key, base_url)
    return key if url is None else url.serialized


def resolve_a_url_like_module_specifier(specifier: str, base_url: URL) -> URL | None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-url-like-module-specifier"""
    # 1–3. A relative specifier is parsed with the base URL, any other must be a whole URL.
    relative = specifier.startswith(("/", "./", "../"))
    url = parse_url(specifier, base_url) if relative else parse_url(specifier)
    return None if url is FAILURE else url


def _sorted(entries: Mapping[str, T]) -> dict[str, T]:
    """In descending order of code units."""
    return {key: entries[key] for key in sorted(entries, key=_code_units, reverse=True)}


def _code_units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


class DocumentImportMap:
    """https://html.spec.whatwg.org/multipage/webappapis.html#concept-global-import-map of a window, with its resolved module set."""

    def __init__(self) -> None:
        self._map = ImportMap()
        self._resolved: set[SpecifierResolution] = set()

    def integrity_of(self, url: URL) -> str:
        """https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-module-integrity-metadata"""
        return self._map.integrity.get(url.serialized, "")

    def resolve(self, specifier: str, base_url: URL) -> URL:
        """https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier, from its step 6 on. Raises JSTypeError."""
        # 6–8. The normalized specifier: the URL that the specifier is, or the specifier itself.
        base = base_url.serialized
        as_url = resolve_a_url_like_module_specifier(specifier, base_url)
        normalized = specifier if as_url is None else as_url.serialized
        # 9–10. The imports match of the most specific scope,
        result = None
        for prefix, imports in self._map.scopes.items():
            if prefix == base or (prefix.endswith("/") and base.startswith(prefix)):
                result = _resolve_an_imports_match(normalized, as_url, imports)
                if result is not None:
                    break
        # 11. or that of the top-level specifier map,
        if result is None:
            result = _resolve_an_imports_match(normalized, as_url, self._map.imports)
        # 12. or the URL itself.
        if result is None:
            result = as_url
        # 13. Add the module to the resolved module set, which later import maps do not change.
        if result is not None:
            self._resolved.add(SpecifierResolution(base, normalized, as_url is None or as_url.is_special))
            return result
        # 14. Otherwise it cannot be resolved.
        raise JSTypeError(
            f'the module specifier "{specifier}" is no URL, does not begin with "/", "./" or "../", and no import map has it'
        )

    def merge(self, new: ImportMap, warn: Warn) -> None:
        """https://html.spec.whatwg.org/multipage/webappapis.html#merge-existing-and-new-import-maps"""
        old = self._map
        # 1–4. The new scopes, without what would change the resolution of a module in the resolved module set,
        for prefix, imports in new.scopes.items():
            concerned = [
                record
                for record in self._resolved
                if prefix == record.base_url or (prefix.endswith("/") and record.base_url.startswith(prefix))
            ]
            kept = _not_resolved_yet(imports, concerned, warn)
            # 5. are merged into the old scopes.
            old.scopes[prefix] = _merge_module_specifier_maps(kept, old.scopes.get(prefix, {}), warn)
        old.scopes = _sorted(old.scopes)
        # 6. So is the integrity map.
        for url, integrity in new.integrity.items():
            if old.integrity.setdefault(url, integrity) != integrity:
                warn(f"An earlier import map has another integrity for {url}.")
        # 7–8. And what is said for all. SPEC-BUG: the text drops what begins with a specifier that has been resolved, and not what is its
        # beginning; browsers and web-platform-tests do as with scopes.
        old.imports = _merge_module_specifier_maps(_not_resolved_yet(new.imports, self._resolved, warn), old.imports, warn)


def _not_resolved_yet(imports: SpecifierMap, records: Iterable[SpecifierResolution], warn: Warn) -> SpecifierMap:
    """The entries that concern none of these. OPTIMIZATION: without looking at each for each."""
    records = list(records)
    names = {record.specifier for record in records}
    prefixed = sorted(record.specifier for record in records if record.may_have_prefix)
    kept: SpecifierMap = {}
    for specifier, target in imports.items():
        place = bisect_left(prefixed, specifier)
        is_prefix = specifier.endswith("/") and place < len(prefixed) and prefixed[place].startswith(specifier)
        if specifier in names or is_prefix:
            warn(f'"{specifier}" of the import map comes too late: it has been resolved.')
        else:
            kept[specifier] = target
    return kept


def _merge_module_specifier_maps(new: SpecifierMap, old: SpecifierMap, warn: Warn) -> SpecifierMap:
    """https://html.spec.whatwg.org/multipage/webappapis.html#merge-module-specifier-maps"""
    # 1–2. A specifier key of the old map keeps its address.
    merged = dict(old)
    for specifier, url in new.items():
        if specifier in merged:
            warn(f'"{specifier}" of the import map is in an earlier one already.')
        else:
            merged[specifier] = url
    # 3. NB: in the order that looking up wants.
    return _sorted(merged)


def _resolve_an_imports_match(normalized: str, as_url: URL | None, imports: SpecifierMap) -> URL | None:
    """https://html.spec.whatwg.org/multipage/webappapis.html#resolving-an-imports-match. Raises JSTypeError."""
    # 1.1. The specifier key is the normalized specifier. OPTIMIZATION: without looking at each; NB: no key that is
    # longer could be a prefix of it.
    if normalized in imports:
        return _not_blocked(imports[normalized], normalized)
    if as_url is not None and not as_url.is_special:
        return None
    # 1.2. A specifier key that ends in a slash and is a prefix of it, the longest first.
    place = normalized.rfind("/")
    while place >= 0:
        key = normalized[: place + 1]
        if key in imports:
            target = _not_blocked(imports[key], normalized)
            url = parse_url(normalized[len(key) :], target)
            if url is FAILURE:
                raise JSTypeError(f'"{normalized}" would be no address: the import map leads "{key}" to {target.serialized}')
            if not url.serialized.startswith(target.serialized):
                raise JSTypeError(f'"{normalized}" would lead out of {target.serialized}, where the import map leads "{key}"')
            return url
        place = normalized.rfind("/", 0, place)
    # 2. There is no match.
    return None


def _not_blocked(target: URL | None, specifier: str) -> URL:
    if target is None:
        raise JSTypeError(f'the import map leads "{specifier}" nowhere')
    return target
