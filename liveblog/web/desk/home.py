"""The desk without scripts: who you are, and the stories that are yours."""

from __future__ import annotations

from starlette.responses import Response

from liveblog.web.desk.action import HOME, Action, Visit

RECENT = 50


async def show(visit: Visit) -> Response:
    """Who you are, and the stories that are yours."""
    caller, store = visit.who, visit.house.store
    slugs = [slug for slug in await store.slugs() if caller.sees(slug)][:RECENT]
    drafts = [head for head in await store.draft_heads() if caller.sees(head.slug)]
    return visit.page("home", drafts=drafts, stories=[await store.head(slug) for slug in slugs])


ACTIONS = (Action(method="GET", path=f"{HOME}/plain", handler=show, needs="read"),)
