"""A picture as SVG while it is drawn: words as words, lines as lines, cells as rectangles."""

import base64
import io
import re
from html import escape

import numpy as np
from PIL import Image

from rnnviz.figures import theme

_MOST_CELLS = 20_000  # rectangles; beyond, a block is a picture of its own, one pixel a cell
_ANCHORS = {"left": "start", "middle": "middle", "right": "end"}
_MIDDLE = 0.34  # from the baseline to the middle of a digit, as a share of the type
_BELOW = {"_": ("0.25em", "-0.18em"), "^": ("-0.3em", "0.21em")}  # down and back again, in ems
Box = tuple[float, float, float, float]


class Sheet:
    """Elements of an SVG in their order, in a box of `size` from `origin` on; `ground` is its
    colour, `mode` a theme."""

    def __init__(self, size: tuple[float, float], mode: str, origin: tuple[float, float] = (0, 0)):
        self.size, self.mode, self.origin = size, mode, origin
        self.elements: list[str] = []

    @property
    def width(self) -> float:
        """Of the box, in its own units."""
        return self.size[0]

    @property
    def height(self) -> float:
        """Of the box, in its own units."""
        return self.size[1]

    def add(self, name: str, /, *inside: str, **attributes) -> None:
        """An element around others; "_" in a name is "-", numbers are written to a hundredth."""
        words = "".join(
            f' {key.replace("_", "-")}="{escape(_written(value))}"'
            for key, value in attributes.items()
            if value is not None
        )
        self.elements.append(f"<{name}{words}>{''.join(inside)}</{name}>")

    def text(
        self, place, words, size, colour, *, weight=400, align="left", anchor="s", serif=False,
        **attributes,
    ) -> None:  # fmt: skip
        """A line of words: between stars in italics, `_{..}` below and `^{..}` above the line."""
        x, y = place
        bare = words.lstrip()
        words = "\u00a0" * (len(words) - len(bare)) + bare  # SVG drops spaces in front
        spans = []
        for index, part in enumerate(words.split("*")):
            style = ' font-style="italic"' if index % 2 else ""
            spans += [f"<tspan{style}>{one}</tspan>" if style else one for one in _marked(part)]
        self.add(
            "text", *spans, x=x, y=y + (_MIDDLE * size if anchor == "m" else 0),
            font_size=size, fill=colour, font_weight=weight if weight != 400 else None,
            text_anchor=_ANCHORS[align] if align != "left" else None,
            font_family=theme.SERIF if serif and self.mode != "print" else None, **attributes,
        )  # fmt: skip

    def block(self, colours: np.ndarray, box: Box, name: str = "") -> None:
        """Cells (rows, columns, 3) of bytes in a box; neighbours of one colour are one piece."""
        rows, columns, _ = colours.shape
        left, top, right, bottom = box
        wide, tall = (right - left) / columns, (bottom - top) / rows
        if rows * columns > _MOST_CELLS:
            out = io.BytesIO()
            Image.fromarray(colours).save(out, "PNG")
            data = base64.b64encode(out.getvalue()).decode()
            self.add(
                "image", x=left, y=top, width=right - left, height=bottom - top, data_name=name,
                preserveAspectRatio="none", style="image-rendering: pixelated",
                href=f"data:image/png;base64,{data}",
            )  # fmt: skip
            return
        pieces = []
        for row, line in enumerate(colours):
            ends = [*np.flatnonzero((line[1:] != line[:-1]).any(axis=1)) + 1, columns]
            start = 0
            for end in ends:
                x, y, w = left + start * wide, top + row * tall, (end - start) * wide
                fill = "#{:02x}{:02x}{:02x}".format(*line[start])
                pieces.append(
                    f'<rect x="{_written(x)}" y="{_written(y)}" width="{_written(w)}" '
                    f'height="{_written(tall)}" fill="{fill}"/>'
                )
                start = end
        attributes = {"shape_rendering": "crispEdges", "data_name": name or None}
        self.add("g", *pieces, **attributes)

    def svg(self, width: str, height: str, title: str, family: str) -> str:
        """The whole as a file; `width` and `height` with their units, `title` for a reader who
        sees no picture, `family` of its type."""
        x, y = self.origin
        box = " ".join(map(_written, (x, y, *self.size)))
        ink = theme.MODES[self.mode]
        ground = (
            f'<rect x="{_written(x)}" y="{_written(y)}" width="100%" height="100%" '
            f'fill="{ink.ground}"/>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="{box}" role="img" font-family="{escape(family)}">'
            f"<title>{escape(title)}</title>{ground}{''.join(self.elements)}</svg>\n"
        )


def _written(value) -> str:
    if isinstance(value, str):
        return value
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _marked(text: str) -> list[str]:
    """A text with what stands below or above its line, as pieces of SVG."""
    pieces, back = [], ""
    for part in filter(None, re.split(r"([_^]\{[^}]*\})", text)):
        if part[:2] in ("_{", "^{"):
            down, up = _BELOW[part[0]]
            pieces.append(f'<tspan dy="{down}" font-size="68%">{escape(part[2:-1])}</tspan>')
            back = up
        else:
            words = escape(part)
            pieces.append(f'<tspan dy="{back}">{words}</tspan>' if back else words)
            back = ""
    return pieces
