"""Whose pages may be framed, and that nobody else's may."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from liveblog import markup
from liveblog.blocks import Embed
from liveblog.markup.providers import FRAME_ORIGINS, PROVIDERS, framed
from liveblog.web.security import headers_for
from tests.html_reading import Reading, unsafe

TUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
FRAMES = {
    # a page: its frame
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ": TUBE,
    "https://youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=42s": TUBE,
    "https://m.youtube.com/watch?v=dQw4w9WgXcQ": TUBE,
    "https://www.youtube.com/shorts/dQw4w9WgXcQ": TUBE,
    "https://www.youtube.com/live/dQw4w9WgXcQ?feature=share": TUBE,
    "https://youtu.be/dQw4w9WgXcQ?si=x": TUBE,
    "https://vimeo.com/76979871": "https://player.vimeo.com/video/76979871?dnt=1",
    "https://www.dailymotion.com/video/x8abcde": "https://geo.dailymotion.com/player.html?video=x8abcde",
    "https://twitter.com/a_b/status/20": "https://platform.twitter.com/embed/Tweet.html?id=20&dnt=true",
    "https://x.com/a_b/status/20?s=46": "https://platform.twitter.com/embed/Tweet.html?id=20&dnt=true",
    "https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur/post/3k": "https://embed.bsky.app/embed/did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3k",
    "https://www.instagram.com/p/C1_-a/": "https://www.instagram.com/p/C1_-a/embed/",
    "https://www.instagram.com/ann/reel/C1/?x=1": "https://www.instagram.com/reel/C1/embed/",
    "https://www.tiktok.com/@ann.b/video/7106594312292453675": "https://www.tiktok.com/player/v1/7106594312292453675",
    "https://www.facebook.com/ann.b/posts/pfbid02x": "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fann.b%2Fposts%2Fpfbid02x",
    "https://www.facebook.com/ann/videos/12/": "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fann%2Fvideos%2F12",
    "https://www.reddit.com/r/news/comments/1abc/gates_open/": "https://embed.reddit.com/r/news/comments/1abc/",
    "https://open.spotify.com/intl-de/track/4uLU6hMCjMI75M1A2tKUQC": "https://open.spotify.com/embed/track/4uLU6hMCjMI75M1A2tKUQC",
    "https://soundcloud.com/ann/first-one": "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fann%2Ffirst-one",
    "https://datawrapper.dwcdn.net/aB3dE/2/": "https://datawrapper.dwcdn.net/aB3dE/",
    "https://www.datawrapper.de/_/aB3dE/": "https://datawrapper.dwcdn.net/aB3dE/",
    "https://public.flourish.studio/visualisation/123/": "https://flo.uri.sh/visualisation/123/embed",
    "https://t.me/s/durov/43": "https://t.me/durov/43?embed=1",
}  # fmt: skip
NOT_FRAMED = [
    "https://news.example/watch?v=dQw4w9WgXcQ",
    "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    "https://evil-youtube.com/watch?v=dQw4w9WgXcQ",
    "https://evil.example/https://youtube.com/watch?v=dQw4w9WgXcQ",
    "https://evil.example/?https://youtu.be/dQw4w9WgXcQ",
    "https://youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
    "https://youtu.be:8443/dQw4w9WgXcQ",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ\"><script>",
    "https://www.youtube.com/watch?v=../../../x",
    "https://www.youtube.com/watch?v=short",
    "https://youtu.be/dQw4w9WgXcQx",
    "https://youtuxbe/dQw4w9WgXcQ",
    "javascript://youtu.be/dQw4w9WgXcQ",
    "data:text/html,https://youtu.be/dQw4w9WgXcQ",
    "//youtu.be/dQw4w9WgXcQ",
    "https://vimeo.com/1%2f..%2f..",
    "https://vimeo.com/channels/x",
    "https://x.com/a/status/1'onload='x",
    "https://bsky.app/profile/ann.example/post/3k",
    "https://bsky.app/profile/did:web:evil.example/post/3k",
    "https://www.instagram.com/p/../../x",
    "https://soundcloud.com/ann/x%26url=https://evil.example",
    "https://open.spotify.com/embed/track/../../x",
    "https://t.me/joinchat/x",
    "https://mastodon.example/@ann/1",
]  # fmt: skip


@pytest.mark.parametrize("page", FRAMES)
def test_a_providers_page_has_a_frame(page: str) -> None:
    shown = framed(page)
    assert shown is not None
    assert shown.frame == FRAMES[page]
    assert framed(page.replace("https://", "http://")) == shown


def test_every_provider_is_tried_above() -> None:
    shown = {found.provider for page in FRAMES if (found := framed(page))}
    assert shown == set(PROVIDERS)


@pytest.mark.parametrize("page", NOT_FRAMED)
def test_no_other_page_has_one(page: str) -> None:
    assert framed(page) is None


def test_what_follows_an_id_never_gets_into_the_frame() -> None:
    for rest in ("/../../evil", "?x=1", "#'\"><script>", "&autoplay=1", "/\nx"):
        shown = framed(f"https://x.com/a/status/20{rest}")
        assert shown is not None
        assert shown.frame == "https://platform.twitter.com/embed/Tweet.html?id=20&dnt=true"
        assert unsafe(markup.to_html([Embed(url=f"https://x.com/a/status/20{rest}")])) == []


def test_the_readers_policy_frames_the_providers_and_nobody_else() -> None:
    policy = headers_for("/stories/x")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["frame-src"].split() == list(FRAME_ORIGINS)
    for frame in FRAMES.values():
        assert f"https://{urlsplit(frame).hostname}" in FRAME_ORIGINS
    assert not {"'self'", "https:", "*", "data:", "blob:"} & set(rules["frame-src"].split())


def test_a_card_is_a_link_that_names_its_frame() -> None:
    html = markup.to_html([Embed(url="https://youtu.be/dQw4w9WgXcQ?a=1&b=2", title="A <video>")])
    assert unsafe(html) == []
    (link,) = Reading(html).all("a")
    assert link == {
        "href": "https://youtu.be/dQw4w9WgXcQ?a=1&b=2",
        "rel": "noopener",
        "data-frame": TUBE,
        "data-shape": "video",
        "data-referrer": "strict-origin",
    }
    (post,) = Reading(markup.to_html([Embed(url="https://x.com/a/status/20")])).all("a")
    assert "data-referrer" not in post
    (other,) = Reading(markup.to_html([Embed(url="https://news.example/a")])).all("a")
    assert other == {"href": "https://news.example/a", "rel": "noopener"}
