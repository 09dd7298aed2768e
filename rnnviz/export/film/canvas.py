"""Drawing on a picture, of Pillow or as SVG: text with italic letters, lines without stairs."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rnnviz.export.sheet import Sheet

_FINER = 4  # lines are drawn this much larger and then reduced
_WITHOUT = str.maketrans({"‖": "|", "−": "-", "→": ">", "←": "<", "·": ",", "×": "x"})
Picture = Image.Image | Sheet
Box = tuple[float, float, float, float]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_FACES = {
    "upright": "SourceSansVF-Upright",
    "italic": "SourceSansVF-Italic",
    "serif": "SourceSerifVariable-Roman",
    "serif italic": "SourceSerifVariable-Italic",
}
DASHES = {  # lengths drawn and left out, in widths of the line, for the names that theme.py uses
    "solid": (),
    "dash": (4.5, 2.5),
    "dot": (1.2, 2.0),
    "dashdot": (4.5, 2.0, 1.2, 2.0),
    "longdash": (8.0, 3.0),
    "longdashdot": (8.0, 2.5, 1.2, 2.5),
}


@cache
def face(kind: str) -> Path | None:
    """The file of one of the dashboard's own typefaces, which Streamlit carries."""
    package = find_spec("streamlit")
    folder = Path(package.origin).parent / "static" if package and package.origin else None
    return next(iter(sorted(folder.rglob(f"{_FACES[kind]}.*.woff2"))), None) if folder else None


@cache
def font(size: int, weight: int = 400, kind: str = "upright") -> Font:
    """A typeface at a size in pixels; Pillow's own where Source Sans cannot be opened."""
    file = face(kind)
    if file is None:
        return ImageFont.load_default(size)
    try:
        typeface = ImageFont.truetype(file, size)
        axes = typeface.get_variation_axes()
        chosen = (weight if axis["name"] == b"Weight" else axis["default"] for axis in axes)
        typeface.set_variation_by_axes([value or 0 for value in chosen])
        return typeface
    except OSError:
        return ImageFont.load_default(size)


def _spans(words: str, size: float, weight: int, serif: bool):
    """The parts of "hidden state *a*" with their fonts: what stands between stars is italic."""
    kinds = ("serif", "serif italic") if serif else ("upright", "italic")
    for index, part in enumerate(words.split("*")):
        one = font(round(size * _FINER), weight, kinds[index % 2])
        if part:
            yield part if getattr(one, "path", None) else part.translate(_WITHOUT), one


def length(words: str, size: float, weight: int = 400, serif: bool = False) -> float:
    """How wide a line of text is, in pixels."""
    return sum(one.getlength(part) for part, one in _spans(words, size, weight, serif)) / _FINER


def text(
    picture: Picture,
    place: tuple[float, float],
    words: str,
    size: float,
    colour: str,
    *,
    weight: int = 400,
    align: str = "left",
    anchor: str = "s",
    serif: bool = False,
) -> None:
    """Write one line from x on, or around it, or up to it; its baseline ("s") or middle ("m") at y.

    It is drawn larger and reduced, so that letters need not keep to whole pixels.
    """
    if isinstance(picture, Sheet):
        picture.text(
            place, words, size, colour, weight=weight, align=align, anchor=anchor, serif=serif
        )
        return
    x, y = place
    wide = length(words, size, weight, serif)
    x -= wide * {"left": 0, "middle": 0.5, "right": 1}[align]
    if anchor == "m":  # the middle of a digit, the same for every word of a row
        y -= font(round(size * _FINER), weight).getbbox("0", anchor="ls")[1] / 2 / _FINER
    left, top = int(x - size / 2), int(y - 1.2 * size)
    box = (int(wide + 1.5 * size) + 1, int(1.7 * size) + 1)
    mask = Image.new("L", (box[0] * _FINER, box[1] * _FINER))
    pen, at = ImageDraw.Draw(mask), (x - left) * _FINER
    for part, one in _spans(words, size, weight, serif):
        pen.text((at, (y - top) * _FINER), part, fill=255, font=one, anchor="ls")
        at += one.getlength(part)
    picture.paste(colour, (left, top), mask.reduce(_FINER))


def curve(
    picture: Picture,
    box: tuple[int, int, int, int],
    points: np.ndarray,
    colour: str,
    width: float,
    dash: str = "solid",
) -> None:
    """A line through points (n, 2) in pixels, cut off at a box; a NaN leaves a gap."""
    if isinstance(picture, Sheet):
        _path(picture, points, colour, width, dash)
        return
    left, top, right, bottom = box
    mask = Image.new("L", ((right - left) * _FINER, (bottom - top) * _FINER))
    pen = ImageDraw.Draw(mask)
    fine = (points - (left, top)) * _FINER
    finite = np.isfinite(fine).all(axis=1)
    for part in np.split(fine, np.flatnonzero(~finite)):
        part = part[np.isfinite(part).all(axis=1)]
        if len(part) == 1:
            _dot(pen, part[0], width * _FINER)
        for piece in _dashed(part, [share * width * _FINER for share in DASHES[dash]]):
            pen.line(piece.ravel().tolist(), 255, round(width * _FINER), joint="curve")
    picture.paste(colour, (left, top), mask.reduce(_FINER))


def _path(sheet: Sheet, points: np.ndarray, colour: str, width: float, dash: str) -> None:
    finite, d = np.isfinite(points).all(axis=1), ""
    for index, (x, y) in enumerate(points):
        if finite[index]:
            d += f"{'L' if index and finite[index - 1] else 'M'}{x:.2f} {y:.2f}"
    lengths = " ".join(f"{share * width:.2f}" for share in DASHES[dash])
    sheet.add(
        "path", d=d, fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round",
        stroke_dasharray=lengths or None,
    )  # fmt: skip


def segment(picture: Picture, ends: Box, colour: str, width: int) -> None:
    """A straight line from (x0, y0) to (x1, y1)."""
    if isinstance(picture, Sheet):
        x0, y0, x1, y1 = ends
        picture.add("line", x1=x0, y1=y0, x2=x1, y2=y1, stroke=colour, stroke_width=width)
    else:
        ImageDraw.Draw(picture).line(ends, colour, width)


def bar(picture: Picture, box: Box, colour: str) -> None:
    """A filled rectangle; the pixels of its right and lower edge are its own."""
    if isinstance(picture, Sheet):
        left, top, right, bottom = box
        size = {"width": right - left + 1, "height": bottom - top + 1}
        picture.add("rect", x=left, y=top, **size, fill=colour)
    else:
        ImageDraw.Draw(picture).rectangle(box, colour)


def frame(picture: Picture, box: Box, colour: str, width: int) -> None:
    """The edge of a rectangle, so wide to the inside."""
    if isinstance(picture, Sheet):
        left, top, right, bottom = box
        size = {"width": right - left + 1 - width, "height": bottom - top + 1 - width}
        style = {"fill": "none", "stroke": colour, "stroke_width": width}
        picture.add("rect", x=left + width / 2, y=top + width / 2, **size, **style)
    else:
        ImageDraw.Draw(picture).rectangle(box, None, colour, width)


def _dot(pen: ImageDraw.ImageDraw, centre: np.ndarray, radius: float) -> None:
    x, y = centre
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), 255)


def _dashed(points: np.ndarray, lengths: list[float]):
    """The pieces of a line that a dash leaves."""
    if len(points) < 2:
        return
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    if not lengths or along[-1] > 1e6:
        yield points
        return
    start, index = 0.0, 0
    while start < along[-1]:
        end = min(start + lengths[index % len(lengths)], along[-1])
        if index % 2 == 0:
            inside = along[(along > start) & (along < end)]
            places = np.concatenate([[start], inside, [end]])
            yield np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)
        start, index = end, index + 1


def dot(picture: Picture, centre: tuple[float, float], radius: float, colour: str) -> None:
    """A filled circle."""
    x, y = centre
    if not np.isfinite(x + y):
        return
    if isinstance(picture, Sheet):
        picture.add("circle", cx=x, cy=y, r=radius, fill=colour)
        return
    reach = int(radius) + 2
    box = (int(x) - reach, int(y) - reach, int(x) + reach + 1, int(y) + reach + 1)
    mask = Image.new("L", ((box[2] - box[0]) * _FINER, (box[3] - box[1]) * _FINER))
    middle = np.array([x - box[0], y - box[1]]) * _FINER
    _dot(ImageDraw.Draw(mask), middle, radius * _FINER)
    picture.paste(colour, box[:2], mask.reduce(_FINER))


def polygon(picture: Picture, points: list[tuple[float, float]], colour: str) -> None:
    """A filled polygon."""
    if isinstance(picture, Sheet):
        picture.add("polygon", points=" ".join(f"{x:.2f},{y:.2f}" for x, y in points), fill=colour)
        return
    places = np.array(points)
    low, high = np.floor(places.min(axis=0)), np.ceil(places.max(axis=0)) + 1
    width, height = (int(size) * _FINER for size in high - low)
    mask = Image.new("L", (width, height))
    fine = ((places - low) * _FINER).ravel().tolist()
    ImageDraw.Draw(mask).polygon(fine, 255)
    picture.paste(colour, (int(low[0]), int(low[1])), mask.reduce(_FINER))
