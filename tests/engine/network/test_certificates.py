import datetime
import ssl
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.network import CertificatePolicy, NetworkFailure, WireRequest, read_all
from engine.network.aiohttp_transport import AiohttpTransport
from engine.url import URL, parse_url

pytestmark = pytest.mark.asyncio


class Authority(NamedTuple):
    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = build("Test authority", key, "Test authority", key, days=2, authority=True)
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, certificate, key)


def build(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    days: int,
    authority: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=9))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-"))]), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def server_context(authority: Authority, folder: Path, name: str, days: int = 1) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = build(name, key, "Test authority", authority.key, days, authority=False)
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def hello(connection: Any) -> None:
    if await connection.read_head():
        await connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def ask(port: int, host: str, policy: CertificatePolicy) -> bytes:
    transport = AiohttpTransport(hosts={"*": "127.0.0.1"}, certificates=policy)
    url = parse_url(f"https://{host}:{port}/")
    assert isinstance(url, URL)
    try:
        return await read_all((await transport.send(WireRequest(b"GET", url))).body)
    finally:
        await transport.close()


async def test_an_unknown_authority_is_not_trusted_and_an_extra_one_is(
    raw_server: Any, authority: Authority, tmp_path: Path
) -> None:
    server = await raw_server(hello, server_context(authority, tmp_path, "a.test"))
    with pytest.raises(NetworkFailure) as caught:
        await ask(server.port, "a.test", CertificatePolicy())
    assert caught.value.kind == "tls"
    assert await ask(server.port, "a.test", CertificatePolicy(extra_ca_file=authority.file)) == b"ok"


async def test_the_name_counts(raw_server: Any, authority: Authority, tmp_path: Path) -> None:
    server = await raw_server(hello, server_context(authority, tmp_path, "a.test"))
    with pytest.raises(NetworkFailure) as caught:
        await ask(server.port, "b.test", CertificatePolicy(extra_ca_file=authority.file))
    assert caught.value.kind == "tls"


async def test_expired_certificates_pass_only_where_anything_does(
    raw_server: Any, authority: Authority, tmp_path: Path
) -> None:
    server = await raw_server(hello, server_context(authority, tmp_path, "a.test", days=-1))
    with pytest.raises(NetworkFailure) as caught:
        await ask(server.port, "a.test", CertificatePolicy(extra_ca_file=authority.file))
    assert caught.value.kind == "tls"
    lenient = CertificatePolicy().accepting_anything_for(["*.a.test", "a.test"])
    assert await ask(server.port, "a.test", lenient) == b"ok"
    assert await ask(server.port, "www.a.test", lenient) == b"ok"
    with pytest.raises(NetworkFailure):
        await ask(server.port, "b.test", lenient)


async def test_a_request_can_bring_its_own_policy(raw_server: Any, authority: Authority, tmp_path: Path) -> None:
    server = await raw_server(hello, server_context(authority, tmp_path, "a.test"))
    transport = AiohttpTransport(hosts={"*": "127.0.0.1"})
    url = parse_url(f"https://a.test:{server.port}/")
    assert isinstance(url, URL)
    lenient = WireRequest(b"GET", url, certificates=CertificatePolicy(accept_anything_for=("a.test",)))
    assert await read_all((await transport.send(lenient)).body) == b"ok"
    with pytest.raises(NetworkFailure):
        await transport.send(WireRequest(b"GET", url))
    await transport.close()


async def test_an_unreadable_authority_file_is_a_tls_failure(tmp_path: Path) -> None:
    with pytest.raises(NetworkFailure, match="certificate authorities"):
        await ask(1, "a.test", CertificatePolicy(extra_ca_file=tmp_path / "none.pem"))


async def test_a_server_that_speaks_no_tls(raw_server: Any) -> None:
    async def plain(connection: Any) -> None:
        await connection.reader.read(5)
        await connection.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = await raw_server(plain)
    with pytest.raises(NetworkFailure) as caught:
        await ask(server.port, "a.test", CertificatePolicy())
    assert caught.value.kind == "tls"
