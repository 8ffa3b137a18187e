"""The formulas, worked out by hand."""

from __future__ import annotations

from hashlib import sha256

from liveblog import chain


def test_a_commitment_is_the_digest_of_the_salt_and_the_body() -> None:
    assert chain.commitment(b"salt", b"body") == sha256(b"saltbody").digest()


def test_a_head_binds_the_name_the_ids_and_the_order() -> None:
    one, two = chain.commitment(b"1", b"a"), chain.commitment(b"2", b"b")
    begun = sha256(b"liveblog log floods").digest()
    first = sha256(begun + b"1-1" + one).digest()
    assert chain.beginning("floods") == begun
    assert chain.following(begun, "1-1", one) == first
    forwards = chain.following(first, "1-2", two)
    backwards = chain.following(chain.following(begun, "1-1", two), "1-2", one)
    renamed = chain.following(chain.following(chain.beginning("fire"), "1-1", one), "1-2", two)
    assert len({forwards, backwards, renamed}) == 3
