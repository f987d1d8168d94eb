"""Run the checkout's own server: python serve.py ROOT CONFIG.json < LIFELINE

Runs in a process of its own, imports nothing of ours, and lives as long as its standard input stays open: then this process and all
server processes it forked end at once, however their parent ended. Nothing is ever written to the lifeline.
"""

import multiprocessing
import os
import socketserver
import sys
import threading

sys.dont_write_bytecode = sys.pycache_prefix is None  # never into the checkout
LIFELINE = os.dup(0)  # multiprocessing closes 0 in its children


def end_with_the_lifeline() -> None:
    def wait() -> None:
        os.read(LIFELINE, 1)
        os._exit(0)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def main() -> None:
    root, config = sys.argv[1:]
    if sys.version_info >= (3, 13):
        # `cgi` has gone from Python, and the checkout's wptserve needs it: the one on PyPI brings its own. Its pywebsocket3, though, is the
        # one that breaks.
        try:
            import wptserve  # noqa: F401
        except ImportError:
            sys.exit("with Python 3.13 or later the server needs the package wptserve: pip install 'wptserve>=4.0.3'")
        sys.path.insert(0, os.path.join(root, "tools", "third_party", "pywebsocket3"))
    sys.path.insert(0, os.path.join(root, "tools"))
    import localpaths  # type: ignore[import-not-found]  # noqa: F401, puts the checkout's packages on the path

    # NB: without it nearly every small response waits 40 ms for the client's acknowledgement.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    from serve import serve  # type: ignore[import-not-found]

    os.register_at_fork(after_in_child=end_with_the_lifeline)
    end_with_the_lifeline()
    serve.run(
        config_path=config,
        h2=True,
        webtransport_h3=False,
        inject_script=None,
        mp_context=multiprocessing.get_context("fork"),
    )


if __name__ == "__main__":
    main()
