"""How much one link may cost, and what is said to the site it leads to."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import ssl
import zlib
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from liveblog.errors import Unreachable
from liveblog.unfurl.addresses import Policy, target
from liveblog.unfurl.fetch import IMAGES, JSON, PAGES, Fetcher, Found, Limits
from tests.unfurl.servers import (
    PUBLIC,
    Names,
    Web,
    a_fetcher,
    a_port,
    html,
    is_public,
    listening,
    to,
)

pytestmark = pytest.mark.anyio
MEGABYTE = 1_000_000


async def get(fetcher: Fetcher, address: str, types: frozenset[str] = PAGES) -> Found:
    return await fetcher.get(target(address, fetcher.policy), types)


async def test_a_page_is_read_and_asked_for_by_its_name(web: Web, names: Names) -> None:
    web.pages["/a?b=%C3%A4"] = html("<title>Grüße</title>")
    found = await get(a_fetcher(web, names), web.url("/a?b=ä"))
    assert found.body.decode() == "<title>Grüße</title>"
    assert (found.type, found.charset) == ("text/html", "utf-8")
    head = web.heads[0].lower().split("\r\n")
    assert head[0] == "get /a?b=%c3%a4 http/1.1"
    assert f"host: news.example:{web.port}" in head
    assert any(line.startswith("user-agent: liveblog-unfurl/") for line in head)
    assert {line.partition(":")[0] for line in head[1:] if line} == {
        "host", "user-agent", "accept", "accept-encoding", "connection",
    }  # fmt: skip


async def test_no_cookie_goes_from_one_hop_to_the_next(web: Web, names: Names) -> None:
    web.pages["/"] = to("/b").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n", 1)
    web.pages["/b"] = html("x")
    await get(a_fetcher(web, names), web.url())
    assert len(web.heads) == 2
    assert "cookie" not in "".join(web.heads).lower()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_the_last_address_told(
    web: Web, names: Names, status: int
) -> None:
    web.pages["/"] = to("there?x=1", status)
    web.pages["/there?x=1"] = html("x")
    found = await get(a_fetcher(web, names), web.url())
    assert found.target.url == web.url("/there?x=1")


async def test_five_redirects_are_followed_and_no_sixth(web: Web, names: Names) -> None:
    for step in range(6):
        web.pages[f"/{step}"] = to(f"/{step + 1}")
    web.pages["/5"] = html("x")
    assert (await get(a_fetcher(web, names), web.url("/0"))).target.path == "/5"
    web.heads.clear()
    web.pages["/5"] = to("/6")
    web.pages["/6"] = html("x")
    with pytest.raises(Unreachable):
        await get(a_fetcher(web, names), web.url("/0"))
    assert len(web.heads) == 6


@pytest.mark.parametrize("status", [200, 201, 204, 304, 401, 403, 404, 500])
async def test_only_a_page_that_is_there_counts(web: Web, names: Names, status: int) -> None:
    web.pages["/"] = html("x").replace(b"200", str(status).encode(), 1)
    if status == 200:
        assert (await get(a_fetcher(web, names), web.url())).body == b"x"
        return
    with pytest.raises(Unreachable):
        await get(a_fetcher(web, names), web.url())


@pytest.mark.parametrize(
    "type",
    [
        "text/plain", "application/octet-stream", "application/pdf", "image/svg+xml", "text/xml",
        "video/mp4", "", "text/htmlx", "multipart/x-mixed-replace; boundary=text/html",
    ],
)  # fmt: skip
async def test_other_types_are_not_read(web: Web, names: Names, type: str) -> None:
    web.pages["/"] = html("x", type=type)
    for types in (PAGES, JSON, IMAGES):
        with pytest.raises(Unreachable):
            await get(a_fetcher(web, names), web.url(), types)


async def test_of_a_picture_nothing_is_read(web: Web, names: Names) -> None:
    web.pages["/"] = html(b"\x89PNG" * 1_000, type="image/png")
    found = await get(a_fetcher(web, names), web.url(), PAGES | IMAGES)
    assert (found.type, found.body) == ("image/png", b"")


async def endless(writer: asyncio.StreamWriter, head: bytes, piece: bytes) -> int:
    """Send the same again and again until nobody listens; how many bytes that were."""
    writer.write(head)
    sent = 0
    while not writer.is_closing():
        writer.write(piece)
        sent += len(piece)
        await writer.drain()
    return sent


async def test_of_a_page_without_end_only_its_beginning_is_read(web: Web, names: Names) -> None:
    async def send(writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        await endless(writer, head, b"x" * 65_536)

    web.pages["/"] = send
    found = await get(a_fetcher(web, names), web.url())
    assert len(found.body) == MEGABYTE


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP"])
async def test_a_compressed_page_is_read(web: Web, names: Names, encoding: str) -> None:
    pack = zlib.compress if encoding == "deflate" else gzip.compress
    web.pages["/"] = html(pack(b"<title>x</title>" * 100), f"Content-Encoding: {encoding}")
    assert (await get(a_fetcher(web, names), web.url())).body == b"<title>x</title>" * 100


async def test_a_bomb_of_gzip_is_not_blown_up(web: Web, names: Names) -> None:
    bomb = gzip.compress(b"\0" * 300 * MEGABYTE, 9)
    assert len(bomb) < MEGABYTE
    web.pages["/"] = html(bomb, "Content-Encoding: gzip")
    inflated = 0
    before = zlib.decompressobj

    def counting(wbits: int) -> Counting:
        return Counting(before(wbits=wbits))

    class Counting:
        def __init__(self, inner: zlib._Decompress) -> None:
            self._inner = inner

        @property
        def unconsumed_tail(self) -> bytes:
            return self._inner.unconsumed_tail

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal inflated
            made = self._inner.decompress(data, most)
            inflated += len(made)
            return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zlib, "decompressobj", counting)
        found = await get(a_fetcher(web, names), web.url())
    assert len(found.body) == MEGABYTE
    assert inflated == MEGABYTE


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "x"])
async def test_an_encoding_that_was_not_asked_for_is_refused(
    web: Web, names: Names, encoding: str
) -> None:
    web.pages["/"] = html(gzip.compress(b"x"), f"Content-Encoding: {encoding}")
    with pytest.raises(Unreachable):
        await get(a_fetcher(web, names), web.url())


async def test_a_broken_compression_is_refused(web: Web, names: Names) -> None:
    web.pages["/"] = html(b"not gzip at all", "Content-Encoding: gzip")
    with pytest.raises(Unreachable):
        await get(a_fetcher(web, names), web.url())


SECONDS = 0.4


async def assert_given_up_in_time(fetcher: Fetcher, address: str) -> None:
    began = monotonic()
    with pytest.raises(Unreachable):
        await get(fetcher, address)
    assert monotonic() - began < 10 * SECONDS


async def test_a_site_that_never_answers_is_given_up(web: Web, names: Names) -> None:
    over = asyncio.Event()

    async def silence(writer: asyncio.StreamWriter) -> None:
        await over.wait()

    web.pages["/"] = silence
    await assert_given_up_in_time(a_fetcher(web, names, seconds=SECONDS), web.url())
    over.set()


async def test_a_site_that_drips_is_given_up(web: Web, names: Names) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(SECONDS / 20)  # what a slow site does; the test waits for nothing

    web.pages["/"] = drip
    await assert_given_up_in_time(a_fetcher(web, names, seconds=SECONDS), web.url())


@pytest.mark.parametrize(
    "piece",
    [
        b"X-Header: " + b"x" * 1_000 + b"\r\n",  # headers without end
        b"x" * 65_536,  # one header without end
    ],
)
async def test_headers_without_end_are_given_up(web: Web, names: Names, piece: bytes) -> None:
    async def send(writer: asyncio.StreamWriter) -> None:
        await endless(writer, b"HTTP/1.1 200 OK\r\nX: ", piece)

    web.pages["/"] = send
    # By their size, long before the time is over.
    began = monotonic()
    with pytest.raises(Unreachable):
        await get(a_fetcher(web, names, seconds=30.0), web.url())
    assert monotonic() - began < 10


async def test_hints_without_end_are_given_up(web: Web, names: Names) -> None:
    async def send(writer: asyncio.StreamWriter) -> None:
        await endless(writer, b"", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")

    web.pages["/"] = send
    await assert_given_up_in_time(a_fetcher(web, names, seconds=SECONDS), web.url())


async def test_the_time_holds_for_all_redirects_together(web: Web, names: Names) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(SECONDS * 0.4)  # what a slow site does; the test waits for nothing
        writer.write(to("/"))

    web.pages["/"] = slowly
    await assert_given_up_in_time(a_fetcher(web, names, seconds=SECONDS), web.url())
    assert len(web.heads) <= 3


async def test_a_look_up_that_hangs_is_given_up(web: Web) -> None:
    async def hangs(name: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    policy = Policy(ports=frozenset({web.port}), is_public=is_public)
    fetcher = Fetcher(hangs, policy, Limits(seconds=SECONDS))
    await assert_given_up_in_time(fetcher, web.url())


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"garbage\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 999999 X\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n", b"-ERR wrong number of arguments\r\n", b"\x16\x03\x01\x00\x00",
    ],
)  # fmt: skip
async def test_what_does_not_speak_the_protocol_is_no_page(
    web: Web, names: Names, answer: bytes
) -> None:
    web.pages["/"] = answer
    with pytest.raises(Unreachable):
        await get(a_fetcher(web, names), web.url())


async def test_the_environments_proxy_is_not_used(
    web: Web, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{a_port()}")
    web.pages["/"] = html("x")
    assert (await get(a_fetcher(web, names), web.url())).body == b"x"


# -- with TLS --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that it signed itself, for news.example."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "news.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("host", "is_known", "comes"),
    [
        ("news.example", True, True),
        ("news.example", False, False),
        ("other.example", True, False),
    ],
)
async def test_a_secure_page_is_believed_by_its_name_alone(
    names: Names, certificate: Path, host: str, *, is_known: bool, comes: bool
) -> None:
    """The connection goes to a number; what is asked for and verified is the name."""
    secure = Web(a_port())
    secure.pages["/"] = html("x")
    names.table[host] = [PUBLIC]
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate)
    ours.sni_callback = lambda _, name, __: secure.names.append(name)
    trust = ssl.create_default_context()
    if is_known:
        trust.load_verify_locations(certificate)
    policy = Policy(ports=frozenset({secure.port}), is_public=is_public)
    fetcher = Fetcher(names, policy, Limits(), trust)
    async with listening(secure.serve, PUBLIC, secure.port, ours):
        if comes:
            assert (await get(fetcher, f"https://{host}:{secure.port}/")).body == b"x"
        else:
            with pytest.raises(Unreachable):
                await get(fetcher, f"https://{host}:{secure.port}/")
    assert secure.names == [host]
