"""Which addresses may be asked: read once, by rules of our own, and judged by IANA's registries.

What comes out of :func:`target` is all that is used later, so there is no second reading of the
text that could understand it otherwise.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Literal
from urllib.parse import quote, urlsplit

import idna
from msgspec import Struct

from liveblog.blocks import ADDRESS_CHARACTERS
from liveblog.errors import Unreachable

Address = IPv4Address | IPv6Address

# Beyond what Python's is_global knows. Registries: iana-ipv4-special-registry,
# iana-ipv6-special-registry, iana-ipv6-unicast-address-assignments, multicast-addresses.
_SPECIAL = tuple(
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8",  # this network; Linux takes it for the machine itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT, and 100.100.100.200: metadata of a cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # public by its number, inside of a cloud by its meaning
        "169.254.0.0/16",  # link local, and 169.254.169.254: metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, and 192.0.0.192: metadata of a cloud
        "192.0.2.0/24",  # documentation, as are 198.51.100.0 and 203.0.113.0
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments, among them Teredo and ORCHID
        "2001:db8::/32",  # documentation, as is 3fff::
        "2002::/16",  # 6to4: an IPv4 address of any kind inside
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the 6bone that was
        "3fff::/20",
    )
)
# Outside of it IPv6 has loopback, mapped and compatible IPv4, NAT64 (64:ff9b::), unique local,
# link and site local, segment routing (5f00::) and multicast: nothing that a page lives at.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# RFC 5214: an IPv6 address whose second half says "an IPv4 address follows".
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})

# Names that lead inside by their meaning (RFC 6761, 6762, 8375, 9476; ICANN's .internal) or by
# custom. Whatever a name, its addresses are judged as well.
_INNER = """alt arpa corp home internal intranet invalid lan local localdomain localhost mail onion
private test"""
_INNER_NAMES = frozenset(_INNER.split())
_NEVER_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")
_NETLOC = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@%]+))(?::(?P<port>[0-9]*))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_LAST_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_PORTS = {"http": 80, "https": 443}
_PATH = "/%:@!$&'()*+,;=~-._"


def is_public(address: Address) -> bool:
    """Whether that address is on the public internet."""
    if isinstance(address, IPv6Address) and not _is_plain(address):
        return False
    inside = any(address in net for net in _SPECIAL if net.version == address.version)
    return address.is_global and not address.is_multicast and not inside


def _is_plain(address: IPv6Address) -> bool:
    """A global unicast address without a zone and without an IPv4 address in its second half."""
    is_isatap = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    return address.scope_id is None and address in _GLOBAL_UNICAST and not is_isatap


class Policy(Struct, frozen=True, kw_only=True):
    """What may be asked. The one for real is ``Policy()``; tests make servers of theirs public."""

    ports: frozenset[int] = frozenset(_PORTS.values())
    is_public: Callable[[Address], bool] = is_public


class Target(Struct, frozen=True, kw_only=True):
    """An address that may be asked as far as its text says. ``host`` is a name in ASCII or an IP
    address without brackets, ``path`` begins with a slash and holds the query."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as a URL and a Host header have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.path}"


def target(text: str, policy: Policy) -> Target:
    """Read an address. Raises Unreachable for all that is not plainly a page of the public web."""
    if len(text) > ADDRESS_CHARACTERS or _NEVER_IN_AN_ADDRESS.search(text):
        raise Unreachable
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Unreachable from None
    place = _NETLOC.fullmatch(parts.netloc)
    if place is None or parts.scheme not in _PORTS:
        raise Unreachable
    port = int(place["port"][:6]) if place["port"] else _PORTS[parts.scheme]
    if port not in policy.ports:
        raise Unreachable
    read = Target(
        scheme="https" if parts.scheme == "https" else "http",
        host=_ip(place["six"], policy) if place["six"] else _host(place["name"], policy),
        port=port,
        path=_path(parts.path, parts.query),
    )
    if len(read.url) > ADDRESS_CHARACTERS:
        raise Unreachable
    return read


def _path(path: str, query: str) -> str:
    whole = quote(path or "/", safe=_PATH)
    return whole + (f"?{quote(query, safe=_PATH + '?')}" if query else "")


def _ip(text: str, policy: Policy) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise Unreachable from None
    if not policy.is_public(address):
        raise Unreachable
    return str(address)


def _host(name: str, policy: Policy) -> str:
    """A name in ASCII, or an IPv4 address in its one usual form (not 127.1, 0x7f.1, 2130706433)."""
    name = _ascii(name).lower()
    labels = name.split(".")
    if labels[-1].isdigit():
        return _ip(name, policy)
    known = all(map(_LABEL.fullmatch, labels)) and _LAST_LABEL.fullmatch(labels[-1])
    if len(labels) < 2 or not known or labels[-1] in _INNER_NAMES or len(name) > 253:
        raise Unreachable
    return name


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    try:
        # As browsers do (UTS 46): ① becomes 1, and 。 a dot, before anything is judged.
        return idna.encode(name[:253], uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise Unreachable from None
