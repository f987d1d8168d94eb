import pytest

from engine.url import URL, is_origin_potentially_trustworthy, is_url_potentially_trustworthy, origin_of, parse_url


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test/",
        "wss://a.test/",
        "http://127.0.0.1:8000/",
        "http://127.99.1.2/",
        "http://[::1]/",
        "http://localhost:3000/",
        "http://a.localhost./",
        "about:blank",
        "about:srcdoc",
        "data:,x",
        "blob:https://a.test/x",
    ],
)
def test_trustworthy(text: str) -> None:
    url = parse_url(text)
    assert isinstance(url, URL)
    assert is_url_potentially_trustworthy(url)


@pytest.mark.parametrize(
    "text",
    [
        "http://a.test/",
        "http://128.0.0.1/",
        "http://[::2]/",
        "http://localhost.test/",
        "http://notlocalhost/",
        "about:config",
        "blob:http://a.test/x",
    ],
)
def test_not_trustworthy(text: str) -> None:
    url = parse_url(text)
    assert isinstance(url, URL)
    assert not is_url_potentially_trustworthy(url)


def test_the_user_can_declare_an_origin_trustworthy() -> None:
    url = parse_url("http://a.test:81/x")
    assert isinstance(url, URL)
    assert is_origin_potentially_trustworthy(origin_of(url), {"http://a.test:81"})
    assert not is_origin_potentially_trustworthy(origin_of(url), {"http://a.test"})
