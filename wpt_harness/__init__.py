"""Runs the web-platform-tests, unmodified, in this engine.

`python -m wpt_harness --help`, or the command `afterpage-wpt`. Test pages are loaded as the checkout's own server serves them, with the
real testharness.js; nothing of the tests is rewritten, and no test is known by name but in expectations/*.toml, where each deviation has
its reason.

                      ┌ server.py ──────── in_the_checkout/serve.py      (the checkout's own server, a child process)
    cli → run_tests ──┼ manifest.py ────── in_the_checkout/discover.py   (the checkout's own SourceFile, a child process)
                      └ workers.py ─────── engine_process.py → executor → Browser   (one child process for each job)
    results → expectations (deviations only) → tables, report (wptreport.json), compare
"""
