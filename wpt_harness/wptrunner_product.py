"""This engine as a product of the official wptrunner, so that anybody can check our figures with the official tool.

Trees since March 2026 find it by the entry point `wptrunner.products` (`./wpt run afterpage …`); for older ones there is
in_the_checkout/launch_wptrunner.py. Only to be imported where the checkout's wptrunner can be. The tests run in the same engine process
as in our own runner.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import wptrunner  # type: ignore[import-not-found]
from wptrunner.browsers.base import NullBrowser, get_timeout_multiplier  # type: ignore[import-not-found]
from wptrunner.executors import executor_kwargs as base_executor_kwargs  # type: ignore[import-not-found]
from wptrunner.executors.base import TestharnessExecutor  # type: ignore[import-not-found]

from wpt_harness.checkout import wants_plain_quota_errors
from wpt_harness.jobs import Job, Settings
from wpt_harness.page_scripts import testdriver_vendor, testharnessreport
from wpt_harness.report import PRODUCT, run_info
from wpt_harness.results import HARNESS_CODES, SUBTEST_CODES
from wpt_harness.server import ADDRESS, HOST, host_map, hosts_with_any_certificate
from wpt_harness.workers import EngineProcess

__wptrunner__ = {
    "product": PRODUCT,
    "check_args": "check_args",
    "browser": "AfterpageBrowser",
    "executor": {"testharness": "AfterpageExecutor"},
    "browser_kwargs": "browser_kwargs",
    "executor_kwargs": "executor_kwargs",
    "env_extras": "env_extras",
    "env_options": "env_options",
    "run_info_extras": "run_info_extras",
    "timeout_multiplier": "get_timeout_multiplier",
    "update_properties": "update_properties",
}

_HARNESS_NUMBERS = {status: number for number, status in HARNESS_CODES.items()}
_SUBTEST_NUMBERS = {status: number for number, status in SUBTEST_CODES.items()}


def check_args(**arguments: Any) -> None:
    pass


def browser_kwargs(logger: Any, test_type: str, run_info_data: Any, config: Any, **arguments: Any) -> dict[str, Any]:
    return {}


def executor_kwargs(
    logger: Any, test_type: str, test_environment: Any, run_info_data: Any, **arguments: Any
) -> dict[str, Any]:
    return dict(base_executor_kwargs(test_type, test_environment, run_info_data, **arguments))


def env_extras(**arguments: Any) -> list[Any]:
    return []


def env_options() -> dict[str, Any]:
    return {"host": HOST, "server_host": ADDRESS, "bind_address": True, "supports_debugger": False}


def run_info_extras(logger: Any, **arguments: Any) -> dict[str, object]:
    return {"browser_version": run_info(None)["browser_version"]}


def update_properties() -> tuple[list[str], dict[str, Any]]:
    return ["os"], {}


class AfterpageBrowser(NullBrowser):  # type: ignore[misc]
    """Nothing to start: the engine belongs to the executor."""

    def __init__(self, logger: Any, **arguments: Any) -> None:
        super().__init__(logger)


class AfterpageExecutor(TestharnessExecutor):  # type: ignore[misc]
    """Runs one test after another in an engine process of its own."""

    supports_testdriver = True

    def __init__(
        self,
        logger: Any,
        browser: Any,
        server_config: Any,
        timeout_multiplier: float = 1,
        debug_info: Any = None,
        **rest: Any,
    ) -> None:
        super().__init__(logger, browser, server_config, timeout_multiplier=timeout_multiplier, debug_info=debug_info)
        scripts = {
            "/resources/testharnessreport.js": testharnessreport(timeout_multiplier),
            "/resources/testdriver-vendor.js": testdriver_vendor(),
        }
        checkout = Path(wptrunner.__file__).parents[3]
        settings = Settings(
            host_map(), hosts_with_any_certificate(), scripts, plain_quota_errors=wants_plain_quota_errors(checkout)
        )
        self._folder = TemporaryDirectory(prefix="afterpage-wptrunner-", ignore_cleanup_errors=True)
        self._engine = EngineProcess(settings.to_record(), folder=Path(self._folder.name))
        self.runner: Any = None

    def setup(self, runner: Any, protocol: Any = None) -> None:
        self.runner = runner
        self._engine.start()

    def teardown(self) -> None:
        self._engine.close()
        self._folder.cleanup()

    def is_alive(self) -> bool:
        return True

    def do_test(self, test: Any) -> Any:
        result = self._engine.run(Job(test.url, self.test_url(test), test.timeout * self.timeout_multiplier))
        if result.status == "CRASH":
            return test.make_result("CRASH", result.message), []
        if result.status == "TIMEOUT" and not result.subtests:
            return test.make_result("EXTERNAL-TIMEOUT", result.message), []
        subtests = [[one.name, _SUBTEST_NUMBERS[one.status], one.message, one.stack] for one in result.subtests]
        return self.convert_result(
            test, [test.url, _HARNESS_NUMBERS[result.status], result.message, result.stack, subtests]
        )


def get_product() -> Any:
    """The entry point `wptrunner.products`."""
    from wptrunner.products import Product  # type: ignore[import-not-found]

    return Product(
        name=PRODUCT,
        browser_classes={None: AfterpageBrowser},
        check_args=check_args,
        get_browser_kwargs=browser_kwargs,
        get_executor_kwargs=executor_kwargs,
        env_options=env_options(),
        get_env_extras=env_extras,
        get_timeout_multiplier=get_timeout_multiplier,
        executor_classes={"testharness": AfterpageExecutor},
        run_info_extras=run_info_extras,
        update_properties=update_properties(),
    )
