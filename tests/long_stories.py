"""A story of many updates, put into its log at once."""

from __future__ import annotations

from datetime import timedelta

from liveblog.blocks import Text
from liveblog.store.redis import RedisStore
from liveblog.story import Change, Slug, Update, instant, milliseconds, moment, update_id
from tests.builders import opened
from tests.people import now

_AT_ONCE = 250
_WORDS = (
    "The council sat until midnight and adjourned without a vote; three members left early.",
    "Rescue boats are working upstream from the old bridge, where the water is highest.",
    "A spokeswoman said the line would reopen “as soon as it is safe, and not before”.",
    "Señora Núñez thanked the volunteers who had carried 1,200 sandbags since dawn.",
    "We are checking reports of a second breach. Nothing is confirmed yet.",
)


async def a_long_story(store: RedisStore, updates: int) -> Slug:
    """Its name. The newest update is a minute old, each other a minute older than the next."""
    head = opened()
    await store.append([head])
    changes = [_posted(head.slug, number, updates) for number in range(updates)]
    for at in range(0, updates, _AT_ONCE):
        await store.append(changes[at : at + _AT_ONCE])
    return head.slug


def _posted(slug: Slug, number: int, of: int) -> Change:
    at = instant(now() - timedelta(minutes=of - number))
    paragraphs = "".join(
        f"<p>{_WORDS[(number + n) % len(_WORDS)]}</p>" for n in range(1 + number % 4)
    )
    update = Update(
        id=update_id(milliseconds(at), number),
        revision=1,
        published=at,
        title=f"Update number {number}" if number % 3 else "",
        byline=("Ada Winter", "Grace Field", "")[number % 3],
        blocks=(Text(html=f"<p>No {number}.</p>{paragraphs}"),),
        key_event=number % 25 == 0,
        tags=(("river", "council", "rail")[number % 3],),
    )
    return Change(slug=slug, kind="posted", at=instant(moment(at)), update=update)
