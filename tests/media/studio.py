"""Uploads pictures as the desk does, and fetches them as readers do."""

from __future__ import annotations

import io
from typing import Any

from httpx2 import Response
from PIL import Image

from tests.sites import Newsroom, Site


class Studio:
    """``upload`` answers what came of it, ``made`` what was made."""

    def __init__(self, newsroom: Newsroom, site: Site) -> None:
        self._api = newsroom.api
        self._site = site

    def upload(self, content: bytes, name: str = "a.jpg", key: str = "", **words: str) -> Response:
        headers = {"Idempotency-Key": key} if key else {}
        files = {"file": (name, content, "image/jpeg")}
        return self._api.post("/media", files=files, data=words, headers=headers)

    def send(self, content: Any, media_type: str) -> Response:
        """The bytes alone."""
        return self._api.post("/media", content=content, headers={"Content-Type": media_type})

    def made(self, content: bytes, **words: str) -> dict[str, Any]:
        answer = self.upload(content, **words)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def get(self, address: str) -> Response:
        return self._site.http.get(address)

    def files(self, made: dict[str, Any]) -> list[bytes]:
        """Every rendition as readers get it."""
        answers = [self.get(one["url"]) for one in made["renditions"]]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.content for answer in answers]

    def seen(self, made: dict[str, Any]) -> Image.Image:
        """The picture as it is seen, in the width that its address names."""
        picture = Image.open(io.BytesIO(self.get(made["src"]).content))
        assert not picture.getexif()
        return picture.convert("RGB")


def colour_at(picture: Image.Image, x: float, y: float) -> str:
    """Red, green or blue: the most at that part of the width and height."""
    point = (int(picture.width * x), int(picture.height * y))
    pixel = picture.getpixel(point)
    assert isinstance(pixel, tuple)
    return ("red", "green", "blue")[pixel.index(max(pixel))]
