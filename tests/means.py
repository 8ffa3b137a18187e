"""What the calls of the API work with, in a test that serves them itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from liveblog.accounts.sessions import Sessions
from liveblog.accounts.tokens import Bearers
from liveblog.desk import Desk
from liveblog.hub.doors import Doors
from liveblog.hub.hub import Hub
from liveblog.media.files import Files
from liveblog.media.uploads import Uploads
from liveblog.store.pictures import Pictures
from liveblog.store.redis import RedisStore
from liveblog.unfurl import Unfurler, unfurler
from liveblog.web.callers import Callers
from liveblog.web.limits import Limits
from liveblog.web.operations import Means


def means(desk: Desk, store: RedisStore, folder: Path, links: Unfurler | None = None) -> Means:
    """Without limits, and with pictures in a folder."""
    uploads = Uploads(Files("", folder), Pictures(store.url), wait_seconds=1)
    return Means(
        desk=desk,
        store=store,
        hub=Hub(store, Doors()),
        callers=Callers(Bearers(store, _clock), Sessions(store, _clock)),
        uploads=uploads,
        unfurler=links or unfurler(),
        people=store,
        limits=Limits(),
    )


def _clock() -> datetime:
    return datetime.now(UTC)
