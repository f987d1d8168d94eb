"""https://encoding.spec.whatwg.org/#indexes: where they differ from the tables of Python's codecs."""

from __future__ import annotations

from typing import Final

BIG5_DIFFERENT: Final = {
    b"\xa1\x45": "\u2027",
    b"\xa1\x4e": "\ufe51",
    b"\xa1\xc2": "\u00af",
    b"\xa1\xe3": "\uff5e",
    b"\xa1\xf2": "\u2295",
    b"\xa1\xf3": "\u2299",
    b"\xa2\x41": "\u2215",
    b"\xa2\x42": "\ufe68",
    b"\xa2\x44": "\uffe5",
    b"\xa2\x46": "\uffe0",
    b"\xa2\x47": "\uffe1",
}
"""Python's big5hkscs follows the older tables of the Big5 consortium here."""

GB18030_DIFFERENT: Final = {
    b"\xa3\xa0": "\u3000",
    b"\xa6\xd9": "\ufe10",
    b"\xa6\xda": "\ufe12",
    b"\xa6\xdb": "\ufe11",
    b"\xa6\xdc": "\ufe13",
    b"\xa6\xdd": "\ufe14",
    b"\xa6\xde": "\ufe15",
    b"\xa6\xdf": "\ufe16",
    b"\xa6\xec": "\ufe17",
    b"\xa6\xed": "\ufe18",
    b"\xa6\xf3": "\ufe19",
    b"\xa8\xbc": "\u1e3f",
    b"\xfe\x59": "\u9fb4",
    b"\xfe\x61": "\u9fb5",
    b"\xfe\x66": "\u9fb6",
    b"\xfe\x67": "\u9fb7",
    b"\xfe\x6d": "\u9fb8",
    b"\xfe\x7e": "\u9fb9",
    b"\xfe\x90": "\u9fba",
    b"\xfe\xa0": "\u9fbb",
    b"\x81\x35\xf4\x37": "\ue7c7",
}
"""Python's gb18030 is that of 2000; the index is that of 2022, with an ideographic space for 0xA3 0xA0."""

EUC_JP_DIFFERENT: Final = {
    b"\xa1\xc1": "\uff5e",
    b"\xa1\xc2": "\u2225",
    b"\xa1\xdd": "\uff0d",
    b"\xa1\xf1": "\uffe0",
    b"\xa1\xf2": "\uffe1",
    b"\xa2\xcc": "\uffe2",
}
"""Microsoft's choices for JIS X 0208, not those of the JIS tables."""

JIS0212_TILDE: Final = {b"\x8f\xa2\xb7": "\uff5e"}
"""The one difference in JIS X 0212; Python's codec has the ASCII tilde."""

_BIG5_RUNS: Final = {
    0x877A: (
        "㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘"
        "穲𧭥讏䚮𦺈䆁𥶙箮𢒼鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋"
        ""
    ),
    0x8E69: "箸",
    0x8E6F: "簆",
    0x8E7E: "糎",
    0x8EAB: "緒",
    0x8EB4: "縝",
    0x8ECD: "者",
    0x8ED0: "耨",
    0x8F57: "菁",
    0x8F69: "蒨",
    0x8F6E: "萏",
    0x8FCB: "覦覩",
    0x8FFE: "起",
    0x906D: "都",
    0x907A: "銹",
    0x90DC: "靜",
    0x90F1: "響",
    0x91BF: "鼖",
    0x9244: "蔃",
    0x92AF: "兙兛兝兞",
    0x92C8: "鍮",
    0x92D1: "瑹",
    0x9447: "浧",
    0x94CA: "禛",
    0x95D9: "邗",
    0x9644: "靝",
    0x96ED: "瀞",
    0x96FC: "嬨",
    0x9B76: "爁",
    0x9B78: "矗",
    0x9B7B: "纇",
    0x9BC6: "駖",
    0x9BDE: "釔",
    0x9BEC: "惞",
    0x9BF6: "澶",
    0x9C42: "輶",
    0x9C53: "侻",
    0x9C62: "營",
    0x9C68: "鄄",
    0x9C6B: "鷰",
    0x9C77: "菏",
    0x9CBC: "尐秣",
    0x9CD0: "婧",
    0x9D57: "輋",
    0x9D5A: "筑",
    0x9DC4: "拐",
    0x9EA9: "恢",
    0x9EEF: "痹",
    0x9EFD: "汊",
    0x9F60: "鬮",
    0x9F66: "鼗",
    0x9FCB: "僭",
    0x9FD8: "弌",
    0xA063: "蠏",
    0xA077: "拎",
    0xA0D5: "瑨",
    0xA0DF: "煢",
    0xA0E4: "牐",
    0xA3C0: "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡€",
    0xC6CF: "廴",
    0xC6D3: "无",
    0xC6D5: "癶",
    0xC6D7: "隶",
    0xC6DE: "〃仝",
    0xFA5F: "倩",
    0xFA66: "偽",
    0xFABD: "包",
    0xFAC5: "卄",
    0xFAD5: "卿",
    0xFB48: "嘅",
    0xFBB8: "婷",
    0xFBF3: "幵",
    0xFBF9: "廐",
    0xFC4F: "彘",
    0xFC6C: "悤",
    0xFCB9: "撐",
    0xFCE2: "晴",
    0xFCF1: "杞",
    0xFDB7: "沜渝",
    0xFDBB: "港",
    0xFDF1: "煮",
    0xFE52: "猪",
    0xFE6F: "瑜",
    0xFEAA: "瓩",
    0xFEDD: "砉",
}
"""First bytes of a run → the characters from there on: what HKSCS 2008 and the other extensions in the index add to
Python's big5hkscs.
"""


def _successors(sequence: int) -> tuple[bytes, int]:
    """A Big5 sequence, and the one that follows it."""
    leading, trailing = divmod(sequence, 0x100)
    return bytes((leading, trailing)), sequence + 1 if trailing != 0x7E else leading * 0x100 + 0xA1


def _spread(runs: dict[int, str]) -> dict[bytes, str]:
    spread = {}
    for sequence, characters in runs.items():
        for character in characters:
            key, sequence = _successors(sequence)
            spread[key] = character
    return spread


BIG5_ADDITIONS: Final = _spread(_BIG5_RUNS)
