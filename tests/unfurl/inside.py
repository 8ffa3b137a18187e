"""Some hundreds of addresses that lead to the inner network, however they are written.

``PORT`` is where the canary listens. A name leads wherever its entry in ``NAMES`` says, and to the
canary where it has none, as if the inner network's own name server were asked.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

INNER = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200"]


def _written(inner: str) -> list[str]:
    """The same IPv4 address in every way that some program takes for it."""
    number = int(IPv4Address(inner))
    a, b, c, d = inner.split(".")
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    return [
        inner,
        str(number),
        f"0x{number:x}",
        f"0X{number:08X}",
        f"0{number:o}",
        ".".join(f"0x{int(part):x}" for part in (a, b, c, d)),
        ".".join(f"0{int(part):o}" for part in (a, b, c, d)),
        ".".join(f"{int(part):04o}" for part in (a, b, c, d)),
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"0x{int(a):x}.{number & 0xFFFFFF}",
        f"{int(a) + 256}.{b}.{c}.{d}",
        f"{number + 2**32}",
        f"{inner}.",
        f"[::ffff:{inner}]",
        f"[::ffff:{high}:{low}]",
        f"[0:0:0:0:0:ffff:{inner}]",
        f"[::{inner}]",
        f"[::ffff:0:{inner}]",
        f"[64:ff9b::{inner}]",
        f"[64:ff9b:1::{inner}]",
        f"[2002:{high}:{low}::]",
        f"[2002:{high}:{low}::1]",
        f"[{_teredo(number)}]",
        f"[2a00:1450::5efe:{inner}]",
        f"[2a00:1450::200:5efe:{inner}]",
        f"[{inner}]",
        "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(one)] if one.isdigit() else one for one in inner),
        "".join(chr(0xFF10 + int(one)) if one.isdigit() else "。" for one in inner),
        "".join(f"%{ord(one):02x}" for one in inner),
    ]


def _teredo(number: int) -> IPv6Address:
    """RFC 4380: the client's address is its last 32 bits, inverted."""
    return IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF))


_HOSTS = """
0.0.0.0 0.0.0.1 0 0x0 00 127.1 127.0.1 127.127.127.127 127.255.255.255 10.255.255.255 10.0.0.0
172.31.255.255 192.168.255.255 169.254.0.1 169.254.170.2 169.254.169.253 100.64.0.1
100.127.255.255
192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.31.196.1 192.52.193.1 192.175.48.1 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.1 168.63.129.16 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 [::] [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::0:1] [fe80::1] [fe80::1%eth0]
[fe80::1%25lo] [::1%25lo] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [fd00:ec2::23]
[fd20:ce::254]
[ff02::1] [ff05::1:3] [100::1] [2001:db8::1] [3fff::1] [2001::1] [2001:2::1] [2001:10::1]
[2001:20::1] [5f00::1] [3ffe::1] [64:ff9b::1] [2620:4f:8000::1] [::2] [4000::1] [::1]x x[::1] [::1
::1] [[::1]] [] [v1.x] [::ffff:127.0.0.1%25lo] [::127.0.0.1.]
localhost LOCALHOST localhost. localhost.localdomain a.localhost ⓛⓞⓒⓐⓛⓗⓞⓢⓣ loc%61lhost
localhost%00.news.example localhost%2enews.example xn--localhost redis web-1 metadata
metadata.google.internal instance-data.ec2.internal db.internal printer.local router.lan wiki.corp
nas.home gate.home.arpa 1.0.0.127.in-addr.arpa api.intranet vault.private x.test x.invalid
x.onion x.alt -x.example x-.example x..example .example example. a_b news.example. *.example
127.0.0.1.x.1 1.2.3.0x7f 127.0.0.1e0 1.1.1.256 news.example%2f@127.0.0.1
"""

_TRICKS = [
    # Where another reader of the same text would see another host.
    "http://news.example@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT@news.example/",
    "http://news.example:80@127.0.0.1:PORT/",
    "http://user:secret@127.0.0.1:PORT/",
    "http://@127.0.0.1:PORT/",
    "http://:@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@news.example/",
    "http://news.example\\@127.0.0.1:PORT/",
    "http:\\\\127.0.0.1:PORT/",
    "http:/127.0.0.1:PORT/",
    "http:127.0.0.1:PORT/",
    "http:///127.0.0.1:PORT/",
    "http:////127.0.0.1:PORT/",
    "//127.0.0.1:PORT/",
    "127.0.0.1:PORT/",
    "http://127.0.0.1:PORT#@news.example/",
    "http://127.0.0.1:PORT?@news.example/",
    "http://127.0.0.1:PORT;news.example/",
    "http://127.0.0.1:PORT,news.example/",
    "http://127.0.0.1:PORT&news.example/",
    "http://news.example&@127.0.0.1:PORT#@x/",
    "http://127.0.0.1:PORT:80/",
    "http://127.0.0.1 :PORT/",
    "http://127.0.0.1\t:PORT/",
    "http://127.0.0.1\n:PORT/",
    "http://127.\r\n0.0.1:PORT/",
    "http://127.0.0.1:PORT\x00.news.example/",
    "http://127.0.0.1%09:PORT/",
    "http://127.0.0.1%0d%0aHost:%20news.example:PORT/",
    "http://127.0.0.1\u00a0:PORT/",
    "http://127.0.0.1\u200b:PORT/",
    "http://127.0.0.1\u3002:PORT/",
    "http://127\u30020\u30020\u30021:PORT/",
    "http://127.0.0.1\u2044:PORT/",
    "http://127.0.0.1\uff0f@news.example:PORT/",
    "http://127.0.0.1\ufe13PORT/",
    "http://localho\u00adst:PORT/",
    "http://loca\u217chost:PORT/",
    "http://[::1]:PORT:80/",
    "http://[::1]@news.example:PORT/",
    "http://[::1:PORT/",
    "http://::1:PORT/",
    "http://127.0.0.1:+PORT/",
    "http://127.0.0.1:-PORT/",
    "http://127.0.0.1:0xPORT/",
    "http://127.0.0.1:PORT_0/",
    "http://127.0.0.1:\uff11\uff12/",
    "http://news.example:22/",
    "http://news.example:6379/",
    "http://news.example:0/",
    "http://news.example:65536/",
    "http://news.example:99999999999999999999/",
    # Everything but the web.
    "file:///etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "gopher://127.0.0.1:PORT/_GET%20/",
    "ftp://127.0.0.1:PORT/",
    "dict://127.0.0.1:PORT/info",
    "ldap://127.0.0.1:PORT/",
    "tftp://127.0.0.1:PORT/x",
    "ws://127.0.0.1:PORT/",
    "redis://127.0.0.1:PORT/",
    "jar:http://127.0.0.1:PORT/!/x",
    "view-source:http://127.0.0.1:PORT/",
    "url:http://127.0.0.1:PORT/",
    "data:text/html,<title>x</title>",
    "javascript:fetch('http://127.0.0.1:PORT/')",
    "unix:///var/run/docker.sock",
    "http+unix://%2fvar%2frun%2fdocker.sock/info",
    "http://unix:/var/run/docker.sock:/info",
    "netdoc:///etc/passwd",
    "https+http://127.0.0.1:PORT/",
    "HTTP ://127.0.0.1:PORT/",
    "",
    " ",
    "http://",
    "http://:PORT/",
    "http://" + "a" * 3_000,
    "http://" + "a." * 200 + "example:PORT/",
    "http://" + "a" * 64 + ".example:PORT/",
    # What clouds answer on.
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://169.254.169.254/computeMetadata/v1/?recursive=true",
    "http://169.254.169.254/metadata/instance?api-version=2021-02-01",
    "http://169.254.170.2/v2/credentials/",
    "http://168.63.129.16/machine?comp=goalstate",
    "http://192.0.0.192/latest/",
    "http://100.100.100.200/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "https://kubernetes.default.svc/api/v1/secrets",
]

NAMES: dict[str, list[str]] = {
    # name: what the name server says
    "loop.example": ["127.0.0.1"],
    "loop6.example": ["::1"],
    "both.example": ["127.0.0.1", "::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "compatible.example": ["::127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "6to4.example": ["2002:7f00:1::"],
    "teredo.example": [str(_teredo(0x7F000001))],
    "zero.example": ["0.0.0.0"],  # noqa: S104 # asked, not listened on
    "zero6.example": ["::"],
    "private.example": ["10.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "metadata6.example": ["fd00:ec2::254"],
    "zone.example": ["fe80::1%lo"],
    "carrier.example": ["100.64.0.1"],
    "broadcast.example": ["255.255.255.255"],
    "multicast.example": ["224.0.0.1"],
    "good-then-bad.example": ["127.0.0.2", "127.0.0.1"],
    "bad-then-good.example": ["127.0.0.1", "127.0.0.2"],
    "good-then-bad6.example": ["127.0.0.2", "::1"],
    "many.example": ["127.0.0.2"] * 3 + ["10.0.0.1"],
    "too-many.example": [f"127.0.1.{n}" for n in range(100)],
    "odd-answer.example": ["not-an-address"],
    "short-answer.example": ["127.1"],
    "nothing.example": [],
    "wildcard.127.0.0.1.nip.example": ["127.0.0.1"],
    "tëst.example": ["127.0.0.1"],
}


def _addresses() -> list[str]:
    written = [host for inner in INNER for host in _written(inner)]
    hosts = [f"http://{host}:PORT/" for host in [*written, *_HOSTS.split()]]
    names = [f"{scheme}://{name}:PORT/" for name in NAMES for scheme in ("http", "https")]
    return list(dict.fromkeys([*hosts, *_TRICKS, *names]))


ADDRESSES = _addresses()
# Where a redirect may point: some of each kind, since every hop is read by the same rules.
REDIRECTS = [
    *(f"http://{host}:PORT/" for host in _written("127.0.0.1")),
    *_TRICKS[:12],
    "//127.0.0.1:PORT/",
    "//[::1]:PORT/",
    "http://loop.example:PORT/",
    "http://good-then-bad.example:PORT/",
    "http://localhost:PORT/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/",
    "http://169.254.169.254/latest/meta-data/",
    "https://127.0.0.1:PORT/",
    "",
]
