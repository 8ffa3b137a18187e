"""A live blog as the Guardian's renderer receives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from liveblog import exchange, markup
from liveblog.blocks import Block, Divider, Embed, Heading, Image, List, Quote, Table, Text
from liveblog.errors import Unimportable
from liveblog.exchange import Coverage
from liveblog.exchange.coverage import Notebook
from liveblog.exchange.guardian import GUARDIAN
from liveblog.exchange.guardian_elements import ELEMENTS, Context, read

PREFIX = "model.dotcomrendering.pageElements."


def an_element(kind: str, **given: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps({"_type": PREFIX + kind} | given).encode())


def read_element(kind: str, **given: Any) -> tuple[list[Block], list[str]]:
    notes = Notebook()
    blocks = read(an_element(kind, **given), Context(notes=notes, where="block 1", base=""))
    return blocks, notes.left_out


def kinds(coverage: Coverage) -> list[list[type[Block]]]:
    return [[type(block) for block in one.update.blocks] for one in coverage.updates]


def test_the_format_is_recognised(guardian_sample: bytes, superdesk_sample: bytes) -> None:
    assert GUARDIAN.recognises(guardian_sample)
    assert not GUARDIAN.recognises(superdesk_sample)
    assert exchange.read(guardian_sample) == GUARDIAN.read(guardian_sample)


def test_a_page_has_a_head(guardian_sample: bytes) -> None:
    coverage = GUARDIAN.read(guardian_sample)
    story = coverage.story
    assert story.slug == "tarn-bridge-barge-live"
    assert story.headline == "Tarn bridge reopens after barge strikes pier – as it happened"
    assert story.standfirst == "One lane is open; the ferry runs on until midnight"
    assert (story.byline, story.kicker) == ("Ilse Varga and Jon Abara", "Tarn")
    assert story.tags == ("Bridges", "Tarn")
    assert coverage.closed


def test_the_lead_picture_is_a_remote_one_of_a_middling_size(guardian_sample: bytes) -> None:
    assert GUARDIAN.read(guardian_sample).story.picture == Image(
        src="https://pictures.example/lead/2000.jpg",
        alt="The Tarn bridge at dawn.",
        caption="The bridge before the traffic.",
        credit="Photograph: Jon Abara/The Tarn Paper",
        width=2000,
        height=1333,
    )


def test_blocks_come_oldest_first_with_their_elements_in_order(guardian_sample: bytes) -> None:
    coverage = GUARDIAN.read(guardian_sample)
    assert [one.external_id[-1] for one in coverage.updates] == list("123456")
    assert coverage.updates[0].published.isoformat() == "2026-11-23T12:00:00+00:00"
    assert kinds(coverage) == [
        [Text],
        [Text, Text],
        [Image, Quote],
        [Text, Embed, Embed],
        [Quote, Quote, Heading, Divider, Table, Embed],
        [Text, Text, List],
    ]


def test_key_events_are_the_marked_the_listed_and_the_summaries(guardian_sample: bytes) -> None:
    key_events = [one.update.key_event for one in GUARDIAN.read(guardian_sample).updates]
    assert key_events == [True, True, False, False, False, True]


def test_only_the_newest_pin_is_kept_and_the_other_is_reported(guardian_sample: bytes) -> None:
    coverage = GUARDIAN.read(guardian_sample)
    assert [one.update.pinned for one in coverage.updates[:2]] == [False, True]
    assert any(("its pin" in line and "…01") or "0001" in line for line in coverage.left_out)


def test_contributors_are_the_byline(guardian_sample: bytes) -> None:
    bylines = [one.update.byline for one in GUARDIAN.read(guardian_sample).updates]
    assert bylines[1:4] == ["Ilse Varga and Jon Abara", "", "Ilse Varga"]


def test_a_tweet_is_an_embed_that_can_be_read_without_it(guardian_sample: bytes) -> None:
    embed, video = GUARDIAN.read(guardian_sample).updates[3].update.blocks[1:]
    assert embed == Embed(
        url="https://twitter.com/tarnferry/status/77001",
        title="Tarn Ferry (@tarnferry) November 23, 2026",
        provider="Twitter",
        text="We sail every ten minutes until the bridge opens. links.example/1",
    )
    assert isinstance(video, Embed)
    assert video.url == "https://www.youtube.com/watch?v=tarnbridge1"


def test_what_has_no_counterpart_is_reported_by_name_and_block(guardian_sample: bytes) -> None:
    left_out = GUARDIAN.read(guardian_sample).left_out
    block = "block 6a01c0de0000000000000002"
    assert f"{block}: QuizAtomBlockElement: it has no counterpart" in left_out
    assert f"{block}: GuideAtomBlockElement: only its text was kept" in left_out
    assert "standfirst: • In pictures" in left_out


@pytest.mark.parametrize("kind", ELEMENTS)
def test_an_element_of_any_kind_that_is_empty_is_reported_or_a_divider(kind: str) -> None:
    blocks, left_out = read_element(kind)
    assert bool(left_out) != (blocks == [Divider()])


@pytest.mark.parametrize(
    "raw", [b"null", b"7", b"[]", b'{"_type": null}', b'{"_type": "a", "html": 5}']
)
def test_what_is_no_element_is_reported(raw: bytes) -> None:
    notes = Notebook()
    assert read(msgspec.Raw(raw), Context(notes=notes, where="block 1", base="")) == []
    assert len(notes.left_out) == 1


def test_a_page_that_is_over_is_known_by_any_of_its_signs(guardian_sample: bytes) -> None:
    page = json.loads(guardian_sample)
    page |= {"headline": "Barge strikes pier – live", "linkedData": []}
    assert not GUARDIAN.read(json.dumps(page).encode()).closed
    for sign in (
        {"headline": "Barge – as it happened"},
        {"linkedData": [{"coverageEndTime": "2026-11-23T13:00:00+0000"}]},
        {"format": {"design": "DeadBlogDesign"}},
        {"isLive": False},
    ):
        assert GUARDIAN.read(json.dumps(page | sign).encode()).closed, sign


def test_a_block_without_a_time_is_reported(guardian_sample: bytes) -> None:
    page = json.loads(guardian_sample)
    for wrong in (None, 10**20):
        page["blocks"][0] |= {"blockFirstPublished": wrong, "blockCreatedOn": None}
        coverage = GUARDIAN.read(json.dumps(page).encode())
        assert len(coverage.updates) == 5
        assert any("no time of publishing" in line for line in coverage.left_out)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"blocks": 1}', b"\xff\xfe", b"null"])
def test_a_file_of_another_kind_is_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(Unimportable, match=r"^The file is not .+\.$"):
        exchange.read(body, "guardian")
    with pytest.raises(Unimportable, match="none of the formats"):
        exchange.read(body)


def test_an_unknown_format_is_refused_with_those_there_are(guardian_sample: bytes) -> None:
    with pytest.raises(Unimportable, match="liveblog, guardian, superdesk"):
        exchange.read(guardian_sample, "teletext")


def test_a_real_page_is_brought_whole(shared_data: Path) -> None:
    body = (shared_data / "guardian-mars-landing.json").read_bytes()
    coverage = exchange.read(body)
    blocks = {block["id"]: block["elements"] for block in json.loads(body)["blocks"]}
    assert {one.external_id for one in coverage.updates} == set(blocks)
    for one in coverage.updates:
        # Every element of that page is one block: none is missing, none is doubled.
        assert len(one.update.blocks) == len(blocks[one.external_id])
        assert markup.clean(one.update.blocks) == one.update.blocks
    assert [line.partition(":")[0] for line in coverage.left_out] == ["standfirst", "story"]
    assert coverage.closed
