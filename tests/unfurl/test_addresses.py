"""Which addresses are public, and how an address is read."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveblog.errors import Unreachable
from liveblog.unfurl.addresses import Policy, is_public, target

_PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.215.14 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.0 151.101.1.69 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0
192.0.1.0
192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
2606:4700::1111 2a00:1450:4001:80b::200e 2001:200::1 2003::1 2400:cb00::1 2620:0:ccc::2
2a04:4e42::81
"""
# The first and last of every block of IANA's special-purpose registries.
_SPECIAL = """
0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.255.255.255
168.63.129.16 169.254.0.0 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.8 192.0.0.9
192.0.0.10 192.0.0.170 192.0.0.255 192.0.2.0 192.0.2.255 192.31.196.0 192.31.196.255 192.52.193.0
192.52.193.255 192.88.99.0 192.88.99.2 192.88.99.255 192.168.0.0 192.168.255.255 192.175.48.0
192.175.48.255 198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255
224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.254 255.255.255.255 :: ::1 ::ffff:0:0
::ffff:8.8.8.8 ::ffff:255.255.255.255 ::8.8.8.8 64:ff9b:: 64:ff9b::8.8.8.8 64:ff9b:1::
64:ff9b:1:ffff:ffff:ffff:ffff:ffff 100:: 100::ffff:ffff:ffff:ffff 100:0:0:1:: 2001:: 2001::ffff
2001:1::1 2001:1::2 2001:1::3 2001:2:: 2001:3:: 2001:4:112:: 2001:10:: 2001:20:: 2001:30::
2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2002::
2002:808:808::1 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2620:4f:8000:: 3ffe::1 3fff::
3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff 4000:: 5f00:: 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff fc00::
fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:: fe80::1%eth0 febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff
fec0:: feff::1 ff00:: ff02::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2a00:1450::5efe:8.8.8.8
2a00:1450::200:5efe:8.8.8.8 2a00:1450::1%eth0
"""
PUBLIC = _PUBLIC.split()
SPECIAL = _SPECIAL.split()
REAL = Policy()


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", SPECIAL)
def test_no_special_range_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://news.example", "https://news.example/"),
        ("HTTPS://News.Example/A?b=C#d", "https://news.example/A?b=C"),
        ("http://news.example:80/", "http://news.example/"),
        ("https://news.example:443", "https://news.example/"),
        ("http://news.example:443/x", "http://news.example:443/x"),
        ("https://news.example:/", "https://news.example/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://[2606:4700:0:0::1111]:80/", "https://[2606:4700::1111]:80/"),
        ("https://bücher.example/ä?ö=ü", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://新闻.example/", "https://xn--efvy88h.example/"),
        ("https://NEWS.EXAMPLE/%41%2f", "https://news.example/%41%2f"),
        ("https://news.example/a//b/../c", "https://news.example/a//b/../c"),
        ('https://news.example/"<>', "https://news.example/%22%3C%3E"),
        ("https://a_b.news.example/", "https://a_b.news.example/"),
    ],
)
def test_a_page_of_the_public_web_may_be_asked(text: str, url: str) -> None:
    read = target(text, REAL)
    assert read.url == url
    assert target(read.url, REAL) == read


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for given_text in (text, f"http://{text}", f"http://a.example/{text}", f"https://[{text}]/"):
        try:
            read = target(given_text, REAL)
        except Unreachable:
            continue
        assert read.url.isascii() and " " not in read.url
        assert target(read.url, REAL) == read


@pytest.mark.parametrize(
    "name",
    [
        "localhost", "a.localhost", "printer.local", "metadata.google.internal", "vault.private",
        "router.lan", "nas.home", "gate.home.arpa", "wiki.corp", "x.onion", "x.test", "web-1",
    ],
)  # fmt: skip
def test_a_name_of_the_inner_network_is_not_even_looked_up(name: str) -> None:
    with pytest.raises(Unreachable):
        target(f"http://{name}/", REAL)


def test_every_refusal_says_the_same() -> None:
    said = set()
    for text in ("http://10.0.0.1/", "http://localhost/", "ftp://news.example/", "http://x:1/"):
        with pytest.raises(Unreachable) as refused:
            target(text, REAL)
        said.add(str(refused.value))
    assert len(said) == 1
