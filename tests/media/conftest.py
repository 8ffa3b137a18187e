"""The shared site with a worker that makes its pictures, and what is asked of both."""

from __future__ import annotations

import pytest

from liveblog.story import Slug
from tests.media.studio import Studio
from tests.sites import Newsroom, Site, Worker
from tests.web.answers import until_open


@pytest.fixture
def studio(newsroom: Newsroom, site: Site, picture_worker: Worker) -> Studio:
    """Uploads pictures to the shared site and looks at what comes of them."""
    return Studio(newsroom, site)


@pytest.fixture
def slug(newsroom: Newsroom, site: Site) -> Slug:
    """A story that is live and that readers can see."""
    slug = newsroom.open()
    until_open(site, slug)
    return slug
