"""A figure as it leaves: on a ground of its own, at a width on screen or paper, with a footer."""

import math
import re
import textwrap
from collections.abc import Iterable
from typing import NamedTuple

import plotly.graph_objects as go

from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.exhibits import Showing
from rnnviz.export import common
from rnnviz.figures import theme

PX_PER_MM, POINTS = 5.8, 6.8  # of a figure made for paper: its 14 px become these points
TYPE = (5.0, 14.0)  # points that may be asked for in their place
DPI = 300  # of a raster made for paper, at scale 1
COLUMN, PAGE = 85.0, 174.0  # mm: one and two columns of a journal
SCREEN = 960  # px
_LEAST = 240  # px that the words of a figure need side by side
_NARROW = 600  # px, below which the numbers inside a picture are set smaller
_FOOT = 11  # px, the type of the footer
_WIDTHS = {"px": (320, 4000), "mm": (60, 500)}


class Look(NamedTuple):
    """A theme (one of `theme.MODES`), a width in px and, if it is made for paper, in mm.

    `title` says whether a title stands over the picture, `points` how large its type is on paper,
    `font` its family, "" for the theme's own; `steps` are the first and the last that a time axis
    shows, from 1. `common` puts what is of a kind on one scale (`common.Scale`); `camera` is from
    where a scene is looked at, to where, and what is up, (9,).
    """

    theme: str = "light"
    width: int = SCREEN
    mm: float | None = None
    title: bool = True
    points: float = POINTS
    font: str = ""
    steps: tuple[int, int] | None = None
    common: bool = False
    camera: tuple[float, ...] = ()

    @property
    def density(self) -> float:
        """Pixels of a raster to one px at scale 1."""
        return 1.0 if self.mm is None else DPI / 25.4 / _px_per_mm(self.points)

    @property
    def flags(self) -> list[str]:
        """What a command line says to have it."""
        width = str(self.width) if self.mm is None else f"{self.mm:g}mm"
        words = ["--theme", self.theme, "--width", width, "--title", "yes" if self.title else "no"]
        words += ["--type", f"{self.points:g}"] if self.mm is not None else []
        words += ["--font", self.font] if self.font else []
        words += ["--common", "yes"] if self.common else []
        if self.camera:  # in one word, lest a minus be taken for a flag
            words.append(f"--camera={','.join(f'{number:.6g}' for number in self.camera)}")
        return words + (["--range", "-".join(map(str, self.steps))] if self.steps else [])

    @property
    def inches(self) -> float:
        """Its width in print; a px of the screen is 1/96 inch, as in CSS."""
        return self.width / 96 if self.mm is None else self.mm / 25.4


def look(name: str, width: str = "") -> Look:
    """The Look of a theme at a width such as "960", "85mm" or "" for the theme's own.

    Raises ExperimentError on others.
    """
    check_choice("theme", name, theme.MODES)
    width = width or (f"{COLUMN:g}mm" if name == "print" else str(SCREEN))
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)(px|mm)?", width, re.ASCII)
    unit = match[2] or "px" if match else "px"
    low, high = _WIDTHS[unit]
    if not match or not low <= float(match[1]) <= high:
        bounds = " or ".join(f"between {a}{u} and {b}{u}" for u, (a, b) in _WIDTHS.items())
        raise ExperimentError(f"width must be {bounds}, got {shown(width)}")
    number = float(match[1])
    if unit == "px":
        return Look(name, round(number))
    return Look(name, round(number * PX_PER_MM), number)


def fitted(
    worn: Look, title: bool = True, points: float | None = None, font: str = "", steps: str = ""
) -> Look:
    """A Look with the rest of what may be chosen: `points` of the type where it is for paper,
    `steps` such as "5-20". Raises ExperimentError.

    >>> fitted(look("print"), title=False, points=9).width
    372
    """
    if points is not None:
        if worn.mm is None:
            raise ExperimentError(f"type must be of a width in mm, got a width of {worn.width} px")
        low, high = TYPE
        if not low <= points <= high:
            raise ExperimentError(f"type must be between {low:g} and {high:g} pt, got {points:g}")
        wide = round(worn.mm * _px_per_mm(points))
        if wide < _LEAST:
            most = PX_PER_MM * POINTS * worn.mm / _LEAST
            raise ExperimentError(
                f"type must be at most {math.floor(10 * most) / 10:g} pt at {worn.mm:g} mm, got "
                f"{points:g}"
            )
        worn = worn._replace(points=float(points), width=wide)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]{0,39}|", font, re.ASCII):
        raise ExperimentError(f"font must be a name such as Times New Roman, got {shown(font)}")
    ends = re.fullmatch(r"([1-9]\d{0,4})-([1-9]\d{0,4})", steps, re.ASCII)
    if steps and not (ends and int(ends[1]) < int(ends[2])):
        raise ExperimentError(f"range must be such as 5-20, rising, got {shown(steps)}")
    shown_steps = (int(ends[1]), int(ends[2])) if ends else None
    return worn._replace(title=title, font=font, steps=shown_steps)


def family(worn: Look) -> str | None:
    """The type of a look, None for the figure's own."""
    if worn.font:
        return f"'{worn.font}', {theme.PAPER_FONT}"
    return theme.PAPER_FONT if worn.theme == "print" else None


def _px_per_mm(points: float) -> float:
    return PX_PER_MM * POINTS / points


def scale_of(showings: Iterable[Showing], look: Look) -> common.Scale | None:
    """The scale that pictures have in common in a look; None where each has its own."""
    return common.scale_of(one.draw(look.theme) for one in showings) if look.common else None


def dress(
    showing: Showing, look: Look, scale: common.Scale | None = None, foot: bool = True
) -> go.Figure:
    """A showing's figure as it leaves, in the look's theme, with its footer or without; `scale` is
    what it has in common with others, by default what its own rows have."""
    fig = showing.draw(look.theme)
    if look.common:
        fig = common.on_scale(fig, scale or common.scale_of([fig]))
    return dressed(fig, look, showing.footer if foot else "")


def dressed(fig: go.Figure, look: Look, words: str = "") -> go.Figure:
    """A copy of a figure of `look.theme` with ground, width and footer; draws nothing."""
    ink, data, layout = theme.MODES[look.theme], list(fig.data), fig.layout.to_plotly_json()
    data = [trace.to_plotly_json() for trace in data]
    if look.width <= _NARROW:
        data = [_small(trace) for trace in data]
    title, margin = layout["title"], layout["margin"]
    size = title["font"]["size"]
    lines = _wrapped(title["text"], look.width, size) if look.title else [""]
    more = round((len(lines) - (1 if look.title else 2)) * 1.25 * size)
    pad = {"t": 0.8 * size} if more > 0 else {}  # Plotly raises the first line of several
    foot = _wrapped(words, look.width, _FOOT)
    own = family(look)
    paper = {"family": own} if own else {}
    layout |= {
        "width": look.width,
        # What Plotly keeps for the footer, so that the plots stay as large as on the page.
        "height": layout["height"] + more + math.ceil((len(foot) + 1) * 1.3 * _FOOT + 10),
        "paper_bgcolor": ink.ground,
        "plot_bgcolor": ink.ground,
        "font": layout["font"] | paper,
        "title": title
        | {"text": "<br>".join(lines), "font": title["font"] | paper, "pad": title["pad"] | pad},
        "margin": margin | {"t": margin["t"] + more},
        "legend9": _foot(foot, ink),
    }
    if look.steps and any("time step" in title for title in _titles(layout)):
        first, last = look.steps
        for name in [name for name in layout if name.startswith("xaxis")]:
            layout[name] = layout[name] | {"range": [first - 0.5, last + 0.5]}
    if look.camera and "scene" in layout:
        points = [dict(zip("xyz", look.camera[k : k + 3], strict=True)) for k in (0, 3, 6)]
        camera = dict(zip(("eye", "center", "up"), points, strict=True))
        layout["scene"] = layout["scene"] | {"camera": camera}
    # Only a legend can be placed at the figure's own edge, and keeps the room that it takes.
    mark: dict = {"type": "scatter", "x": [None], "y": [None], "mode": "lines"}
    mark |= {"name": " ", "legend": "legend9", "showlegend": True, "hoverinfo": "skip"}
    mark |= {"line": {"width": 0}}
    if data and all(trace["type"] == "scatter3d" for trace in data):  # else a plane lies behind it
        mark |= {"type": "scatter3d", "z": [None]}
    return go.Figure({"data": [*data, mark], "layout": layout}, _validate=False)


def _titles(layout: dict) -> list[str]:
    """What stands under the horizontal axes."""
    axes = (axis for name, axis in layout.items() if name.startswith("xaxis"))
    return [axis["title"]["text"] for axis in axes if "title" in axis]


def _foot(lines: list[str], ink: theme.Ink) -> dict:
    place: dict = {"xref": "container", "yref": "container"}
    place |= {"xanchor": "left", "yanchor": "bottom"}
    place |= {"x": 0, "y": 0, "orientation": "h", "bgcolor": "rgba(0,0,0,0)"}
    font = {"size": _FOOT, "color": ink.quiet}
    title = {"text": "<br>".join(["", *lines]), "side": "left", "font": font}
    return place | {"title": title, "font": {"size": 1}, "itemclick": False}


def _small(trace: dict) -> dict:
    if trace.get("mode") != "text":
        return trace
    return trace | {"textfont": trace["textfont"] | {"size": 9}}


def _wrapped(text: str, width: int, size: float) -> list[str]:
    """Lines that fit; a letter is not quite half as wide as the type is high."""
    return textwrap.wrap(text, max(20, int((width - 24) / (0.47 * size)))) or [""]
