"""The compiled form of large classic scripts of pages and workers, kept in the user's cache folder.

It is made here and from the text of a script alone, so it serves every page that has this text, under whatever address. No page can
write where it is kept, and a file that is not whole is not used (see CacheFolder): the engine believes whatever bytecode it reads.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from engine.js.errors import JSError
from engine.js.library import engine_build
from engine.storage.cache_folder import CacheFolder, user_cache_folder

if TYPE_CHECKING:
    from engine.js.realm import Realm

SMALLEST: Final = 16 << 10
"""Characters from which on a script is worth it: to parse 16 KB takes about half a millisecond, and so does a look into the cache."""
_FORMAT: Final = 1  # of what this file makes; one more whenever that changes
_NO_CHECKSUM: Final = b"\xff\xff\xff\xff"  # behind the first byte: the engine's own, which the new name makes wrong
_MEMORY_ENTRIES: Final = 16
_LARGEST_IN_MEMORY: Final = 1 << 20  # bytes
_memory: dict[tuple[str, int], tuple[str, bytes]] = {}  # (source, line) → (name, bytecode)
_disk = CacheFolder(user_cache_folder() / "scripts" / engine_build(), limit=64 << 20)


def compiled_form(realm: Realm, source: str, url: str, line: int) -> bytes | None:
    """The bytecode of a script at `url` whose first line has the number `line`: from the cache, else made now.

    None when it has to be parsed as it is: it is too small, its address is none that can be put in, or it cannot be parsed, and
    whoever does it under its own name gets the right error.
    """
    if len(source) < SMALLEST or not url.isascii():
        return None
    try:
        found = _memory.get((source, line)) or _found_or_made(realm, source, line)
    except JSError:
        return None
    return None if found is None else _renamed(*found, url)


def _found_or_made(realm: Realm, source: str, line: int) -> tuple[str, bytes] | None:
    text = source.encode("utf-8", "surrogatepass")
    key = hashlib.sha256(f"{_FORMAT} {line} ".encode() + text).hexdigest()
    name = f"script {key}"  # NB: no script can contain a name that is made from all of it
    bytecode = _disk.get(key)
    if bytecode is None:
        bytecode = realm.compile(source, name, module=False, line=line, keep_source=True)
        if bytecode.count(_counted(name)) != 1:
            return None
        _disk.put(key, bytecode)
    if len(bytecode) <= _LARGEST_IN_MEMORY:
        if len(_memory) >= _MEMORY_ENTRIES:
            _memory.clear()
        _memory[source, line] = name, bytecode
    return name, bytecode


def _renamed(name: str, bytecode: bytes, url: str) -> bytes:
    """The same under another name: stack traces and `import()` see it. It stands once, in the table of the strings."""
    before, found, after = bytecode.partition(_counted(name))
    assert found
    return b"".join((before[:1], _NO_CHECKSUM, before[5:], _counted(url), after))


def _counted(text: str) -> bytes:
    """A string of Latin-1 characters as bytecode has it: twice its length, seven bits a byte, and the characters."""
    rest = len(text) << 1
    count = bytearray()
    while rest >= 0x80:
        count.append(rest & 0x7F | 0x80)
        rest >>= 7
    count.append(rest)
    return bytes(count) + text.encode("latin-1")
