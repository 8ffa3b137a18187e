"""The names under which a site may be asked for: what a request's Host is held against."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HOST = re.compile(  # RFC 9110, 7.2, without what no site is called
    rb"([a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])\.?(?::[0-9]{1,5})?"
)
_OWN = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """``names`` are those of the site besides this machine's own; ``others``: any is let in, but
    only these are known, and no address is made of another."""

    def __init__(self, names: Iterable[str] = (), *, others: bool = True) -> None:
        self._names = frozenset(name.encode() for name in (*_OWN, *names))
        self._others = others

    def knows(self, host: bytes, here: str = "") -> bool:
        """Whether the site is called so. ``here`` is the address at which the request came in."""
        name = _name(host)
        return name is not None and (name in self._names or name == _in_brackets(here))

    def lets_in(self, host: bytes, here: str = "") -> bool:
        """Whether a request that names this host is served."""
        return self.knows(host, here) or (self._others and _name(host) is not None)


def _name(host: bytes) -> bytes | None:
    """A host without its port, or None for what is none."""
    found = _HOST.fullmatch(host.lower())
    return None if found is None else found[1]


def _in_brackets(address: str) -> bytes:
    return (f"[{address}]" if ":" in address else address).encode()
