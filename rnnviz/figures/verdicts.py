"""Verdicts: what trained networks say of reviews, many words later, and under one word alone."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

COUNT = "words more that judge nothing"
RIGHT = "share judged rightly"
ODDS = "log-odds of positive"
END = "stable point"
GOOD, BAD = "good review", "bad review"


def lasting(
    run: Pass,
    counts: np.ndarray,
    odds: Mapping[str, np.ndarray],
    good: np.ndarray,
    known: int,
    *,
    mode="light",
) -> go.Figure:
    """Median log-odds of good and of bad reviews after more and more words, and the share that is
    judged rightly, of networks by cell: `odds` (reviews, counts), `good` (reviews,), and `known`
    words that training had at most."""
    builder, words = FigureBuilder(mode, 2, gap=0.09), []
    for cell, told in odds.items():
        title, style = theme.title_of(cell), theme.line(cell, mode)
        for index, (name, some) in enumerate(((title, good), (f"{title}, bad reviews", ~good))):
            hover = f"{name}<br>after %{{x}} words<br>%{{y:.3g}}<extra></extra>"
            more = {"hovertemplate": hover, "showlegend": not index}
            builder.add(parts.line(counts, np.median(told[some], 0), name, style, "", **more))
        right = share_right(told, good)
        hover = f"{title}<br>after %{{x}} words<br>%{{y:.0%}} rightly<extra></extra>"
        more = {"hovertemplate": hover, "showlegend": False}
        builder.add(parts.line(counts, right, title, style, "", **more), 2)
        words.append(f"{title} {right[-1]:.0%}")
    builder.line(y=0.0, color=builder.ink.quiet, width=1)
    builder.line(x=known, color=builder.ink.now, width=1.5)
    ticks = {"tickvals": [1, 10, 100, 1000], "ticktext": ["1", "10", "100", "1,000"]}
    for row in (1, 2):
        builder.x("", row, type="log", **ticks)
    builder.x(COUNT)
    builder.y(ODDS)
    lowest = min(float(share_right(told, good).min()) for told in odds.values())
    builder.y(RIGHT, 2, range=[min(0.45, lowest - 0.05), 1.05], tickformat=".0%")
    builder.legend(len(odds))
    said = f"Judged rightly after {counts[-1]:,} words more: {', '.join(words)}."
    return builder.finish("How long a verdict lasts", 520, said)


def share_right(told: np.ndarray, good: np.ndarray) -> np.ndarray:
    """The share of reviews whose log-odds (reviews, counts) have the right sign, (counts,)."""
    return ((told > 0) == good[:, None]).mean(0)


def held_words(
    run: Pass,
    names: Sequence[str],
    said: np.ndarray,
    good: np.ndarray,
    ends: Sequence[np.ndarray],
    times: int,
    *,
    mode="light",
) -> go.Figure:
    """Where single words lead that come `times` times: log-odds after good and bad reviews, `said`
    (words, reviews), and at the stable points of each word, `ends`, (some,) each."""
    builder, ink = FigureBuilder(mode), theme.MODES[mode]
    at, heights = ended(names, ends)
    edge = {"width": 1.2, "color": ink.text}
    marker = {"symbol": "star", "size": 19, "color": ink.lines["gold"], "line": edge}
    if len(at):
        builder.add(_points(at, heights, END, {"marker": marker}))
    for index, (name, some) in enumerate(((BAD, ~good), (GOOD, good))):
        words, told = spread(names, said[:, some])
        style = theme.tone(index, mode)
        marker = {"size": 6, "symbol": ("circle", "diamond")[index], "color": style["color"]}
        builder.add(_points(words, told, name, {"marker": marker}))
    builder.line(y=0.0, color=ink.quiet, width=1)
    order: dict = {"categoryorder": "array", "categoryarray": list(names)}
    builder.x("word held", tickangle=-60, tickvals=list(names), **order)
    builder.foot = 40
    builder.y(f"log-odds after {times:,} times")
    builder.legend(2 + 2 * bool(len(at)))
    kept = sum(bool(len(one)) for one in ends)
    found = f"Stable points under {kept} of {len(names)} words; the lowest log-odds are "
    found += f"{number(said.min())}, the highest {number(said.max())}."
    return builder.finish("One word, over and over", 440, found)


def spread(names: Sequence[str], said: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Each word once for each review, and what is said of it."""
    return [name for name in names for _ in range(said.shape[1])], said.ravel()


def ended(names: Sequence[str], ends: Sequence[np.ndarray]) -> tuple[list[str], np.ndarray]:
    """Each word once for each of its stable points, and what is said there."""
    at = [name for name, one in zip(names, ends, strict=True) for _ in one]
    return at, np.concatenate([np.empty(0), *ends])


def _points(at: Sequence[str], heights: np.ndarray, name: str, more: dict) -> dict:
    hover = f"{name}<br>“%{{x}}”: %{{y:.3g}}<extra></extra>"
    return {
        **{"type": "scatter", "x": at, "y": heights, "mode": "markers", "name": name},
        **{"hovertemplate": hover, **more},
    }
