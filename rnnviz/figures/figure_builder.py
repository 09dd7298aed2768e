"""A picture while it is put together: plots in rows under one another, as plain data.

Plotly's own objects check each property as it is set, which takes most of a rerun's time. Here the
checks are a test's, over every figure (`tests/test_figures.py`), and the objects come at the end.
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from rnnviz.figures.plain import PlainFigure, plain
from rnnviz.figures.theme import FONT, MODES, SERIF

TICK_SIZE = 14  # pixels of the letters at an axis
MOST_WORDS = 30  # that an axis can name side by side
_LEGEND = 24  # pixels that one row of a legend takes
_WIDE = 6.5  # pixels that a letter of a word takes below its axis, aslant
_GROWING = {"size", "width", "height", "thickness", "t", "arrowwidth"}  # in pixels, all of them


class FigureBuilder:
    """Plots in rows with one time axis; row 1 is on top."""

    def __init__(self, mode: str, rows: int = 1, gap: float = 0.05):
        self.ink, self.rows = MODES[mode], rows
        self.traces: list[dict] = []
        self.shapes: list[dict] = []
        self.notes: list[dict] = []
        self.layout: dict[str, dict] = {}
        self.remarks: list[str] = []
        self.top = 64  # pixels above the plots
        self.foot = 0.0  # pixels that words below the time axis take
        height = (1 - gap * (rows - 1)) / rows
        for row in range(1, rows + 1):
            n = _suffix(row)
            top = 1 - (row - 1) * (height + gap)
            last = row == rows
            self.layout[f"xaxis{n}"] = {"anchor": f"y{n}", "showticklabels": last} | (
                {} if last else {"matches": f"x{_suffix(rows)}"}
            )
            bottom = 0 if last else top - height  # lest rounding leaves the paper
            self.layout[f"yaxis{n}"] = {"anchor": f"x{n}", "domain": [bottom, top]}

    def add(self, trace: dict, row: int = 1) -> None:
        """Draw a trace in a row."""
        n = _suffix(row)
        self.traces.append({**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"})

    def x(self, title: str = "", row: int | None = None, **axis) -> None:
        """Name and set a row's horizontal axis, the last one's unless told otherwise."""
        self._set("xaxis", self.rows if row is None else row, title, axis)

    def y(self, title: str = "", row: int = 1, colour: str = "", **axis) -> None:
        """Name and set a row's vertical axis; in a colour where the name is that of a line."""
        self._set("yaxis", row, title, axis, colour)

    def time(
        self, title: str, words: Sequence[str] = (), at: Sequence[int] | None = None, **axis
    ) -> None:
        """The time axis under the lowest row, with a word in place of each step's number, as many
        as there is room for; they stand at 1, 2, .. or at the places given."""
        if words:
            places = at or range(1, len(words) + 1)
            every = slice(None, None, -(-len(words) // MOST_WORDS))
            texts = list(words[every])
            axis |= {"tickvals": list(places[every]), "ticktext": texts, "tickangle": -60}
            self.foot = _WIDE * max(map(len, texts))
        self.x(title, **axis)

    def low(self, size: int) -> None:
        """Set the names of the vertical axes smaller, where the rows are low."""
        for name, axis in self.layout.items():
            if name.startswith("y") and "title" in axis:
                axis["title"]["font"] = axis["title"]["font"] | {"size": size}

    def domain(self, row: int) -> tuple[float, float]:
        """Middle and height of a row, as shares of the figure."""
        low, high = self.layout[f"yaxis{_suffix(row)}"]["domain"]
        return (low + high) / 2, high - low

    def note(self, text: str, **where) -> None:
        """Words on the picture."""
        self.notes.append({"text": text, "showarrow": False, **where})

    def remark(self, lines: Sequence[str], above: int = 0) -> None:
        """Clauses under the title, at the right, and at the end of the text alternative; `above`
        pixels are left free for a legend."""
        self.top += 20 * len(lines)
        self.remarks += [f"{line[:1].upper()}{line[1:]}." for line in lines]
        place = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "yshift": above}
        place |= {"xanchor": "right", "yanchor": "bottom", "align": "right"}
        if lines:
            self.note("<br>".join(lines), **place, font={"color": self.ink.now})

    def line(self, *, x: float | None = None, y: float | None = None, **style) -> None:
        """A line through every row at x, or through the first at y."""
        if x is not None:
            place = {"x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
        else:
            place = {"x0": 0, "x1": 1, "y0": y, "y1": y, "xref": "paper", "yref": "y"}
        self.shapes.append({"type": "line", **place, "line": style})

    def legend(self, entries: int = 1) -> int:
        """Make room for a legend above the picture; the pixels that it takes.

        Up to three entries stand in one row; of more, a phone shows two a row.
        """
        more = 20 * (-(-entries // 2) - 1) if entries > 3 else 0
        self.top += more
        return _LEGEND + more

    def finish(
        self, title: str, height: int, description: str, legend=None, margin=None
    ) -> go.Figure:
        """Ground, type, title and margins, the same for all; `description` is the text
        alternative."""
        ink = self.ink
        axis = {
            "gridcolor": ink.grid,
            "linecolor": ink.quiet,
            "zeroline": False,
            "showline": False,
            "ticks": "outside",
            "tickcolor": ink.grid,
            "tickfont": {"size": TICK_SIZE},
            "automargin": True,
        }
        for name, own in self.layout.items():
            self.layout[name] = axis | own
        for note in self.notes:
            note["font"] = {"size": 14, "color": ink.text} | note.get("font", {})
        spread = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom"}
        height += round(self.foot)
        if legend and legend.get("yanchor") == "top":
            legend = legend | {"y": legend["y"] - self.foot / (height - self.top)}
        layout = self.layout | {
            "template": {},
            "title": {
                **{"text": title, "x": 0, "xref": "container", "xanchor": "left"},
                **{"y": 0.98, "yanchor": "top", "pad": {"l": 2}},
                "font": {"size": 20, "family": SERIF, "color": ink.text},
            },
            "font": {"family": FONT, "size": 14, "color": ink.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "height": height,
            "margin": {"l": 8, "r": 12, "t": self.top, "b": 8} | (margin or {}),
            "legend": spread | {"font": {"size": 14}} | (legend or {}),
            "hoverlabel": {"font": {"size": 14}},
            "meta": {"description": " ".join([description, *self.remarks])},
            "uirevision": "rnnviz",
            "dragmode": False,
            "shapes": self.shapes,
            "annotations": self.notes,
        }
        return PlainFigure({"data": self.traces, "layout": layout})

    def _set(self, kind, row, title, axis, colour=""):
        font = {"size": 15, "color": colour or self.ink.text}
        words = {"title": {"text": title, "font": font}} if title else {}
        self.layout[f"{kind}{_suffix(row)}"] |= words | axis


def enlarged(fig: go.Figure, by: float = 1.4) -> go.Figure:
    """The same picture for the last row: type, lines, points and height grow together."""
    return PlainFigure(_grown(plain(fig), by))


def _grown(part, by: float):
    if isinstance(part, dict):
        return {
            key: value * by
            if key in _GROWING and isinstance(value, int | float) and not isinstance(value, bool)
            else _grown(value, by)
            for key, value in part.items()
        }
    if isinstance(part, list | tuple):
        return [_grown(value, by) for value in part]
    return part


def _suffix(row: int) -> str:
    return "" if row == 1 else str(row)
