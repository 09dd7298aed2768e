"""A film as a file: pictures go in one by one, and only what changed is kept of each.

Pillow's own writers of films hold every picture until the last, so that a film's memory grows with
its length; these hold two. Pillow encodes each picture alone, and what it made is laid into the
container. The peak for 400 pictures of 1920 x 1080 in MiB, about 100 of them the program itself:

    format   here   Pillow's save_all   why
    APNG      104   6445                of a generator it writes one picture, for it reads it twice
    WebP      191   more than 3200      it makes a list of them (here: at 100 pictures; Pillow: 953)
    GIF       203   901                 it keeps every picture, a byte a pixel

imageio collects a list for Pillow (923 at 100 pictures of WebP). Sources: the APNG chunks of PNG's
third edition (W3C 2025), the WebP container (RFC 9649), GIF89a.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import GifImagePlugin, Image, ImageChops

from rnnviz.export.film.colours import GIF_SPARE, Nearest, gif_palette


class Change(NamedTuple):
    """The rectangle of a picture that differs from the one before, and how long it stays.

    `image` is RGBA, transparent where nothing changed; the first one is whole and opaque.
    """

    left: int
    top: int
    image: Image.Image
    start: int
    end: int  # in ticks since the film began


def changes(pictures: Iterable[tuple[Image.Image, int]]) -> Iterator[Change]:
    """What each picture changes; one that changes nothing makes the one before stay longer."""
    before: Image.Image | None = None
    waiting: Change | None = None
    clock = 0
    for picture, ticks in pictures:
        change = _change(before, picture, clock)
        if change:
            if waiting:
                yield waiting._replace(end=clock)
            waiting = change
        before, clock = picture, clock + ticks
    if waiting:
        yield waiting._replace(end=clock)


def _change(before: Image.Image | None, picture: Image.Image, clock: int) -> Change | None:
    if before is None:
        return Change(0, 0, picture.convert("RGBA"), clock, clock)
    different = ImageChops.difference(before, picture)
    box = different.getbbox()
    if box is None:
        return None
    left, top = box[0] // 2 * 2, box[1] // 2 * 2  # WebP counts in twos
    box = (left, top, box[2], box[3])
    changed = picture.crop(box)
    changed.putalpha(_any(different.crop(box)))
    return Change(left, top, _cleared(changed), clock, clock)


def _any(different: Image.Image) -> Image.Image:
    """255 where any of three channels is not 0."""
    red, green, blue = different.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([0] + [255] * 255)


def _cleared(image: Image.Image) -> Image.Image:
    """Nothing under what is transparent, so that it takes no room."""
    clear = Image.new("RGBA", image.size)
    clear.paste(image, (0, 0), image.getchannel("A"))
    return clear


def apng(pictures, out: BinaryIO, size: tuple[int, int], rate: int, loop: bool, theme: str) -> None:
    """Animated PNG, full colour."""

    def chunk(kind: bytes, content: bytes) -> None:
        out.write(struct.pack(">I", len(content)) + kind + content)
        out.write(struct.pack(">I", zlib.crc32(kind + content)))

    out.write(b"\x89PNG\r\n\x1a\n")
    chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0))
    counted = out.tell()
    chunk(b"acTL", bytes(8))
    count = number = 0
    for change in changes(pictures):
        place = (*change.image.size, change.left, change.top)
        delay, over = (change.end - change.start, rate), int(count > 0)
        chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *place, *delay, 0, over))
        number += 1
        for kind, content in _png_chunks(change.image):
            if kind != b"IDAT":
                continue
            if count:
                kind, content = b"fdAT", struct.pack(">I", number) + content
                number += 1
            chunk(kind, content)
        count += 1
    chunk(b"IEND", b"")
    out.seek(counted)
    chunk(b"acTL", struct.pack(">II", count, int(not loop)))


def _png_chunks(image: Image.Image) -> Iterator[tuple[bytes, bytes]]:
    still = io.BytesIO()
    image.save(still, "PNG", compress_level=6)
    data, at = still.getvalue(), 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += length + 12


def webp(pictures, out: BinaryIO, size: tuple[int, int], rate: int, loop: bool, theme: str) -> None:
    """Animated WebP, full colour, without loss."""

    def chunk(kind: bytes, content: bytes) -> None:
        out.write(kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2))

    def three(number: int) -> bytes:
        return struct.pack("<I", number)[:3]

    out.write(b"RIFF\0\0\0\0WEBP")
    chunk(b"VP8X", b"\x12\0\0\0" + three(size[0] - 1) + three(size[1] - 1))  # film, transparency
    chunk(b"ANIM", struct.pack("<IH", 0, int(not loop)))
    for change in changes(pictures):
        still = io.BytesIO()
        change.image.save(still, "WEBP", lossless=True, quality=40, method=2, exact=False)
        data = still.getvalue()
        lossless = data.index(b"VP8L", 12)
        stays = _clock(change.end, rate, 1000) - _clock(change.start, rate, 1000)
        place = three(change.left // 2) + three(change.top // 2)
        place += three(change.image.width - 1) + three(change.image.height - 1)
        chunk(b"ANMF", place + three(stays) + b"\0" + data[lossless:])
    length = out.tell() - 8
    out.seek(4)
    out.write(struct.pack("<I", length))


def gif(pictures, out: BinaryIO, size: tuple[int, int], rate: int, loop: bool, theme: str) -> None:
    """GIF in one palette for the whole film: that of the theme."""
    palette = gif_palette(theme)
    nearest = Nearest(theme)
    out.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0xF7, 0, 0) + palette)
    if loop:
        out.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")
    for change in changes(pictures):
        colours = np.asarray(change.image)
        indexed = np.full(colours.shape[:2], GIF_SPARE, np.uint8)
        changed = colours[..., 3] > 0
        indexed[changed] = nearest(colours[changed][:, :3])
        frame = Image.fromarray(indexed).convert("P")
        stays = 10 * (_clock(change.end, rate, 100) - _clock(change.start, rate, 100))
        place = (change.left, change.top)
        parts = GifImagePlugin.getdata(
            frame, place, duration=stays, transparency=GIF_SPARE, disposal=1
        )
        out.writelines(parts)
    out.write(b";")


def _clock(ticks: int, rate: int, unit: int) -> int:
    """Ticks as whole units, of which a second has `unit`; rounding never adds up."""
    return round(ticks * unit / rate)


CONTAINERS = {"apng": apng, "webp": webp, "gif": gif}
