from __future__ import annotations

import pytest

from engine.encoding import get_an_encoding


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("\t latin1\r\n", "windows-1252"),
        ("ascii", "windows-1252"),
        ("utf-16", "utf-16le"),
        ("unicodefffe", "utf-16be"),
        ("gb2312", "gbk"),
        ("ks_c_5601-1987", "euc-kr"),
        ("logical", "iso-8859-8-i"),
        ("iso-2022-kr", "replacement"),
    ],
)
def test_a_label_names_its_encoding(label: str, name: str) -> None:
    assert get_an_encoding(label) == name


@pytest.mark.parametrize("label", ["", "utf-7", "utf-32", "\u212aoi8-r", "\u00a0utf-8", "\vutf-8", "utf-8\0"])
def test_anything_else_names_none(label: str) -> None:
    assert get_an_encoding(label) is None
