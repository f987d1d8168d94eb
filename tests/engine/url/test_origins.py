from dataclasses import dataclass, replace

from engine.url import (
    URL,
    OpaqueOrigin,
    Origin,
    TupleOrigin,
    obtain_a_site,
    origin_from_record,
    origin_of,
    origin_to_record,
    parse_url,
    public_suffix,
    registrable_domain,
    same_origin,
    same_origin_domain,
    same_site,
    schemelessly_same_site,
)


def origin(text: str) -> Origin:
    url = parse_url(text)
    assert isinstance(url, URL)
    return origin_of(url)


def test_the_default_port_is_no_part_of_an_origin() -> None:
    assert same_origin(origin("https://a.test:443/x"), origin("https://a.test/y"))
    assert not same_origin(origin("https://a.test/"), origin("https://a.test:444/"))
    assert not same_origin(origin("https://a.test/"), origin("http://a.test/"))
    assert origin("http://a.test:81/").serialized == "http://a.test:81"


def test_opaque_origins_are_like_nothing_but_themselves() -> None:
    opaque = origin("data:,x")
    assert isinstance(opaque, OpaqueOrigin)
    assert opaque.serialized == "null"
    assert same_origin(opaque, opaque)
    assert not same_origin(opaque, origin("data:,x"))
    assert not same_site(opaque, OpaqueOrigin())
    assert origin("file:///x").is_opaque


def test_origins_survive_being_recorded() -> None:
    for before in (OpaqueOrigin(), TupleOrigin("http", "[::1]", 81), TupleOrigin("https", "a.test", None)):
        assert same_origin(origin_from_record(origin_to_record(before)), before)


def test_blob_urls_have_the_origin_of_their_entry_or_of_the_url_inside() -> None:
    @dataclass
    class Entry:
        origin: Origin

    assert same_origin(origin("blob:https://a.test/some-id"), origin("https://a.test/"))
    assert origin("blob:ftp://a.test/x").is_opaque
    assert origin("blob:null/x").is_opaque
    url = parse_url("blob:null/x")
    assert isinstance(url, URL)
    creator = OpaqueOrigin()
    assert origin_of(url.with_blob_url_entry(Entry(creator))) == creator


def test_document_domain_counts_only_when_both_have_set_it() -> None:
    a, b = TupleOrigin("https", "a.x.test", None), TupleOrigin("https", "b.x.test", 81)
    assert not same_origin_domain(a, b)
    assert same_origin_domain(replace(a, domain="x.test"), replace(b, domain="x.test"))
    assert not same_origin_domain(replace(a, domain="x.test"), a)
    assert same_origin_domain(a, a)


def test_sites_are_registrable_domains_with_a_scheme() -> None:
    assert same_site(origin("https://a.example.co.uk/"), origin("https://b.example.co.uk:81/"))
    assert not same_site(origin("https://example.co.uk/"), origin("https://other.co.uk/"))
    assert not same_site(origin("https://a.test/"), origin("http://a.test/"))
    assert schemelessly_same_site(origin("https://www.web-platform.test/"), origin("http://web-platform.test/"))
    assert not schemelessly_same_site(origin("https://web-platform.test/"), origin("https://not-web-platform.test/"))
    assert str(obtain_a_site(origin("https://a.b.example.com:81/"))) == "https://example.com"
    assert str(obtain_a_site(origin("https://127.0.0.1:81/"))) == "https://127.0.0.1"


def test_addresses_and_suffixes_have_no_registrable_domain() -> None:
    assert registrable_domain("127.0.0.1") is None
    assert registrable_domain("[::1]") is None
    assert registrable_domain("co.uk") is None
    assert registrable_domain("github.io") is None
    assert registrable_domain("a.b.github.io.") == "b.github.io."
    assert public_suffix("www.example.co.uk") == "co.uk"
    assert same_site(origin("http://127.0.0.1:1/"), origin("http://127.0.0.1:2/"))
    assert not same_site(origin("http://127.0.0.1/"), origin("http://127.0.0.2/"))
