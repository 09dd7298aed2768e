"""Whether what stands beside a figure's numbers is theirs: names, axes, bars, lines, notes."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import numpy as np
import plotly.graph_objects as go

from rnnviz.exhibits.marks import Line, Mark, Note
from rnnviz.figures import columns, theme

_ROUNDING = 1e-9  # as a share: of numbers that went through a logarithm and back


def faults(
    fig: go.Figure, pairs: Sequence[tuple], lines: Sequence[Line], notes: Sequence[Note], mode: str
) -> list[str]:
    """What is of another thing than the marks say; each trace comes with its mark, in `pairs`."""
    wrong = [what for trace, mark in pairs for what in _of_trace(fig, trace, mark, mode)]
    wrong += _bars(fig, pairs, mode)
    coloured = [one._replace(ink=getattr(theme.MODES[mode], one.ink)) for one in lines]
    both = [*zip_longest(_lines(fig), coloured), *zip_longest(_notes(fig), notes)]
    return wrong + [f"{drawn} for {due}" for drawn, due in both if not _alike(drawn, due)]


def axis_of(fig: go.Figure, trace, letter: str):
    """A trace's own axis "x" or "y"."""
    return fig.layout[f"{letter}axis{(trace[f'{letter}axis'] or letter)[1:]}"]


def _of_trace(fig: go.Figure, trace, mark: Mark, mode: str) -> Iterator[str]:
    """The names, axes, ticks and words of one trace that are not its mark's."""
    if (trace.name or "") != mark.name:
        yield f"name {trace.name} for {mark.name}"
    if trace.type == "scatter3d":
        if (titles := columns.titles_in(fig)) != mark.axes:
            yield f"axes {titles} for {mark.axes}"
        return
    x, y = (axis_of(fig, trace, letter) for letter in "xy")
    shown = fig.layout[f"xaxis{x.matches[1:]}"] if x.matches else x  # under the lowest row
    if (shown.title.text or "", y.title.text or "") != mark.axes:
        yield f"axes {shown.title.text}, {y.title.text} for {mark.axes}"
    if (y.type == "log") != mark.log:
        yield f"the {y.type} axis"
    down = y.autorange == "reversed" or bool(y.range and y.range[0] > y.range[1])
    if trace.type == "heatmap" and mark.down != down:
        yield "the order of the rows"
    if mark.text is not None and list(trace.text) != list(mark.text):
        yield f"text {trace.text}"
    if mark.ticks is not None:
        if shown.tickvals is None:
            yield "no ticks"
            return
        places = [list(mark.at).index(place) for place in shown.tickvals]
        if list(shown.ticktext) != [mark.ticks[place] for place in places]:
            yield f"ticks {shown.ticktext}"
    hue = mark.hue if trace.type == "heatmap" and isinstance(mark.hue, str) else ""
    if hue and y.title.font.color != theme.line(hue, mode)["color"]:
        yield f"the colour of {y.title.text}"


def _bars(fig: go.Figure, pairs: Sequence[tuple], mode: str) -> Iterator[str]:
    """The colour bars that no mark asks for, or that stand beside another one's row."""
    due = {mark.bar: (trace, mark) for trace, mark in pairs if mark.bar}
    scales = [trace if trace.type == "heatmap" else trace.marker for trace in fig.data]
    shown = {scale.colorbar.title.text: scale for scale in scales if scale.showscale}
    if shown.keys() != due.keys():
        yield f"colour bars for {[*due]}"
        return
    for name, scale in shown.items():
        trace, mark = due[name]
        if mark.limits is None:  # the points' own
            continue
        heat, ink = "zmin" in scale, theme.MODES[mode]
        ends = (scale.zmin, scale.zmax) if heat else (scale.cmin, scale.cmax)
        if not np.allclose(ends, mark.limits, rtol=_ROUNDING, atol=0):
            yield f"the ends {ends} of the colour bar {name}"
        colours = ink.diverging if mark.signed else ink.sequential
        if [list(pair) for pair in scale.colorscale] != [list(pair) for pair in colours]:
            yield f"the colours of the colour bar {name}"
        ends_say = [text[:1] for text in (scale.colorbar.ticktext or ())][::2] == ["≤", "≥"]
        if ends_say != mark.beyond:
            yield f"what the ends of the colour bar {name} say"
        low, high = axis_of(fig, trace, "y").domain or (0, 1)
        alone = sum(other.limits == mark.limits for _, other in pairs) == 1
        if alone and scale.colorbar.y is not None and not low <= scale.colorbar.y <= high:
            yield f"the place of the colour bar {name}"


def _lines(fig: go.Figure) -> list[Line]:
    """The lines and frames of a figure; None where they cross the paper."""
    drawn = []
    for shape in fig.layout.shapes:
        x0, x1 = (None, None) if shape.xref == "paper" else (shape.x0, shape.x1)
        y0, y1 = (None, None) if shape.yref == "paper" else (shape.y0, shape.y1)
        axis = "y" if shape.yref in (None, "paper") else shape.yref
        drawn.append(Line(x0, x1, y0, y1, shape.line.color, axis, shape.type))
    return drawn


def _notes(fig: go.Figure) -> list[Note]:
    """The notes of a figure; on a log axis Plotly places them by the exponent."""
    drawn = []
    for note in fig.layout.annotations:
        x = None if note.xref == "paper" else note.x
        y = None if note.yref == "paper" else note.y
        if y is not None and fig.layout.yaxis.type == "log":
            y = 10**y
        drawn.append(Note(note.text, x, y))
    return drawn


def _alike(drawn: tuple | None, due: tuple | None) -> bool:
    """Whether two lines or notes are the same, numbers but for the order of their arithmetic."""
    if drawn is None or due is None:
        return False
    return all(_same(one, other) for one, other in zip(drawn, due, strict=True))


def _same(one, other) -> bool:
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return one == other
    return bool(np.isclose(one, other, rtol=_ROUNDING, atol=0))
