"""A diagram as pixels: what a Sheet takes, drawn by Pillow, for films, which have no browser."""

import re
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageDraw

from rnnviz.export.film import canvas
from rnnviz.export.sheet import Sheet
from rnnviz.figures import theme

_FINER = 3  # all is drawn this much larger and then reduced
_BEND = 12  # straight pieces of a bend
_BELOW = {"_": 0.17, "^": -0.204}  # how far down, as shares of the type
_SMALL = 0.68  # the type of what stands there
_MIDDLE = 0.34  # from the baseline to the middle of a digit, as in a Sheet
_AHEAD = {"left": 0.0, "middle": 0.5, "right": 1.0}


class Painting(Sheet):
    """A Sheet whose elements are painted as they come; `room` is the width and height in pixels
    that it may take at most."""

    def __init__(
        self, size: tuple[float, float], mode: str, origin: tuple[float, float],
        room: tuple[int, int],
    ):  # fmt: skip
        super().__init__(size, mode, origin)
        self.scale = _FINER * min(wide / own for wide, own in zip(room, size, strict=True))
        wide, high = (_FINER * int(self.scale * own / _FINER) for own in size)
        self.pixels = Image.new("RGB", (wide, high), theme.MODES[mode].ground)
        self.pen = ImageDraw.Draw(self.pixels)

    def picture(self) -> Image.Image:
        """What was painted."""
        return self.pixels.reduce(_FINER)

    def add(self, name: str, /, *inside: str, **attributes) -> None:
        """A "path", "rect" or "circle" of a Sheet."""
        paint: Callable[..., None] = getattr(self, f"_{name}")
        paint(**attributes)

    def text(
        self, place, words, size, colour, *, weight=400, align="left", anchor="s", serif=False,
        **attributes,
    ) -> None:  # fmt: skip
        pieces = list(_pieces(words, size * self.scale, weight, serif))
        wide = sum(font.getlength(part) for part, font, _ in pieces)
        x, y = self._placed(np.array(place))
        x -= _AHEAD[align] * wide
        y += _MIDDLE * size * self.scale if anchor == "m" else 0
        for part, font, down in pieces:
            place = (float(x), float(y + down * size * self.scale))
            self.pen.text(place, part, fill=colour, font=font, anchor="ls")
            x += font.getlength(part)

    def _placed(self, points: np.ndarray) -> np.ndarray:
        return (points - self.origin) * self.scale

    def _path(self, d: str, fill: str, stroke: str = "", stroke_width: float = 0, **_) -> None:
        points = self._placed(np.array(list(_points(d))))
        places = points.ravel().tolist()
        if fill != "none":
            self.pen.polygon(places, fill)
        if stroke:
            self.pen.line(places, stroke, round(stroke_width * self.scale), joint="curve")

    def _rect(
        self, x: float, y: float, width: float, height: float, fill: str, rx: float = 0,
        stroke: str = "", stroke_width: float = 0, opacity: str = "1", **_,
    ) -> None:  # fmt: skip
        half = stroke_width / 2  # an SVG's edge lies on both sides of its line
        corners = [[x - half, y - half], [x + width + half, y + height + half]]
        low, high = np.rint(self._placed(np.array(corners))).astype(int)
        if min(high - low) < 1:
            return
        if float(opacity) < 1:
            veil = Image.new("L", tuple(high - low), round(255 * float(opacity)))
            self.pixels.paste(fill, tuple(low), veil)
            return
        box, radius = [*low, *(high - 1)], min(rx + half, *((high - low) / self.scale / 2))
        edge = round(stroke_width * self.scale)
        self.pen.rounded_rectangle(box, radius * self.scale, fill, stroke or None, edge)

    def _circle(self, cx: float, cy: float, r: float, fill: str) -> None:
        corners = self._placed(np.array([[cx - r, cy - r], [cx + r, cy + r]]))
        self.pen.ellipse(corners.ravel().tolist(), fill)


def _pieces(words: str, size: float, weight: int, serif: bool) -> Iterator[tuple]:
    """The parts of "*a_{t}*" with their fonts, and how far down each stands."""
    kinds = ("serif", "serif italic") if serif else ("upright", "italic")
    for index, part in enumerate(words.split("*")):
        for piece in filter(None, re.split(r"([_^]\{[^}]*\})", part)):
            down, small = _BELOW.get(piece[0], 0.0) if piece[1:2] == "{" else 0.0, 1.0
            if down:
                piece, small = piece[2:-1], _SMALL
            yield piece, canvas.font(max(1, round(small * size)), weight, kinds[index % 2]), down


def _points(d: str) -> Iterator[np.ndarray]:
    """The corners of a path of M, L, Q, C and Z, its bends in short straight pieces."""
    here = start = np.zeros(2)
    for letter, numbers in re.findall(r"([MLQCZ])([^MLQCZ]*)", d):
        places = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", numbers), float).reshape(-1, 2)
        if letter == "Z":
            yield start
            continue
        if letter == "M":
            start = places[0]
        if letter in "QC":
            for share in np.arange(1, _BEND) / _BEND:
                corners = np.array([here, *places])
                while len(corners) > 1:  # de Casteljau
                    corners = corners[:-1] + share * (corners[1:] - corners[:-1])
                yield corners[0]
        here = places[-1]
        yield here
