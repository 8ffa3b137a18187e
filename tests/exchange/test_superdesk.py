"""A blog as the posts API of Superdesk Live Blog gives it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from liveblog import exchange, markup
from liveblog.blocks import Block, Embed, Image, Quote, Score, Side, Table, Text
from liveblog.exchange import Brought, Coverage
from liveblog.exchange.superdesk import SUPERDESK
from liveblog.story import Slug


@pytest.fixture
def coverage(superdesk_sample: bytes) -> Coverage:
    return SUPERDESK.read(superdesk_sample)


def the_post(coverage: Coverage, number: int) -> Brought:
    return next(one for one in coverage.updates if one.external_id == f"urn:sample:{number}")


def blocks_of(coverage: Coverage, number: int) -> tuple[Block, ...]:
    return the_post(coverage, number).update.blocks


def with_item(**item: Any) -> bytes:
    post = {
        "_id": "urn:1",
        "published_date": "2026-11-22T19:00:00+00:00",
        "groups": [{"id": "main", "refs": [{"item": {"_id": "item-1"} | item}]}],
    }
    return json.dumps({"_items": [post]}).encode()


def test_the_format_is_recognised_wrapped_or_not(superdesk_sample: bytes) -> None:
    assert SUPERDESK.recognises(superdesk_sample)
    assert SUPERDESK.recognises(json.dumps(json.loads(superdesk_sample)["posts"]).encode())
    assert not SUPERDESK.recognises(b'{"_items": [{"name": "x"}]}')


def test_posts_come_oldest_first(coverage: Coverage) -> None:
    numbers = [one.external_id.removeprefix("urn:sample:") for one in coverage.updates]
    assert numbers == ["2", "1", "3", "5", "6", "7", "8", "9"]


def test_the_deleted_and_the_unpublished_are_counted(coverage: Coverage) -> None:
    assert "blog: 1 post, deleted" in coverage.left_out
    assert "blog: 1 post, not published (post_status: comment)" in coverage.left_out
    assert "blog: 2 posts that are on other pages of the answer" in coverage.left_out


def test_a_comment_is_a_quote_of_who_wrote_it(coverage: Coverage) -> None:
    assert blocks_of(coverage, 3) == (
        Quote(html="<p>Is the night bus running?</p>", attribution="Nadia"),
        Text(html="<p>Yes, <b>every hour</b>.</p>"),
    )


def test_a_picture_stays_remote_in_its_largest_size_for_screens(coverage: Coverage) -> None:
    assert blocks_of(coverage, 5)[1:] == (
        Image(
            src="https://pictures.example/1920.png",
            alt="Lanterns on the quay",
            caption="Evening on the quay",
            credit="Jon Abara",
            width=1920,
        ),
        Image(
            src="https://pictures.example/b.jpg", caption="The full ferry", width=1400, height=840
        ),
    )


def test_an_embedded_post_is_its_link_and_its_words(coverage: Coverage) -> None:
    assert blocks_of(coverage, 6) == (
        Embed(
            url="https://twitter.com/tarnferry/status/77002",
            title="Tarn Ferry on Twitter (@tarnferry)",
            provider="Twitter",
            text="Both ferries are full.",
        ),
    )


def test_an_embedded_page_is_its_card_and_its_picture_is_reported(coverage: Coverage) -> None:
    assert blocks_of(coverage, 9) == (
        Embed(
            url="http://ferry.example/times",
            title="Timetable of the ferry",
            provider="Tarn Ferry",
            text="Every ten minutes.",
        ),
    )
    assert any("https://pictures.example/card.jpg" in line for line in coverage.left_out)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ('<iframe src="//film.example/7" width="560"></iframe>', "https://film.example/7"),
        (
            '<blockquote><a href="/1">A</a><a href="https://photo.example/p/2">P</a></blockquote>',
            "https://photo.example/p/2",
        ),
        ('<div class="fb-post"><a href="https://b.example/3">B</a></div>', "https://b.example/3"),
    ],
)
def test_an_embed_is_the_link_found_in_it(text: str, url: str) -> None:
    (one,) = SUPERDESK.read(with_item(item_type="embed", text=text)).updates
    (embed,) = one.update.blocks
    assert isinstance(embed, Embed)
    assert embed.url == url


def test_an_embed_without_a_link_keeps_its_text_and_is_reported() -> None:
    coverage = SUPERDESK.read(with_item(item_type="embed", text="<b>Chart</b> of the day"))
    assert markup.to_text(coverage.updates[0].update.blocks) == "Chart of the day"
    assert any("an embed without an address (item-1)" in line for line in coverage.left_out)


def test_a_scorecard_is_a_score_with_its_scorers(coverage: Coverage) -> None:
    assert blocks_of(coverage, 7) == (
        Score(sides=(Side(name="Tarn Rovers", points="2"), Side(name="Quayside", points="1"))),
        Text(html="<p>Tarn Rovers: Abara 12, Lund 80</p>"),
    )


def test_election_results_are_a_table(coverage: Coverage) -> None:
    assert blocks_of(coverage, 8) == (
        Text(html="<p><i>Harbour council. Count at 6:34 pm</i></p>"),
        Table(rows=(("Merrin", "54,1 %"), ("Oduya", "45,9 %"))),
    )


def test_an_advertisement_is_reported(coverage: Coverage) -> None:
    assert "post urn:sample:4: Advertisement Local: Buy a rope" in coverage.left_out
    assert "update urn:sample:4: nothing is left of it to publish" in coverage.left_out


def test_an_unknown_item_keeps_its_text_and_is_reported(coverage: Coverage) -> None:
    assert blocks_of(coverage, 2) == (Text(html="<p>Rain from eight.</p>"),)
    assert "post urn:sample:2: Weather map item item-2: only its text was kept" in coverage.left_out


def test_a_post_without_a_publisher_or_a_date_of_publishing_is_brought(coverage: Coverage) -> None:
    one = the_post(coverage, 2)
    assert one.update.byline == "The night desk"
    assert one.published.isoformat() == "2026-11-20T08:00:00+00:00"
    assert not one.update.key_event


def test_highlights_are_key_events_and_one_post_stays_pinned(coverage: Coverage) -> None:
    marked = {one.external_id for one in coverage.updates if one.update.key_event}
    assert marked == {"urn:sample:7", "urn:sample:8"}
    assert [one.external_id for one in coverage.updates if one.update.pinned] == ["urn:sample:9"]
    assert any(line.startswith("update urn:sample:1: its pin") for line in coverage.left_out)


def test_a_headline_made_of_the_slug_follows_the_slug(coverage: Coverage) -> None:
    assert coverage.story.headline == "Live: blog b10c"
    renamed = coverage.under(Slug("evening-on-the-quay")).story
    assert (renamed.slug, renamed.headline) == ("evening-on-the-quay", "Live: evening on the quay")


def test_a_blog_that_is_given_is_the_head(superdesk_sample: bytes) -> None:
    answer = json.loads(superdesk_sample)
    answer["blog"] = {"_id": "b", "title": "Quay night", "blog_status": "closed"}
    coverage = SUPERDESK.read(json.dumps(answer).encode())
    assert (coverage.story.slug, coverage.story.headline) == ("quay-night", "Quay night")
    assert coverage.closed
    assert coverage.under(Slug("q")).story.headline == "Quay night"


def test_a_real_blog_is_brought_whole(shared_data: Path) -> None:
    body = (shared_data / "superdesk-posts.json").read_bytes()
    coverage = exchange.read(body)
    posts = json.loads(body)["posts"]["_items"]
    public = [post for post in posts if not post["deleted"] and post["post_status"] == "open"]
    gone = [line for line in coverage.left_out if "nothing is left" in line]
    assert len(coverage.updates) + len(gone) == len(public)
    assert len(gone) == 1
    items = [
        ref["item"]
        for post in public
        for group in post["groups"]
        for ref in group["refs"]
        if "item" in ref
    ]
    asked = Counter(item["item_type"] for item in items)
    found = Counter(type(block) for one in coverage.updates for block in one.update.blocks)
    # The election's heading and the scorecard's scorers are texts of their own.
    assert found == {
        Text: asked["text"] + 2,
        Image: asked["image"],
        Embed: asked["embed"],
        Score: asked["Scorecard"],
        Table: asked["Election results"],
    }
    assert any("13 posts, deleted" in line for line in coverage.left_out)
    assert any("Advertisement Local" in line for line in coverage.left_out)
