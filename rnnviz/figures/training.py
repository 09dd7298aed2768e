"""Training: the loss against chance, the gradient by lag, a probe's answers, the eigenvalues."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.phrases import number
from rnnviz.core.training import Record, Training
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

_MOST = 2000  # points of a line
_COLUMNS = 400  # of a map: more cannot be told apart
MOST_OUTPUTS = 4  # below one another
_TRAINED, _TESTED = "batches", "not trained on"


def loss(
    one: Training,
    chance: float,
    goal: float | None = None,
    now: int | None = None,
    *,
    mode="light",
) -> go.Figure:
    """The loss of every batch and of the tests, against the loss at chance and the one that solves
    the task, where that is a loss; a line at the update `now`."""
    builder, record = FigureBuilder(mode), one.record
    values = np.array(record.loss or [np.nan])
    at = drawn(len(values))
    tests = np.array([test[:2] for test in record.tests] or [(0, np.nan)])
    both = (_TRAINED, at + 1, values[at]), (_TESTED, tests[:, 0], tests[:, 1])
    for index, (name, x, y) in enumerate(both):
        style = theme.tone(index, mode)
        hover = f"{name}<br>update %{{x}}: %{{y:.4g}}<extra></extra>"
        builder.add(parts.line(x, parts.positive(y), name, style, "", hovertemplate=hover))
    builder.traces[-1] |= {"mode": "lines+markers", "marker": {"size": 6}}
    for level, name in ((chance, "chance"), (goal, "solved")):
        if level is not None:
            builder.line(y=level, color=builder.ink.now, width=1.5, dash="dash")
            builder.note(f"{name} {number(level)}", x=1, xref="paper", y=float(np.log10(level)),
                         xanchor="right", yanchor="bottom")  # fmt: skip
    cursor(builder, now)
    builder.x("updates", range=[0, max(one.settings.updates, len(values))])
    builder.y("loss", **parts.log_axis(values, tests[:, 1], np.array([goal or chance, chance])))
    builder.legend(2)
    last = f"{number(values[-1])} after {len(record.loss)} updates" if record.loss else "not known"
    said = f"The loss at chance is {number(chance)}; that of the last batch is {last}."
    if one.fault:
        builder.remark([one.fault.sentence])
    return builder.finish(f"{one.cell.title}: the loss", 420, said)


def drawn(updates: int) -> np.ndarray:
    """Which of so many updates a line shows, from 0."""
    return np.arange(0, updates, -(-updates // _MOST))


def cursor(builder: FigureBuilder, now: int | None) -> None:
    """The line at the update that is looked at."""
    if now is not None:
        builder.line(x=now, color=builder.ink.now, width=1.5)


def lags(one: Training, state: str = "a", now: int | None = None, *, mode="light") -> go.Figure:
    """How strongly the loss of the last answer feels a state, by steps back and update; a line at
    the update `now`."""
    builder, (updates, norms) = FigureBuilder(mode), by_lag(one.record, state)
    shades, top = decades(norms)
    deep = float(theme.DECADES)
    every = max(parts.stride(norms.shape[1], len(updates)), -(-len(updates) // _COLUMNS))
    some = slice(None, None, every)
    trace = parts.heatmap(shades[some].T, updates[some], builder.ink, (0.0, deep), "")
    told = {"y": np.arange(norms.shape[1]), "customdata": norms[some].T}
    hover = "%{y} steps back, update %{x}<br>%{customdata:.3g}<extra></extra>"
    builder.add(trace | told | {"hovertemplate": hover})
    scale = parts.bar(builder.ink, (0.0, deep), (0.5, 1), "norm")
    ticks = np.arange(0, deep + 1, 2)
    words = [f"10<sup>{number(top - deep + tick, 2)}</sup>" for tick in ticks]
    scale["marker"]["colorbar"] |= {"tickvals": ticks.tolist(), "ticktext": words}
    builder.add(scale)
    cursor(builder, now)
    builder.x("updates", showgrid=False, range=[0, max(one.settings.updates, updates[-1])])
    builder.y("steps back", showgrid=False)
    first, last = (number(row[-1]) for row in (norms[0], norms[-1]))
    said = (f"dL/d{state} {norms.shape[1] - 1} steps back is {first} at update {updates[0]} and "
            f"{last} at update {updates[-1]}.")  # fmt: skip
    title = f"{one.cell.title}: how far back {state} is felt"
    return builder.finish(title, 420, said)


def decades(norms: np.ndarray) -> tuple[np.ndarray, float]:
    """Each norm's power of ten, counted from DECADES below the largest one's, and that one."""
    exponents = np.log10(parts.positive(norms))
    top = float(np.ceil(np.nanmax(exponents))) if np.isfinite(exponents).any() else 0.0
    deep = float(theme.DECADES)
    return np.clip(np.nan_to_num(exponents - top + deep, nan=0.0), 0, deep), top


def by_lag(record: Record, state: str) -> tuple[np.ndarray, np.ndarray]:
    """Updates (k,) and ||dL/d(state)|| (k, T_x) by lag: of the batches where their loss is at the
    last step alone, else of the probe."""
    if record.lags.rows:
        return np.array(record.lags.updates), record.lags.stack(state)
    return np.array(record.frames.updates), record.frames.stack(f"lag_{state}")


def answers(one: Training, frame: int = -1, sequence: int = 0, *, mode="light") -> go.Figure:
    """What the network answers to a sequence of the probe at a frame of the record, an output a
    row, and what it ought to answer where that counts; of symbols the probability of the right
    one."""
    update, (given, wanted, mask) = one.record.frames.updates[frame], answered(one, frame, sequence)
    t = np.arange(1, given.shape[1] + 1)
    builder = FigureBuilder(mode, min(len(given), MOST_OUTPUTS))
    for row in range(1, builder.rows + 1):
        target = np.where(mask, wanted[row - 1], np.nan)
        for index, (name, values) in enumerate((("target", target), ("answer", given[row - 1]))):
            style = theme.tone(1 - index, mode)
            dots = {"mode": "lines+markers", "marker": {"size": 8 - 4 * index}}
            line = parts.line(t, values, name, style, f"{name}, t = ")
            builder.add(line | dots | {"showlegend": row == 1}, row)
        word = word_of(one)
        builder.y(word if builder.rows == 1 else f"{word} {row}", row)
    builder.x("time step t")
    builder.legend(2)
    said = f"{int(mask.sum())} answers to a sequence that is not trained on, at update {update}."
    return builder.finish(f"What it answers, at update {update}", 240 + 160 * builder.rows, said)


def answered(one: Training, frame: int, sequence: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the network answers at a frame and ought to, (rows, T_x) both, and where that counts
    (T_x,); of symbols the probability of the right one."""
    batch = one.probe.batch
    given, mask = one.record.frames.rows[frame]["answers"][:, sequence], batch.mask[sequence]
    if batch.target.ndim == 3:
        return given, batch.target[:, sequence], mask
    labels = batch.target[sequence]
    return np.take_along_axis(given, labels[None], axis=0), np.ones((1, len(labels))), mask


def word_of(one: Training) -> str:
    """What an answer is."""
    return "probability" if one.task.head in ("binary", "softmax") else "answer"


def eigenvalues(one: Training, frame: int = -1, *, mode="light") -> go.Figure | None:
    """The eigenvalues of the candidate's weights on the state, at the start and at a frame, with
    the unit circle; None of a cell that has no such weights."""
    start, now = one.eigenvalues(0), one.eigenvalues(frame)
    if start is None or now is None:
        return None
    builder, turn = FigureBuilder(mode), np.linspace(0, 2 * np.pi, 97)
    thin = {"color": builder.ink.quiet, "width": 1}
    circle = parts.line(np.cos(turn), np.sin(turn), "", thin, "")
    builder.add(circle | {"showlegend": False, "hoverinfo": "skip"})
    update = one.record.frames.updates[frame]
    each = ("at the start", start, "circle-open"), (f"at update {update}", now, "circle")
    for index, (name, values, symbol) in enumerate(each):
        marker = {"size": 8, "symbol": symbol, "color": theme.tone(index, mode)["color"]}
        hover = f"{name}<br>%{{x:.3g}}, %{{y:.3g}} i<extra></extra>"
        dots = parts.line(values.real, values.imag, name, {}, "", hovertemplate=hover)
        builder.add(dots | {"mode": "markers", "marker": marker})
    every = np.concatenate([start, now, [1]])
    reach = 1.1 * float(np.abs(every).max())
    builder.x("real part", range=[-reach, reach])
    builder.y("imaginary part", range=[-reach, reach], scaleanchor="x")
    above = builder.legend(2)
    largest = number(float(np.abs(now).max()))
    exponent = number(float(one.record.frames.rows[frame]["exponent"]))
    said = f"The largest |eigenvalue| is {largest}; the largest exponent λ₁ is {exponent}."
    builder.remark([f"largest |eigenvalue| {largest}, λ₁ {exponent}"], above)
    return builder.finish(f"{one.cell.title}: eigenvalues", 520, said)
