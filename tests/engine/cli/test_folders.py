"""What may stand on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.exit_codes import CommandFailed, ExitCode
from engine.cli.folders import check_page, is_address, port_of, site_folder


def test_addresses_are_told_from_folders() -> None:
    assert is_address("http://127.0.0.1:8000/") and is_address("https://example.test")
    assert not is_address("examples/podcast")


@pytest.mark.parametrize("site", ["ftp://example.test/", "file:///etc/passwd", "http:///path", "http://[", "http://a:99999/", "https://", "http://?x"])
def test_other_addresses_are_refused(site: str) -> None:
    with pytest.raises(CommandFailed) as caught:
        is_address(site)
    assert caught.value.code is ExitCode.USAGE and site in caught.value.message


def test_a_missing_folder_and_a_file_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("")
    with pytest.raises(CommandFailed, match="no such folder"):
        site_folder(str(tmp_path / "nowhere"))
    with pytest.raises(CommandFailed, match="is a file"):
        site_folder(str(file))
    assert site_folder(str(tmp_path)) == tmp_path.resolve()


@pytest.mark.parametrize("name", ["n" * 5000, "~nobody-of-this-name/x"])
def test_names_that_no_folder_can_have_are_refused(name: str) -> None:
    with pytest.raises(CommandFailed) as caught:
        site_folder(name)
    assert caught.value.code is ExitCode.USAGE


def test_this_folder_has_a_short_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert site_folder(".") == tmp_path.resolve()


def test_a_missing_page_is_told_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "start.html").write_text("")
    with pytest.raises(CommandFailed, match=r"has no page index\.html; it has start\.html"):
        check_page(tmp_path, "/")
    with pytest.raises(CommandFailed, match="has no page"):
        check_page(tmp_path, "p" * 5000)
    assert check_page(tmp_path, "start.html?x=1") == "/start.html?x=1"


def test_a_folder_has_the_same_port_every_time_and_another_folder_another(tmp_path: Path) -> None:
    ports = {port_of(tmp_path / str(number)) for number in range(20)}
    assert port_of(tmp_path / "3") in ports
    assert len(ports) > 15 and all(20000 <= port < 40000 for port in ports)
