"""Settings, read once from the environment; each with a default and a line of help."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ

from liveblog.errors import BadSetting
from liveblog.rules import LONGEST_HOURS, Rules


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError("a port is a number from 1 to 65535 (0: any free one)")
    return port


def _count(text: str) -> int:
    # int() would take signs, spaces and underscores as well.
    if not text.isascii() or not text.isdigit():
        raise ValueError("this is a number from 0 up, in digits")
    return int(text)


def _hours(text: str) -> int:
    hours = _count(text)
    if hours > LONGEST_HOURS:
        raise ValueError(f"give {LONGEST_HOURS} hours at most, or 0: never")
    return hours


def _seconds(text: str) -> int:
    if not (seconds := _count(text)):
        raise ValueError("this is at least 1 second")
    return seconds


def _site(text: str) -> str:
    if text and (urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).netloc):
        raise ValueError("give the whole address that readers use: https://live.example.org")
    return text.rstrip("/")


_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")


def _hosts(text: str) -> tuple[str, ...]:
    names = _listed(text.lower())
    for name in names:
        if name != "*" and not _HOST.fullmatch(name):
            raise ValueError("list names without port: live.example.org,[2001:db8::1]; *: any")
    return names


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ip_network(network)) for network in _listed(text))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


@environ.config(prefix="LIVEBLOG")
class Settings:
    """How this installation runs."""

    redis_url: str = environ.var(
        "",
        help="Redis to use (redis://, rediss://, unix://, redis+sentinel://, redis+cluster://);"
        " without it a private one is started",
    )
    data: Path = environ.var(
        "./var", converter=Path, help="folder of the private Redis and of uploaded files"
    )
    media_url: str = environ.var(
        "",
        help="object store of pictures (s3://bucket/prefix, its credentials in the environment);"
        " by default the folder media in LIVEBLOG_DATA",
    )
    picture_seconds: int = environ.var(
        "30", converter=_count, help="seconds that an upload waits for a worker to make its sizes"
    )
    replicas: int = environ.var(
        "0", converter=_count, help="replicas that must confirm a write before it is acknowledged"
    )
    public_url: str = environ.var(
        "", converter=_site, help="address that readers use; by default that of the request"
    )
    hosts: tuple[str, ...] = environ.var(
        "",
        converter=_hosts,
        help="names that this site may be asked for under, separated by commas; by default that of"
        " the public URL (without one, any). This machine's own are always among them; *: any",
    )
    proxies: tuple[str, ...] = environ.var(
        "",
        converter=_networks,
        help="addresses or networks, separated by commas, whose X-Forwarded-For and"
        " X-Forwarded-Proto are believed; by default nobody's",
    )
    host: str = environ.var("127.0.0.1", help="address to listen on")
    port: int = environ.var("8000", converter=_port, help="port to listen on")
    readers: int = environ.var(
        "50000", converter=_count, help="readers that a web process holds at most; 0: no limit"
    )
    readers_per_address: int = environ.var(
        "0",
        converter=_count,
        help="readers from one address at most; 0: no limit, as behind a proxy that all come from",
    )
    connections: int = environ.var(
        "2000",
        converter=_count,
        help="connections that a web process holds besides its readers at most; 0: no limit",
    )
    connections_per_address: int = environ.var(
        "0",
        converter=_count,
        help="of them from one address at most; 0: no limit, as behind a proxy",
    )
    writes_per_minute: int = environ.var(
        "1200",
        converter=_count,
        help="writes by one token that a web process takes in a minute, in a burst or spread;"
        " 0: no limit",
    )
    media_megabytes_per_hour: int = environ.var(
        "2000",
        converter=_count,
        help="megabytes of pictures by one token that a web process takes in an hour; 0: no limit",
    )
    count_seconds: int = environ.var(
        "5",
        converter=_count,
        help="seconds between two counts of a story's readers in all web processes;"
        " 0: they are not counted",
    )
    presence_seconds: int = environ.var(
        "4",
        converter=_seconds,
        help="seconds between two signs of life of who is at the desk; who vanishes is gone, and"
        " what they held is free, after four times as long",
    )
    secret: str = environ.var(
        "",
        help="at least 16 characters of chance that seal what accounts keep; the same on all"
        " machines. Without it one is made and kept in the data folder",
    )
    sso_issuer: str = environ.var(
        "", converter=_site, help="address of an OpenID Connect provider to sign in with"
    )
    sso_client_id: str = environ.var("", help="how this site is called there")
    sso_client_secret: str = environ.var("", help="what proves there that it is this site")
    sso_role: str = environ.var(
        "", help="role of people whom the provider brings; without it they need an invitation"
    )
    checkpoint_seconds: int = environ.var(
        "10", converter=_count, help="seconds in which a story's changes are signed together"
    )
    close_after_hours: int = environ.var(
        "48",
        converter=_hours,
        help="hours after which a story is closed in which nothing changed, unless its own rules"
        " say otherwise; 0: never",
    )
    purge_url: str = environ.var(
        "", converter=_site, help="cache in front of the site; told with PURGE what was erased"
    )
    site_name: str = environ.var("Liveblog", help="name of the site, on every page")
    grace_seconds: int = environ.var(
        "10", converter=_count, help="time that readers have to leave when the server stops"
    )


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment. Raises BadSetting, which names the one at fault."""
    for name in (
        "REPLICAS",
        "PICTURE_SECONDS",
        "PUBLIC_URL",
        "PORT",
        "READERS",
        "READERS_PER_ADDRESS",
        "CONNECTIONS",
        "CONNECTIONS_PER_ADDRESS",
        "HOSTS",
        "PROXIES",
        "WRITES_PER_MINUTE",
        "MEDIA_MEGABYTES_PER_HOUR",
        "COUNT_SECONDS",
        "PRESENCE_SECONDS",
        "CHECKPOINT_SECONDS",
        "CLOSE_AFTER_HOURS",
        "PURGE_URL",
        "GRACE_SECONDS",
        "SSO_ISSUER",
    ):
        _check(f"LIVEBLOG_{name}", environment)
    return environ.to_config(Settings, environ=dict(environment))


_CONVERTERS = {
    "LIVEBLOG_REPLICAS": _count,
    "LIVEBLOG_PICTURE_SECONDS": _count,
    "LIVEBLOG_PUBLIC_URL": _site,
    "LIVEBLOG_PORT": _port,
    "LIVEBLOG_READERS": _count,
    "LIVEBLOG_READERS_PER_ADDRESS": _count,
    "LIVEBLOG_CONNECTIONS": _count,
    "LIVEBLOG_CONNECTIONS_PER_ADDRESS": _count,
    "LIVEBLOG_HOSTS": _hosts,
    "LIVEBLOG_PROXIES": _networks,
    "LIVEBLOG_WRITES_PER_MINUTE": _count,
    "LIVEBLOG_MEDIA_MEGABYTES_PER_HOUR": _count,
    "LIVEBLOG_COUNT_SECONDS": _count,
    "LIVEBLOG_PRESENCE_SECONDS": _seconds,
    "LIVEBLOG_CHECKPOINT_SECONDS": _count,
    "LIVEBLOG_CLOSE_AFTER_HOURS": _hours,
    "LIVEBLOG_PURGE_URL": _site,
    "LIVEBLOG_GRACE_SECONDS": _count,
    "LIVEBLOG_SSO_ISSUER": _site,
}


def _check(name: str, environment: Mapping[str, str]) -> None:
    """environ-config does not say which setting its converter refused."""
    given = environment.get(name)
    if given is None:
        return
    try:
        _CONVERTERS[name](given)
    except ValueError as error:
        raise BadSetting(f"{name}={given}: {error}") from error


def rules(read: Settings) -> Rules:
    """The rules of a story that has none of its own."""
    return Rules(close_after_hours=read.close_after_hours)


def described() -> str:
    """Every setting, its default, and what it is for; no values, since some are secret."""
    return str(environ.generate_help(Settings, display_defaults=True))
