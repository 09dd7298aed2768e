"""Reviews: how training went, which model reads best, and what a model made of every word."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

_FEWEST = 10  # reviews that a share is drawn of
_NEAR_CHANCE = 0.06  # of it a share's number is wide, on a phone


def curves(histories: Mapping[str, Sequence[Mapping]], *, mode="light") -> go.Figure:
    """Validation accuracy and training loss over epochs, one line a model; a key is a cell's name,
    or that and more words after a space."""
    builder, words = FigureBuilder(mode, 2, gap=0.08), []
    for label, rows in histories.items():
        epochs = np.array([row["epoch"] for row in rows], float)
        style = _line(label, mode)
        for row, column in ((1, "val_accuracy"), (2, "loss")):
            values = np.array([one[column] for one in rows], float)
            hover = f"{_title(label)}, {column.replace('val_', 'validation ')}<br>epoch "
            curve = parts.line(epochs, values, _title(label), style, hover)
            builder.add(curve | {"mode": "lines+markers", "showlegend": row == 1}, row)
        if rows:
            words.append(f"{_title(label)} {rows[-1]['val_accuracy']:.1%}")
    most = max((len(rows) for rows in histories.values()), default=1)
    builder.y("validation accuracy", 1, tickformat=".0%", range=[0.4, 1.02])
    builder.y("training loss", 2, rangemode="tozero")
    builder.x("epoch", dtick=max(1, most // 10))
    description = f"Validation accuracy: {', '.join(words) or 'no epoch is over yet'}."
    return builder.finish("How training goes", 420, description)


def accuracy(
    rows: Sequence[Mapping], printed: Mapping[str, float] | None = None, *, mode="light"
) -> go.Figure:
    """Test accuracy of every model with its 95 % interval; `printed` are the notebook's."""
    builder, words = FigureBuilder(mode), []
    for row in rows:
        low, high = row["interval"]
        label, share = row.get("label", row["cell"]), row["test_accuracy"]
        words.append(f"{_title(label)} {share:.1%}")
        bar = {"type": "data", "symmetric": False, "array": [high - share], "thickness": 3}
        builder.add(
            {
                **{"type": "scatter", "mode": "markers+text", "showlegend": False},
                **{"x": [share], "y": [_title(label)], "text": [f"{share:.1%}"]},
                **{"textposition": _beside_chance(share), "textfont": {"size": 15}},
                "marker": {"size": 13, "color": _line(label, mode)["color"]},
                "error_x": bar
                | {"arrayminus": [share - low], "color": _line(label, mode)["color"]},
                "hovertemplate": f"{_title(label)}: %{{x:.2%}}, 95 % from {low:.2%} to {high:.2%}"
                "<extra></extra>",
            }
        )
    if printed:
        names = [name for name in printed if any(row["cell"] == name for row in rows)]
        builder.add(
            {
                **{"type": "scatter", "mode": "markers", "name": "printed in the source notebook"},
                "x": [printed[name] for name in names],
                "y": [_title(name) for name in names],
                "marker": {
                    "size": 12,
                    "symbol": "x-thin",
                    "line": {"width": 3, "color": builder.ink.quiet},
                },
                "hovertemplate": "%{y} in the notebook: %{x:.2%}<extra></extra>",
            }
        )
    builder.line(x=0.5, color=builder.ink.now, width=1.5, dash="dot")
    builder.note("chance", x=0.5, y=0, yref="paper", xanchor="right", yanchor="bottom")
    builder.x("share of test reviews judged right", tickformat=".0%", range=[0.4, 1.06])
    builder.y(range=[len(rows) - 0.5, -0.65])
    description = f"Test accuracy: {', '.join(words)}."
    below = {"y": -0.25, "yanchor": "top"}
    title = "Test accuracy, 95 % intervals"
    return builder.finish(title, 130 + 62 * len(rows), description, legend=below)


def _beside_chance(share: float) -> str:
    """Where a share's number stands so that the line of chance, at 0.5, does not cross it."""
    side = "center" if abs(share - 0.5) > _NEAR_CHANCE else "right" if share >= 0.5 else "left"
    return f"top {side}"


def distance(by_distance: Mapping[str, Sequence[Mapping]], *, mode="light") -> go.Figure:
    """Accuracy against how many words lie between the passage that decides and the end."""
    builder, words = FigureBuilder(mode), []
    for label, buckets in by_distance.items():
        kept = [bucket for bucket in buckets if bucket["count"]]
        middles = np.array([(bucket["from"] + bucket["to"]) / 2 for bucket in kept])
        shares = np.array([bucket["accuracy"] for bucket in kept])
        words.append(f"{_title(label)} {shares[-1]:.1%}")
        hover = f"{_title(label)}<br>about %{{x:.0f}} words away<br>%{{y:.1%}}<extra></extra>"
        curve = parts.line(middles, shares, _title(label), _line(label, mode), "")
        builder.add(curve | {"mode": "lines+markers", "hovertemplate": hover})
    builder.x("words after the passage that decides")
    builder.y("accuracy", tickformat=".0%", range=[0.4, 1.03])
    description = f"Accuracy at the greatest distance: {', '.join(words)}."
    return builder.finish("How far does each model remember?", 380, description)


def confusion(
    matrix: Sequence[Sequence[int]],
    label: str,
    names: Sequence[str] = ("negative", "positive"),
    *,
    mode="light",
) -> go.Figure:
    """Reviews by true class (rows) and by what the model said (columns), in the classes' names."""
    builder, counts = FigureBuilder(mode), np.array(matrix)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    cells = parts.heatmap(shares, np.arange(2), builder.ink, (0.0, 1.0), "")
    hover = "true %{y}, said %{x}: %{customdata} reviews (%{z:.1%})<extra></extra>"
    names = list(names)
    builder.add(cells | {"x": names, "y": names, "customdata": counts, "hovertemplate": hover})
    colours = [theme.ink_on(theme.colour_at(builder.ink.sequential, s)) for s in shares.ravel()]
    builder.add(
        {
            **{"type": "scatter", "mode": "text", "hoverinfo": "skip", "showlegend": False},
            **{"x": names * 2, "y": [name for name in names for _ in names]},
            "text": [f"{count:,}" for count in counts.ravel()],
            "textfont": {"size": 18, "color": colours},
        }
    )
    # Names are names, also where they are numbers or dates.
    builder.x("the model says", type="category")
    builder.y("the review is", autorange="reversed", type="category")
    right = counts.trace() / max(1, counts.sum())
    return builder.finish(f"{_title(label)}: where it errs", 320, f"{right:.1%} are right.")


def calibration(
    bins: Mapping[str, Sequence[Mapping]], positive: str = "positive", *, mode="light"
) -> go.Figure:
    """How often a review is of the positive class where the model says so with some probability."""
    builder = FigureBuilder(mode)
    edge = {"color": builder.ink.quiet, "width": 1, "dash": "dot"}
    ends = {"x0": 0, "y0": 0, "x1": 1, "y1": 1, "layer": "below"}
    builder.shapes.append({"type": "line", **ends, "line": edge})
    for label, every in bins.items():
        rows = [row for row in every if row["count"] >= _FEWEST]
        said = np.array([row["probability"] for row in rows])
        true = np.array([row["share"] for row in rows])
        counts = [row["count"] for row in rows]
        hover = f"{_title(label)}<br>says %{{x:.0%}}, true %{{y:.0%}}<br>%{{customdata}} reviews"
        curve = parts.line(said, true, _title(label), _line(label, mode), "")
        curve |= {"customdata": counts, "hovertemplate": f"{hover}<extra></extra>"}
        builder.add(curve | {"mode": "lines+markers"})
    builder.x("probability that the model gives", tickformat=".0%", range=[-0.02, 1.02])
    builder.y(f"share that is {positive}", tickformat=".0%", range=[-0.02, 1.02])
    title = "Can its probabilities be believed?"
    return builder.finish(title, 380, "On the diagonal, a probability means what it says.")


def verdict(
    words: parts.Words | Sequence[str],
    probabilities: np.ndarray,
    missed: np.ndarray,
    influence: np.ndarray,
    title: str = "What the model thinks after each word",
    of: str = "positive",
    others: Mapping[str, np.ndarray] | None = None,
    value: str = "",
    *,
    mode="light",
) -> go.Figure:
    """The probability of the class `of` after each word, with those of `others` by name; below, how
    much its log-odds would fall without that word; and the word's share of them to first order
    (gradient times input). `value` names a number of the model that is no probability, in the place
    of P and of the log-odds."""
    if not isinstance(words, parts.Words):
        words = parts.Words(words, np.arange(1, len(words) + 1), missed)
    names = np.array(words.names, object)
    builder, steps = FigureBuilder(mode, 3, gap=0.06), np.arange(1, len(names) + 1)
    styles = {of: theme.line("a", mode, 2.5)}
    styles |= {name: theme.tone(place, mode) for place, name in enumerate(others or {}, 1)}
    for name, values in {of: probabilities, **(others or {})}.items():
        curve = parts.line(steps, values, name, styles[name], "") | {"showlegend": bool(others)}
        hover = f"{name} after “%{{customdata}}”, t = %{{x}}<br>%{{y:.4f}}<extra></extra>"
        shape = {"mode": "lines+markers", "customdata": names, "hovertemplate": hover}
        builder.add(curve | shape, 1)
    for row, values in ((2, missed), (3, influence)):
        top = parts.largest(values)
        bars = {
            **{"type": "bar", "x": steps, "y": values, "customdata": names, "showlegend": False},
            "marker": {
                **{"color": np.nan_to_num(values), "cmin": -top, "cmax": top},
                **{"colorscale": _ends(builder.ink), "line": {"width": 0}},
            },
            "hovertemplate": "“%{customdata}”, t = %{x}<br>%{y:+.4g}<extra></extra>",
        }
        builder.add(bars, row)
    builder.shapes += [_level(0.0 if value else 0.5, "y", builder.ink)]
    builder.shapes += [_level(0.0, axis, builder.ink) for axis in ("y2", "y3")]
    if value:
        builder.y(value, 1)
    else:
        builder.y("P(class)" if others else f"P({of})", 1, range=[-0.03, 1.03])
    builder.y("lost without it", 2)
    builder.y("gradient × input", 3)
    builder.low(12)
    builder.top -= 0 if others else 20  # no legend stands there
    felt = missed if np.isfinite(missed).all() else influence
    margin = parts.under_words(builder, 3, words)
    strongest = np.argsort(-np.abs(felt))[:3]
    most = ", ".join(f"{names[i]} {felt[i]:+.2g}" for i in strongest)
    end = ", ".join(f"{name} {values[-1]:.3f}" for name, values in (others or {}).items())
    end = f"{of} {probabilities[-1]:.3f}, {end}" if others else f"{probabilities[-1]:.3f}"
    description = f"At the end {end}; the strongest words are {most}."
    return builder.finish(title, 450, description, margin=margin)


def _ends(ink) -> list:
    """The diverging scale without its pale middle: a small bar must be seen, too."""
    low, high = ink.diverging[1][1], ink.diverging[3][1]
    return [[0, ink.diverging[0][1]], [0.5, low], [0.5, high], [1, ink.diverging[4][1]]]


def _level(y: float, axis: str, ink) -> dict:
    place = {"x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "yref": axis}
    return {"type": "line", **place, "line": {"color": ink.quiet, "width": 1, "dash": "dot"}}


def _line(label: str, mode: str) -> dict:
    return theme.line(label.split()[0], mode, 2.5)


def _title(label: str) -> str:
    name, *rest = label.split()
    return " ".join([{"bow": "bag of words"}.get(name, theme.title_of(name)), *rest])
