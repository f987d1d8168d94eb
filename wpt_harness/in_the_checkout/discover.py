"""Which tests are in these folders and files: python discover.py ROOT FOLDER URL PATH… → a JSON list of tests, by the SourceFile of
the checkout at ROOT. The paths are those of FOLDER, which is served under URL.

Runs in a process of its own, because the checkout brings old copies of packages that we use too. Imports nothing of ours.
"""

import json
import os
import sys
from collections.abc import Iterator

sys.dont_write_bytecode = sys.pycache_prefix is None  # never into the checkout


def files_below(root: str, path: str) -> Iterator[str]:
    whole = os.path.join(root, path)
    if os.path.isfile(whole):
        yield path
        return
    for folder, folders, names in os.walk(whole):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def main() -> None:
    root, tests_root, url_base, *paths = sys.argv[1:]
    sys.path.insert(0, os.path.join(root, "tools"))
    import localpaths  # type: ignore[import-not-found]  # noqa: F401, puts the checkout's packages on the path
    from manifest.sourcefile import SourceFile  # type: ignore[import-not-found]

    tests = []
    broken = []
    seen = set()
    for path in paths:
        for file in files_below(tests_root, path):
            if file in seen or not file.endswith((".js", ".html", ".htm", ".xhtml", ".xht", ".xml", ".svg")):
                continue
            seen.add(file)
            try:
                kind, items = SourceFile(tests_root, file, url_base).manifest_items()
            except Exception as error:  # whatever a foreign program may raise: the file is named, the others are found
                broken.append([file, f"{type(error).__name__}: {error}"])
                continue
            if kind != "testharness":
                continue
            for item in items:
                if not item.jsshell:
                    scheme = "h2" if item.h2 else "https" if item.https else "http"
                    tests.append([item.url, file, scheme, item.subdomain, item.timeout == "long"])
    json.dump({"tests": tests, "broken": broken}, sys.stdout)


if __name__ == "__main__":
    main()
