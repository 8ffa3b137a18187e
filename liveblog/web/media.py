"""Pictures: the call that uploads one, and the address at which readers get its renditions."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog import renditions
from liveblog.blocks import LINE_CHARACTERS, Image
from liveblog.media.uploads import Uploads
from liveblog.renditions import FORMATS, MediaId, Picture
from liveblog.web.caching import conditional
from liveblog.web.operations import Answer, Call, Operation
from liveblog.web.receiving import FORM, WORDS, receive


class Uploaded(Picture, frozen=True, kw_only=True):
    """A picture that is ready for readers, and the block that shows it."""

    image: Image


async def upload_picture(call: Call) -> Answer:
    """Upload a picture; answered once its renditions are there. The same bytes are one picture."""
    await call.uploads.claim(call.once)
    received = call.body
    picture = await call.uploads.picture(received.id)
    image = Image(
        src=picture.src,
        alt=received.alt,
        caption=received.caption,
        credit=received.credit,
        width=picture.width,
        height=picture.height,
    )
    uploaded = Uploaded(
        id=picture.id,
        src=picture.src,
        width=picture.width,
        height=picture.height,
        renditions=picture.renditions,
        image=image,
    )
    return Answer(value=uploaded, status=201, location=picture.src)


def route(uploads: Uploads) -> Route:
    """The address of all renditions. Nothing else that is kept has one."""

    async def rendition(request: Request) -> Response:
        id, name = request.path_params["id"], request.path_params["rendition"]
        format = renditions.format_of(id, name)
        content = await uploads.rendition(MediaId(id), name) if format else None
        if format is None or content is None:
            raise HTTPException(404)
        answer = conditional(request, content, f"{id}-{name}", FORMATS[format])
        answer.headers["Content-Disposition"] = f'inline; filename="{id}-{name}"'
        return answer

    return Route("/media/{id}/{rendition}", rendition)


_WORD = {"type": "string", "maxLength": LINE_CHARACTERS}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "25 MB at most"},
        **dict.fromkeys(WORDS, _WORD),
    },
}

OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/media",
        name="uploadPicture",
        needs="draft",
        handler=upload_picture,
        receives=receive,
        content={FORM: _FORM, "image/*": {"type": "string", "format": "binary"}},
        answers={201: Uploaded},
        errors=(401, 403, 413, 415, 422, 429, 503),
    ),
)
