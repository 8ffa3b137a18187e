"""Uploading a picture, and what readers get of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, ImageCms

from liveblog import checks
from liveblog.app import files
from liveblog.errors import (
    BadSetting,
    Invalid,
    KeyReused,
    NotAllowed,
    NotAPicture,
    PictureWaits,
    TooLarge,
)
from liveblog.media.files import Files
from liveblog.media.uploads import LIMIT_BYTES, Uploads
from liveblog.renditions import MediaId
from liveblog.settings import read
from liveblog.store.pictures import Pictures
from tests.media import making
from tests.media.making import a_new_picture, a_picture, drawn, saved
from tests.media.studio import Studio, colour_at
from tests.redis_servers import a_server
from tests.sites import Newsroom, Site, a_picture_worker, a_site
from tests.web.answers import assert_refused

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("anyio_backend")]


# -- what comes of one -----------------------------------------------------------------------------


def test_a_picture_becomes_three_widths_in_two_formats(studio: Studio) -> None:
    made = studio.made(a_picture(2_000, 1_000, "JPEG"))
    assert (made["width"], made["height"]) == (1_600, 800)
    kinds = [(one["type"], one["width"], one["height"]) for one in made["renditions"]]
    assert sorted(kinds) == [
        (f"image/{format}", width, width // 2)
        for format in ("avif", "webp")
        for width in (480, 960, 1_600)
    ]
    for one, content in zip(made["renditions"], studio.files(made), strict=True):
        picture = Image.open(io.BytesIO(content))
        assert (picture.width, picture.height) == (one["width"], one["height"])
        assert Image.MIME[picture.format or ""] == one["type"]
        assert len(content) == one["bytes"]


def test_a_picture_is_never_made_larger_than_it_is(studio: Studio) -> None:
    for width, wanted in ((300, {300}), (480, {480}), (700, {480, 700})):
        made = studio.made(a_picture(width, 50))
        assert {one["width"] for one in made["renditions"]} == wanted
        assert made["width"] == width


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_format_that_is_named_is_taken(studio: Studio, format: str) -> None:
    picture = studio.seen(studio.made(a_picture(66, 44, format)))
    assert colour_at(picture, 0.2, 0.2) == "red"
    assert colour_at(picture, 0.8, 0.2) == "green"
    assert colour_at(picture, 0.5, 0.8) == "blue"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_taken(studio: Studio, mode: str) -> None:
    picture = drawn(70, 44, "L").convert("I;16") if mode == "I;16" else drawn(70, 44, mode)
    made = studio.made(saved(picture, "PNG"))
    assert (made["width"], made["height"]) == (70, 44)


def test_a_grey_picture_in_16_bits_keeps_its_greys(studio: Studio) -> None:
    grey = Image.frombytes("I;16", (40, 40), b"\x00\x80" * 1_600)
    pixel = studio.seen(studio.made(saved(grey, "PNG"))).getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert all(118 < value < 138 for value in pixel)


def test_a_picture_for_print_is_shown_in_colour(studio: Studio) -> None:
    picture = studio.seen(studio.made(saved(drawn(72, 44, "CMYK"), "JPEG")))
    assert colour_at(picture, 0.2, 0.2) == "red"


def test_what_is_transparent_stays_so(studio: Studio) -> None:
    made = studio.made(saved(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG"))
    pixel = Image.open(io.BytesIO(studio.get(made["src"]).content)).convert("RGBA").getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


def test_the_words_beside_it_come_back_in_a_block_that_can_be_posted(
    studio: Studio, newsroom: Newsroom, slug: str
) -> None:
    made = studio.made(a_picture(1_000, 500), alt="Gates", caption=" Shut\x00 ", credit="M. Orr")
    assert made["image"] == {
        "type": "image", "src": made["src"], "alt": "Gates", "caption": "Shut", "credit": "M. Orr",
        "width": 1_000, "height": 500,
    }  # fmt: skip
    address = f"/stories/{slug}/updates"
    posted = newsroom.api.post(address, json={"blocks": [made["image"]]})
    assert posted.status_code == 201, posted.text
    assert f'src="/media/{made["id"]}/480.webp"' not in posted.json()["html"]
    assert f'src="/media/{made["id"]}/960.webp"' in posted.json()["html"]


def test_the_bytes_alone_are_an_upload_too_whatever_they_are_called(studio: Studio) -> None:
    content = a_picture(67, 44)
    answers = [studio.send(content, kind) for kind in ("image/png", "image/svg+xml")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() == studio.made(content)


# -- what does not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(studio: Studio, orientation: int) -> None:
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    upright = drawn(200, 120)
    # As a camera that was held so has written it.
    written = upright.transpose(turn[orientation]) if orientation in turn else upright
    exif = making.as_the_camera_says(orientation)
    made = studio.made(saved(written, "JPEG", exif=exif))
    assert (made["width"], made["height"]) == (200, 120)
    picture = studio.seen(made)
    assert colour_at(picture, 0.2, 0.2) == "red"
    assert colour_at(picture, 0.8, 0.2) == "green"
    assert colour_at(picture, 0.5, 0.8) == "blue"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_that_the_camera_noted_is_published(studio: Studio, format: str) -> None:
    exif = making.as_the_camera_says()
    more = {"xmp": b"<x:xmpmeta>" + making.SECRET + b"</x:xmpmeta>"} if format != "PNG" else {}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    original = a_picture(600, 400, format, exif=exif, icc_profile=profile, **more)
    assert making.SECRET in original
    made = studio.made(original)
    for content in studio.files(made):
        picture = Image.open(io.BytesIO(content))
        assert not picture.getexif()
        assert set(picture.info) <= {"loop", "background", "timestamp", "duration"}
        for trace in (making.SECRET, b"Exif", b"EXIF", b"XMP ", b"ICCP", b"colrprof", b"xmpmeta"):
            assert trace not in content


def test_colours_are_those_of_the_pictures_own_profile(studio: Studio) -> None:
    profile = making.a_profile_that_swaps_red_and_blue()
    picture = studio.seen(studio.made(a_picture(90, 60, "PNG", icc_profile=profile)))
    assert colour_at(picture, 0.2, 0.2) == "blue"
    assert colour_at(picture, 0.5, 0.8) == "red"


def test_a_profile_that_is_broken_is_left_out(studio: Studio) -> None:
    made = studio.made(a_picture(91, 60, "PNG", icc_profile=b"no profile at all" * 20))
    assert colour_at(studio.seen(made), 0.2, 0.2) == "red"


# -- how it is served ------------------------------------------------------------------------------


def test_a_rendition_can_do_nothing_and_is_kept_for_ever(studio: Studio) -> None:
    made = studio.made(a_picture())
    for one in made["renditions"]:
        answer = studio.get(one["url"])
        headers = answer.headers
        assert headers["content-type"] == one["type"]
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        name = one["url"].rpartition("/")[2]
        assert headers["content-disposition"] == f'inline; filename="{made["id"]}-{name}"'
        assert "set-cookie" not in headers


def test_a_rendition_that_is_held_is_not_sent_again(studio: Studio, site: Site) -> None:
    address = studio.made(a_picture())["src"]
    held = {"If-None-Match": studio.get(address).headers["etag"]}
    answer = site.http.get(address, headers=held)
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_original_has_no_address(studio: Studio, site_data: Path) -> None:
    original = a_new_picture()
    id = studio.made(original)["id"]
    (file,) = kept(site_data, f"originals/{id}")
    assert file.read_bytes() == original
    for address in (
        f"/media/{id}", f"/media/{id}/", f"/media/{id}/original", f"/media/originals/{id}",
        f"/media/about/{id}", f"/media/{id}/..%2f..%2foriginals%2f{id}",
        f"/media/..%2foriginals/{id}", f"/media/{id}/../../originals/{id}",
        f"/media/{id}%2f..%2f..%2foriginals/{id}", f"/originals/{id}", f"/static/../originals/{id}",
        f"/static/media/originals/{id}", f"/api/v1/media/{id}",
    ):  # fmt: skip
        answer = studio.get(address)
        assert answer.status_code in {404, 405}, address
        assert original not in answer.content


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("..", "960.webp"),
        ("%2e%2e", "%2e%2e"),
        ("{id}", "..%2f..%2f..%2f..%2fetc%2fpasswd"),
        ("{id}", "960.webp%00"),
        ("{id}", "960.webp%0a"),
        ("{id}", "0960.webp"),
        ("{id}", "٩٦٠.webp"),
        ("{id}", "64x48.svg"),
        ("{id}", "64x48.html"),
        ("{id}", "64x48.webp.html"),
        ("{ID}", "64x48.webp"),
        ("{id}x", "64x48.webp"),
        ("originals", "{id}"),
        ("c:", "960.webp"),
    ],
)
def test_an_address_of_another_form_is_nowhere(studio: Studio, id: str, name: str) -> None:
    known = studio.made(a_picture())["id"]
    both = {"id": known, "ID": known.upper()}
    answer = studio.get(f"/media/{id.format_map(both)}/{name.format_map(both)}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


# -- once ------------------------------------------------------------------------------------------


def test_the_same_bytes_are_one_picture(studio: Studio) -> None:
    content = a_new_picture()
    assert studio.made(content) == studio.made(content)


def test_a_repetition_with_its_key_gives_the_same_answer(studio: Studio) -> None:
    content, key = a_new_picture(), uuid4().hex
    first, second = (studio.upload(content, key=key, alt="Gates") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_a_key_stands_for_one_picture_and_its_words(studio: Studio) -> None:
    content, key = a_new_picture(), uuid4().hex
    studio.upload(content, key=key, alt="Gates")
    assert_refused(studio.upload(a_new_picture(), key=key, alt="Gates"), 422, KeyReused)
    assert_refused(studio.upload(content, key=key, alt="Doors"), 422, KeyReused)


async def test_a_picture_that_is_forgotten_is_gone_with_its_original(
    studio: Studio, site: Site, site_data: Path
) -> None:
    content = a_new_picture()
    made = studio.made(content)
    uploads = uploads_of(site, site_data)
    await uploads.forget(MediaId(made["id"]))
    await uploads.forget(MediaId(made["id"]))
    await uploads.close()
    assert kept(site_data, f"{made['id']}*") == []
    assert [studio.get(one["url"]).status_code for one in made["renditions"]] == [404, 404]
    # It can be sent again, and is made again.
    assert studio.made(content) == made


def kept(folder: Path, name: str) -> list[Path]:
    return [file for file in folder.rglob(name) if file.is_file()]


def uploads_of(site: Site, data: Path) -> Uploads:
    found = files(read({"LIVEBLOG_DATA": str(data)}))
    return Uploads(found, Pictures(site.redis_url), wait_seconds=1)


# -- refused ---------------------------------------------------------------------------------------


def test_a_picture_may_have_25_megabytes_and_not_a_byte_more(studio: Studio) -> None:
    whole = a_picture(68, 44)
    most = whole + bytes(LIMIT_BYTES - len(whole))
    assert studio.upload(most).status_code == 201
    assert studio.send(most, "image/png").status_code == 201
    assert_refused(studio.upload(most + b"\0"), 413, TooLarge)
    assert_refused(studio.send(most + b"\0", "image/png"), 413, TooLarge)


def test_an_upload_that_does_not_say_how_long_it_is_is_counted(studio: Studio) -> None:
    def pieces() -> Iterator[bytes]:
        yield a_picture()
        for _ in range(26):
            yield bytes(1_000_000)

    assert_refused(studio.send(pieces(), "image/png"), 413, TooLarge)


@pytest.mark.parametrize(
    "media_type", ["application/json", "text/html", "application/x-www-form-urlencoded", ""]
)
def test_a_body_of_another_type_is_refused(studio: Studio, media_type: str) -> None:
    assert_refused(studio.send(a_picture(), media_type), 415, NotAPicture)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", []),
        (b"--b\r\n", []),
        (b"--c\r\n\r\n--c--", []),
        (b'--b\r\nContent-Disposition: form-data; name="alt"\r\n\r\nx\r\n--b--\r\n', ["file"]),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n', ["file"]),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", []),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 9 + b"--b--\r\n", []),
        (b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\r\n' * 2, []),
        (b"--b\r\n" + b"X: y\r\n" * 100 + b"\r\n", []),
        (b"--b\r\nX: " + b"y" * 9_000 + b"\r\n\r\n", []),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * 9_000, []),
    ],
    ids=[
        "nothing", "a beginning", "another boundary", "words alone", "no file", "no name",
        "many fields", "two files", "many headers", "a long header", "a long field",
    ],
)  # fmt: skip
def test_a_form_that_makes_no_sense_is_refused(
    studio: Studio, body: bytes, fields: list[str]
) -> None:
    answer = studio.send(body, "multipart/form-data; boundary=b")
    if answer.json()["status"] == 422 and not fields:
        fields = [one["field"] for one in answer.json().get("errors", [])]
        assert fields in ([], ["file"])
    assert_refused(answer, 422, Invalid, *fields)


@pytest.mark.parametrize("media_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_needs_its_boundary(studio: Studio, media_type: str) -> None:
    assert_refused(studio.send(b"--b--", media_type), 422, Invalid)


def test_words_that_are_too_long_are_refused(studio: Studio) -> None:
    assert_refused(studio.upload(a_picture(), alt="x" * 1_001), 422, Invalid, "alt")


async def test_who_may_not_write_may_not_upload(site: Site) -> None:
    readers = Newsroom(site, await site.token("reader")).api
    answer = readers.post("/media", files={"file": a_picture()})
    assert_refused(answer, 403, NotAllowed)


# -- without a worker ------------------------------------------------------------------------------


async def test_without_a_worker_the_picture_is_kept_and_made_later(tmp_path: Path) -> None:
    data = {"LIVEBLOG_DATA": str(tmp_path / "data"), "LIVEBLOG_PICTURE_SECONDS": "1"}
    with a_server(tmp_path / "redis") as port:
        url = f"redis://127.0.0.1:{port}"
        with a_site(url, tmp_path / "log", **data) as site:
            studio = Studio(Newsroom(site, await site.token()), site)
            content = a_picture()
            answer = studio.upload(content)
            problem = assert_refused(answer, 503, PictureWaits)
            assert "liveblog worker" in problem["detail"]
            assert int(answer.headers["retry-after"]) > 0
            assert len(kept(tmp_path, "originals/*")) == 1
            with a_picture_worker(url, tmp_path / "worker", **data):
                answers = (studio.upload(content) for _ in range(30))
                assert any(answer.status_code == 201 for answer in answers)


# -- where files live ------------------------------------------------------------------------------


async def test_pictures_can_live_in_an_object_store() -> None:
    files = Files("memory:///", Path("/nowhere"))
    await files.probe()
    assert await files.picture(MediaId("a" * 24)) is None
    assert str(Files("s3://bucket/a?aws_secret_access_key=b", Path())) == "s3://bucket/a"


async def test_check_says_whether_pictures_can_be_kept(tmp_path: Path) -> None:
    found = await checks.media(Files("", tmp_path / "media"))
    assert (found.verdict, str(tmp_path / "media") in found.what) == ("ok", True)
    assert kept(tmp_path, "*") == []
    found = await checks.media(Files("", Path("/proc/media")))
    assert found.verdict == "wrong"
    assert "LIVEBLOG_MEDIA_URL" in found.what


def test_an_address_of_no_store_is_a_wrong_setting() -> None:
    with pytest.raises(BadSetting, match="LIVEBLOG_MEDIA_URL"):
        Files("gopher://bucket", Path())
