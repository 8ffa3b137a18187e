"""Pictures for tests, good and hostile, all made here."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageCms

SECRET = b"Ada Quell, 4 Harbour Street"


def drawn(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Red in its left upper quarter, green to the right of it, blue below."""
    picture = Image.new("RGB", (width, height), (20, 40, 220))
    picture.paste((220, 30, 30), (0, 0, width // 2, height // 2))
    picture.paste((30, 200, 40), (width // 2, 0, width, height // 2))
    return picture.convert(mode)


def saved(picture: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def a_picture(width: int = 64, height: int = 48, format: str = "PNG", **options: Any) -> bytes:
    return saved(drawn(width, height), format, **options)


def a_new_picture() -> bytes:
    """One that nobody has uploaded."""
    colour = tuple(random.randbytes(3))
    picture = drawn(40, 30)
    picture.paste(colour, (0, 0, 20, 15))
    picture.paste(tuple(random.randbytes(3)), (20, 15, 40, 30))
    picture.paste(tuple(random.randbytes(3)), (0, 15, 20, 30))
    return saved(picture, "PNG")


def noise(width: int, height: int) -> Image.Image:
    """What cannot be made small."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def as_the_camera_says(orientation: int = 1) -> bytes:
    """EXIF with a place, a name and how the camera was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = SECRET.decode()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 30.0)
    return exif.tobytes()


def a_profile_that_swaps_red_and_blue() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = entries[b"rXYZ"], entries[b"bXYZ"]
    profile[red + 4 : red + 12], profile[blue + 4 : blue + 12] = (
        profile[blue + 4 : blue + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


# -- PNG by hand -----------------------------------------------------------------------------------


def chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(
    width: int, height: int, *chunks: bytes, rows: bytes | None = None, depth: int = 1
) -> bytes:
    """Grey, ``depth`` bits a pixel; black where no rows are given."""
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    if rows is None:
        rows = zeros(height * (1 + (width * depth + 7) // 8))
    body = chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def zeros(count: int) -> bytes:
    """So many zeros, compressed, without holding them."""
    compressor = zlib.compressobj(9)
    block = bytes(1 << 20)
    whole, rest = divmod(count, len(block))
    parts = [compressor.compress(block) for _ in range(whole)]
    return b"".join([*parts, compressor.compress(block[:rest]), compressor.flush()])


# -- GIF by hand -----------------------------------------------------------------------------------


def gif(width: int, height: int, frames: int) -> bytes:
    head = (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\xff\x00\x00\x00\x00\xff"
    )
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"
