"""Pictures that are meant to harm, by what they are."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.media.making import a_picture, chunk, gif, noise, png, saved, zeros

_LOSSLESS = 16_383 | 16_383 << 14  # width and height less one

BOMBS: dict[str, bytes] = {
    "a PNG of 900 megapixels": png(30_000, 30_000, rows=zeros(1_000)),
    "a whole PNG of 56 megapixels": png(8_000, 7_000),
    "a PNG whose sides are the largest that can be written": png(
        2**31 - 1, 2**31 - 1, rows=zeros(10)
    ),
    "a PNG as narrow as a hair": png(1, 49_000_000, rows=zeros(1_000)),
    "a PNG with a text of 100 MB": png(8, 8, chunk(b"zTXt", b"a\0\0" + zeros(100_000_000))),
    "a PNG with a profile of 100 MB": png(8, 8, chunk(b"iCCP", b"a\0\0" + zeros(100_000_000))),
    "a GIF of 65,535 by 65,535": gif(65_535, 65_535, 1),
    "a WebP of 268 megapixels": b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f"
    + struct.pack("<I", _LOSSLESS)
    + b"\x07\x10\x11\x11\x88\x88\xfe\x07\0\0\0\0\0",
}

BROKEN: dict[str, bytes] = {
    **{
        f"a JPEG of which {percent} % came": jpeg[: len(jpeg) * percent // 100]
        for jpeg in [saved(noise(200, 150))]
        for percent in (1, 10, 50, 90, 97)
    },
    "a PNG cut in its pixels": saved(noise(60, 60), "PNG")[:-4_000],
    "a WebP that is cut": saved(noise(60, 60), "WEBP")[:-900],
    "an AVIF that is cut": saved(noise(60, 60), "AVIF")[:-900],
    "a PNG that is only a head": b"\x89PNG\r\n\x1a\n",
    "a JPEG that is only a head": b"\xff\xd8\xff\xe0",
    "a PNG without pixels": png(0, 0, rows=zeros(0)),
    "a PNG without height": png(8, 0, rows=zeros(0)),
    "a GIF without frames": gif(8, 8, 0),
    "a PNG whose sum is wrong": png(8, 8).replace(b"IHDR\0\0\0\x08", b"IHDR\0\0\0\x09"),
    "a script that begins as a GIF": b"GIF89a/*" + b" " * 40 + b"*/=1;alert(1)//",
    "a page that begins as a JPEG": b"\xff\xd8\xff<html><script>alert(1)</script>",
}

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'

OTHERS: dict[str, bytes] = {
    "an SVG": _SVG,
    "an SVG after a line of XML": b'<?xml version="1.0"?>\n' + _SVG,
    "an SVG after a comment": b"<!-- " + b"x" * 300 + b" -->" + _SVG,
    "an SVG after spaces": b" \n\t" * 40 + _SVG,
    "an SVG with a mark of its encoding": b"\xef\xbb\xbf" + _SVG,
    "an SVG in 16 bits": _SVG.decode().encode("utf-16"),
    "an SVG that is compressed": zlib.compress(_SVG, wbits=31),
    "a page": b"<!DOCTYPE html><html><script>alert(1)</script>",
    "a PDF": b"%PDF-1.7\n1 0 obj",
    "a ZIP": b"PK\x03\x04" + bytes(30),
    "a TIFF": b"II*\0" + bytes(30),
    "a BMP": b"BM" + bytes(60),
    "a HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60),
    "a film": b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(60),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "zeros": bytes(1_000),
    "a word": b"picture",
}


def _zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    return file.getvalue()


POLYGLOTS: dict[str, bytes] = {
    "a JPEG that is a ZIP as well": a_picture(60, 40, "JPEG") + _zipped(),
    "a PNG with a page behind it": a_picture(61, 40) + b"<html><script>alert(1)</script></html>",
    "a PNG with a page inside": a_picture(62, 40)[:33]
    + chunk(b"tEXt", b"Comment\0<html><script>alert(1)</script>")
    + a_picture(62, 40)[33:],
    "a JPEG with a script in its comment": a_picture(
        63, 40, "JPEG", comment=b"*/=1;alert(1)/*<script>alert(1)</script>"
    ),
    "a GIF with a script behind it": a_picture(64, 40, "GIF") + b"<script>alert(1)</script>",
    "a WebP with a page behind it": a_picture(65, 40, "WEBP") + b"<script>alert(1)</script>",
}

HEAVY: dict[str, bytes] = {
    # costly, and still pictures
    "as many pixels as are allowed": png(7_000, 7_000),
    "a GIF of 20,000 frames": gif(16, 16, 20_000),
    "an EXIF of 8 MB": png(
        9,
        9,
        chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff" * 1_000_000),
    ),
    "a pixel behind which 100 MB lie": png(1, 1, rows=zeros(100_000_000)),
}
