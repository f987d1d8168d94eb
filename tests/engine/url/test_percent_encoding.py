from engine.url.percent_encoding import (
    C0_CONTROL,
    COMPONENT,
    FORM_URLENCODED,
    PATH,
    USERINFO,
    percent_decode,
    percent_decode_string,
    utf8_percent_encode,
)


def test_each_set_encodes_what_it_names() -> None:
    assert utf8_percent_encode("a b\x7f~é", C0_CONTROL) == "a b%7F~%C3%A9"
    assert utf8_percent_encode("a b?/^", PATH) == "a%20b%3F/%5E"
    assert utf8_percent_encode("a:b@c%", USERINFO) == "a%3Ab%40c%"
    assert utf8_percent_encode("-_.!~*'()&%", COMPONENT) == "-_.!~*'()%26%25"
    assert utf8_percent_encode("-_.!~*'()", FORM_URLENCODED) == "-_.%21%7E*%27%28%29"


def test_decoding_leaves_what_is_no_code_alone() -> None:
    assert percent_decode(b"%41%4g%%42%") == b"A%4g%B%"
    assert percent_decode_string("é%ff") == b"\xc3\xa9\xff"
