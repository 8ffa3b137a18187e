"""A blog of Superdesk Live Blog, as its posts API gives it: ``{"posts": {"_items": […]}}``.

The answer has no head: the slug comes from the caller, the headline from the blog if it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from liveblog.blocks import Block
from liveblog.exchange import richtext, superdesk_items
from liveblog.exchange.coverage import (
    Brought,
    Coverage,
    Format,
    Notebook,
    covered,
    decode,
    decodes,
    headline_of,
    slug_of,
)
from liveblog.exchange.superdesk_items import Item
from liveblog.intake import NewStory, NewUpdate

_STANDFIRST = 2_000


class _Person(Struct, frozen=True):
    display_name: str | None = None
    byline: str | None = None


class _Blog(Struct, frozen=True):
    id: str = field(name="_id", default="")
    title: str | None = None
    description: str | None = None
    blog_status: str | None = None
    language: str | None = None


class _Ref(Struct, frozen=True):
    item: Item | None = None


class _Group(Struct, frozen=True):
    id: str = ""
    refs: tuple[_Ref, ...] = ()


class _Post(Struct, frozen=True):
    id: str = field(name="_id")
    groups: tuple[_Group, ...] = ()
    deleted: bool | None = False
    post_status: str | None = "open"
    sticky: bool | None = False
    lb_highlight: bool | None = False
    headline: str | None = None
    byline: str | None = None
    publisher: _Person | str | None = None
    original_creator: _Person | str | None = None
    published_date: datetime | None = None
    firstcreated: datetime | None = None
    blog: _Blog | str | None = None
    language: str | None = None


class _Meta(Struct, frozen=True):
    total: int = 0
    page: int = 1


class _Posts(Struct, frozen=True):
    items: tuple[_Post, ...] = field(name="_items")
    meta: _Meta = field(name="_meta", default=_Meta())


class _Wrapped(Struct, frozen=True):
    posts: _Posts
    blog: _Blog | str | None = None


class _ItemSeen(Struct, frozen=True):
    groups: tuple[_Group, ...]


class _ItemsSeen(Struct, frozen=True):
    items: tuple[_ItemSeen, ...] = field(name="_items")


class _PostsSeen(Struct, frozen=True):
    posts: _ItemsSeen


def recognises(body: bytes) -> bool:
    """Whether it is such an answer, wrapped in ``posts`` or not."""
    return decodes(body, _PostsSeen) or decodes(body, _ItemsSeen)


def read(body: bytes) -> Coverage:
    """Read the open posts; the deleted and the unpublished are counted. Raises Unimportable."""
    if decodes(body, _PostsSeen):
        page = decode(body, _Wrapped)
    else:
        page = _Wrapped(posts=decode(body, _Posts))
    notes = Notebook()
    posts = tuple(_public(page.posts.items, notes))
    blog = _blog(page)
    updates = [_brought(post, notes) for post in posts]
    missing = page.posts.meta.total - len(page.posts.items)
    if missing > 0:
        notes.leave_out("blog", f"{missing} posts that are on other pages of the answer")
    story = _story(blog, posts, notes)
    return covered(
        story,
        [brought for brought in updates if brought],
        notes,
        closed=blog.blog_status == "closed",
    )


def _public(posts: Iterable[_Post], notes: Notebook) -> Iterable[_Post]:
    withheld: Counter[str] = Counter()
    for post in posts:
        if post.deleted:
            withheld["deleted"] += 1
        elif post.post_status not in (None, "open"):
            withheld[f"not published (post_status: {post.post_status})"] += 1
        else:
            yield post
    for reason, count in withheld.items():
        notes.leave_out("blog", f"{count} {'post' if count == 1 else 'posts'}, {reason}")


def _brought(post: _Post, notes: Notebook) -> Brought | None:
    where = f"post {post.id}"
    published = post.published_date or post.firstcreated
    if published is None or published.tzinfo is None:
        notes.leave_out(where, "it has no time of publishing")
        return None
    update = NewUpdate(
        blocks=notes.blocks(where, _blocks(post, where, notes)),
        title=notes.line(where, richtext.plain(post.headline or "")),
        byline=notes.line(where, _byline(post)),
        key_event=bool(post.lb_highlight),
        pinned=bool(post.sticky),
    )
    return Brought(external_id=post.id, published=published, update=update)


def _blocks(post: _Post, where: str, notes: Notebook) -> Iterable[Block]:
    for group in post.groups:
        for ref in group.refs:
            if ref.item is not None:
                yield from superdesk_items.read(ref.item, where, notes)


def _byline(post: _Post) -> str:
    people = [who for who in (post.publisher, post.original_creator) if isinstance(who, _Person)]
    names = [who.display_name or who.byline for who in people]
    return next(filter(None, [*names, post.byline]), "")


def _blog(page: _Wrapped) -> _Blog:
    named = [page.blog, *(post.blog for post in page.posts.items)]
    whole = next((blog for blog in named if isinstance(blog, _Blog)), None)
    return whole or _Blog(id=next((blog for blog in named if isinstance(blog, str)), ""))


def _story(blog: _Blog, posts: tuple[_Post, ...], notes: Notebook) -> NewStory:
    title = notes.line("headline", richtext.plain(blog.title or ""))
    slug = slug_of(title or f"blog-{blog.id}")
    language = next(filter(None, [blog.language, *(post.language for post in posts)]), "en")
    return NewStory(
        slug=slug,
        headline=title or headline_of(slug),
        standfirst=notes.line("standfirst", richtext.plain(blog.description or ""), _STANDFIRST),
        language=language.replace("_", "-"),
    )


SUPERDESK = Format(name="superdesk", recognises=recognises, read=read)
