"""https://url.spec.whatwg.org/ (snapshot 2026), origins and sites of https://html.spec.whatwg.org/, trustworthiness,
data: URLs."""

from __future__ import annotations

from engine.url.data_urls import DataURLStruct, process_a_data_url
from engine.url.named_origins import address_named, origin_named
from engine.url.origin import OpaqueOrigin, Origin, SchemeAndHost, Site, TupleOrigin
from engine.url.origins import (
    is_an_ip_address,
    obtain_a_site,
    origin_from_record,
    origin_from_serialization,
    origin_of,
    origin_to_record,
    public_suffix,
    registrable_domain,
    same_origin,
    same_origin_domain,
    same_site,
    schemelessly_same_site,
    serialize_an_origin,
)
from engine.url.parser import domain_to_ascii, parse_to_href, parse_url
from engine.url.trustworthy import (
    is_a_loopback_address,
    is_localhost,
    is_origin_potentially_trustworthy,
    is_url_potentially_trustworthy,
)
from engine.url.url import DEFAULT_PORTS, FETCH_SCHEMES, HTTP_SCHEMES, LOCAL_SCHEMES, URL, BlobURLEntry, serialize_url

__all__ = [
    "DEFAULT_PORTS",
    "FETCH_SCHEMES",
    "HTTP_SCHEMES",
    "LOCAL_SCHEMES",
    "URL",
    "BlobURLEntry",
    "DataURLStruct",
    "OpaqueOrigin",
    "Origin",
    "SchemeAndHost",
    "Site",
    "TupleOrigin",
    "address_named",
    "domain_to_ascii",
    "is_a_loopback_address",
    "is_an_ip_address",
    "is_localhost",
    "is_origin_potentially_trustworthy",
    "is_url_potentially_trustworthy",
    "obtain_a_site",
    "origin_from_record",
    "origin_from_serialization",
    "origin_named",
    "origin_of",
    "origin_to_record",
    "parse_to_href",
    "parse_url",
    "process_a_data_url",
    "public_suffix",
    "registrable_domain",
    "same_origin",
    "same_origin_domain",
    "same_site",
    "schemelessly_same_site",
    "serialize_an_origin",
    "serialize_url",
]
