"""Whose posts and videos may be framed, and at which address. Pure.

A frame's address is ours with an id put in, never one that a page or a provider's HTML names. To
add a provider: one line in ``PROVIDERS``; the readers' Content-Security-Policy follows from it.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

Shape = Literal["video", "tall", "post", "audio", "chart"]


class Provider(Struct, frozen=True, kw_only=True):
    """``page`` is a pattern of its pages without the scheme; what it names goes into ``frame``.

    ``oembed`` is where the provider tells a title and an author (https://oembed.com).
    """

    name: str
    page: str
    frame: str
    shape: Shape = "post"
    oembed: str = ""
    referrer: Literal["no-referrer", "strict-origin"] = "no-referrer"


class Framed(Struct, frozen=True, kw_only=True):
    """An address that a provider's frame can show."""

    provider: Provider
    frame: str


_WORD = r"[A-Za-z0-9_-]+"
_FACEBOOK = rf"(?:m\.)?facebook\.com/(?P<who>[A-Za-z0-9.]+)/%s/(?P<id>{_WORD})"
_FACEBOOK_FRAME = (
    "https://www.facebook.com/plugins/%s.php?href=https%%3A%%2F%%2Fwww.facebook.com"
    "%%2F{who}%%2F%s%%2F{id}"
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        name="YouTube",
        page=r"(?:(?:m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/|embed/)|youtu\.be/)"
        r"(?P<id>[A-Za-z0-9_-]{11})",
        frame="https://www.youtube-nocookie.com/embed/{id}",
        shape="video",
        oembed="https://www.youtube.com/oembed",
        # Without it the player refuses with "error 153"; it learns the site, not the page.
        referrer="strict-origin",
    ),
    Provider(
        name="Vimeo",
        page=r"vimeo\.com/(?:video/)?(?P<id>[0-9]+)",
        frame="https://player.vimeo.com/video/{id}?dnt=1",
        shape="video",
        oembed="https://vimeo.com/api/oembed.json",
    ),
    Provider(
        name="Dailymotion",
        page=r"(?:dailymotion\.com/video|dai\.ly)/(?P<id>[A-Za-z0-9]+)",
        frame="https://geo.dailymotion.com/player.html?video={id}",
        shape="video",
        oembed="https://www.dailymotion.com/services/oembed",
    ),
    Provider(
        name="X",
        page=r"(?:mobile\.)?(?:twitter|x)\.com/[A-Za-z0-9_]+/status(?:es)?/(?P<id>[0-9]+)",
        frame="https://platform.twitter.com/embed/Tweet.html?id={id}&dnt=true",
        oembed="https://publish.twitter.com/oembed",
    ),
    Provider(
        name="Bluesky",
        # Its frame wants the account's did; a post by handle stays a card.
        page=r"bsky\.app/profile/(?P<did>did:plc:[a-z2-7]{24})/post/(?P<id>[a-z0-9]+)",
        frame="https://embed.bsky.app/embed/{did}/app.bsky.feed.post/{id}",
    ),
    Provider(
        name="Instagram",
        page=rf"instagram\.com/(?:[A-Za-z0-9_.]+/)?(?P<kind>p|reel|tv)/(?P<id>{_WORD})",
        frame="https://www.instagram.com/{kind}/{id}/embed/",
        shape="tall",
    ),
    Provider(
        name="TikTok",
        page=r"tiktok\.com/@[A-Za-z0-9_.-]+/video/(?P<id>[0-9]+)",
        frame="https://www.tiktok.com/player/v1/{id}",
        shape="tall",
        oembed="https://www.tiktok.com/oembed",
    ),
    Provider(name="Facebook", page=_FACEBOOK % "posts", frame=_FACEBOOK_FRAME % ("post", "posts")),
    Provider(
        name="Facebook",
        page=_FACEBOOK % "videos",
        frame=_FACEBOOK_FRAME % ("video", "videos"),
        shape="video",
    ),
    Provider(
        name="Reddit",
        page=r"(?:old\.)?reddit\.com/r/(?P<sub>[A-Za-z0-9_]+)/comments/(?P<id>[a-z0-9]+)",
        frame="https://embed.reddit.com/r/{sub}/comments/{id}/",
        oembed="https://www.reddit.com/oembed",
    ),
    Provider(
        name="Spotify",
        page=r"open\.spotify\.com/(?:intl-[a-z]+/)?"
        r"(?P<kind>track|album|artist|playlist|episode|show)/(?P<id>[A-Za-z0-9]{22})",
        frame="https://open.spotify.com/embed/{kind}/{id}",
        shape="audio",
        oembed="https://open.spotify.com/oembed",
    ),
    Provider(
        name="SoundCloud",
        page=rf"soundcloud\.com/(?P<who>{_WORD})/(?P<id>{_WORD})",
        frame="https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2F{who}%2F{id}",
        shape="audio",
        oembed="https://soundcloud.com/oembed",
    ),
    Provider(
        name="Datawrapper",
        page=r"(?:datawrapper\.dwcdn\.net|datawrapper\.de/_)/(?P<id>[A-Za-z0-9]{5})",
        frame="https://datawrapper.dwcdn.net/{id}/",
        shape="chart",
    ),
    Provider(
        name="Flourish",
        page=r"(?:public\.flourish\.studio|flo\.uri\.sh)/(?P<kind>visualisation|story)/"
        r"(?P<id>[0-9]+)",
        frame="https://flo.uri.sh/{kind}/{id}/embed",
        shape="chart",
    ),
    Provider(
        name="Telegram",
        page=r"t\.me/(?:s/)?(?P<who>[A-Za-z0-9_]{4,32})/(?P<id>[0-9]+)",
        frame="https://t.me/{who}/{id}?embed=1",
    ),
)

_PAGES = tuple(
    (re.compile(rf"https?://(?:www\.)?{one.page}(?:[/?&#].*)?", re.DOTALL), one)
    for one in PROVIDERS
)
FRAME_ORIGINS: tuple[str, ...] = tuple(
    sorted({f"https://{urlsplit(one.frame).netloc}" for one in PROVIDERS})
)


def framed(address: str) -> Framed | None:
    """What a frame could show of that page; None where nobody in the table has it."""
    for page, provider in _PAGES:
        found = page.fullmatch(address)
        if found:
            return Framed(provider=provider, frame=provider.frame.format(**found.groupdict()))
    return None
