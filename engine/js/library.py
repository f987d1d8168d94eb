"""The engine's C interface: the one place that knows where the engine comes from.

The `quickjs-ng` wheel carries the whole engine in its extension module, and on Linux and on macOS for Apple silicon that
module exports the engine's symbols. It is used purely as a shared library: own runtimes, own contexts, nothing of the
wheel's Python types. `load_engine` checks the version, so that the structures in `declarations` are the ones in use.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from typing import Any

from engine.infra import EngineUnavailable
from engine.js.compiled_declarations import ffi as ffi

ENGINE_VERSION = "0.17.0"

# JS_TAG_*: the kinds of a JSValue.
TAG_BIG_INT, TAG_SYMBOL, TAG_STRING, TAG_STRING_ROPE = -9, -8, -7, -6
TAG_MODULE, TAG_OBJECT = -3, -1
TAG_INT, TAG_BOOL, TAG_NULL, TAG_UNDEFINED = 0, 1, 2, 3
TAG_EXCEPTION, TAG_SHORT_BIG_INT, TAG_FLOAT64 = 6, 7, 8

# JS_EVAL_*, JS_WRITE_*, JS_READ_*, JS_PROP_*: flags.
EVAL_GLOBAL, EVAL_MODULE, EVAL_COMPILE_ONLY, EVAL_ASYNC = 0, 1, 1 << 5, 1 << 7
WRITE_BYTECODE, WRITE_STRIP_SOURCE = 1, 1 << 4
READ_BYTECODE = 1
PROPERTY_CONFIGURABLE_WRITABLE, PROPERTY_ALL = 0b011, 0b111


def load_engine() -> Any:
    """The engine as a cffi library.

    Raises EngineUnavailable, in one sentence, where the wheel does not export the engine or carries another version.
    """
    spec = importlib.util.find_spec("_quickjs")
    if spec is None or spec.origin is None:
        raise EngineUnavailable("Afterpage needs the quickjs-ng package, which is not installed: pip install quickjs-ng")
    library = ffi.dlopen(spec.origin)
    try:
        version = ffi.string(library.JS_GetVersion()).decode()
    except AttributeError:
        raise EngineUnavailable(
            "Afterpage cannot run here: on this platform the quickjs-ng wheel does not export the JavaScript engine "
            "(Linux and macOS on Apple silicon do; Windows and Intel Macs do not)"
        ) from None
    if version != ENGINE_VERSION:
        raise EngineUnavailable(
            f"Afterpage needs the JavaScript engine quickjs-ng {ENGINE_VERSION}, but {version} is installed: "
            f"pip install 'quickjs-ng=={ENGINE_VERSION}.*'"
        )
    return library


def engine_build() -> str:
    """A name of the exact engine build: bytecode of one build must never be loaded by another."""
    spec = importlib.util.find_spec("_quickjs")
    assert spec is not None and spec.origin is not None
    wheel = importlib.metadata.version("quickjs-ng")
    return hashlib.sha256(f"{ENGINE_VERSION} {wheel} {spec.origin.rpartition('/')[2]}".encode()).hexdigest()[:16]


lib = load_engine()
