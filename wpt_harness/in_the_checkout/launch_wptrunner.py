"""The official wptrunner with this engine as its product:

    WPT_ROOT=DIR python launch_wptrunner.py [options of wptrunner] PATH…

For trees before March 2026, which know no products from elsewhere. Needs what the checkout's tools/wptrunner/requirements.txt names, our
own dependencies, and Python 3.12 or earlier. The registration stands at the top level because wptrunner's own child processes import this
file again.
"""

import os
import socketserver
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = os.environ["WPT_ROOT"]
sys.path[:0] = [os.path.join(ROOT, "tools"), ROOT]
import localpaths  # type: ignore[import-not-found]  # noqa: E402, F401, puts the checkout's packages on the path

OURS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, OURS)
# NB: as in our own runner; the server's processes, which import this file, do it too.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

import wptrunner.browsers  # type: ignore[import-not-found]  # noqa: E402

from engine.storage.cache_folder import user_cache_folder  # noqa: E402
from wpt_harness import wptrunner_product  # noqa: E402
from wpt_harness.report import PRODUCT  # noqa: E402

if PRODUCT not in wptrunner.browsers.product_list:
    wptrunner.browsers.product_list.append(PRODUCT)
sys.modules[f"wptrunner.browsers.{PRODUCT}"] = wptrunner_product


def main() -> None:
    from wptrunner import wptcommandline
    from wptrunner import wptrunner as runner

    with tempfile.TemporaryDirectory(prefix="afterpage-wptrunner-") as folder:
        kept = user_cache_folder() / "wptrunner"  # the manifest of the whole tree takes more than a minute to make
        kept.mkdir(parents=True, exist_ok=True)
        arguments = ["--product", PRODUCT, "--tests", ROOT, "--metadata", folder]
        arguments += ["--manifest", str(kept / "MANIFEST.json"), "--test-types", "testharness"]
        arguments += ["--no-pause-after-test", "--no-restart-on-unexpected", *sys.argv[1:]]
        options = vars(wptcommandline.create_parser(wptrunner.browsers.product_list).parse_args(arguments))
        wptcommandline.check_args(options)
        runner.setup_logging(options, {"mach": sys.stdout})
        failed = runner.start(**options)
    sys.exit(failed)


if __name__ == "__main__":
    main()
