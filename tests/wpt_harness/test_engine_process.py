"""The browsers that tests run in."""

from __future__ import annotations

from wpt_harness.engine_process import browsers_of
from wpt_harness.jobs import Settings


async def test_each_test_gets_a_browser_of_its_own_that_does_not_wait_for_servers_that_are_not_there() -> None:
    new_browser = browsers_of(Settings({"*": None}, ()))
    folders = set()
    for _ in range(2):
        async with new_browser(print) as browser:
            assert browser.user_agent.background_fetches.downloads.retry_policy.patience_with_unreachable == 0
            profile = browser.user_agent.storage.profile
            assert profile.is_temporary
            folders.add(profile.folder)
    assert len(folders) == 2 and not any(folder.exists() for folder in folders)
