"""What every picture, sentence and table of a run must hold, and the faults that each law finds.

Every law is told of every showing of `proofs.showings`; a right project gives no fault.
"""

import re
from functools import cache

import dynamics_sentences
import numpy as np
import review_pictures
import sentences
from proofs import choices_of, red, showings

import rnnviz
from rnnviz.exhibits import step
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.exhibits.marks import Mark
from rnnviz.figures import theme
from rnnviz.ui.equations import substituted

# No two numbers alike, no two sizes alike but one, and a loss at every step.
WILD = {"T_x": 11, "m": 4, "n_a": 5, "n_x": 3, "n_y": 4, "loss": "cross_entropy_every", "seed": 9}
run_once = cache(rnnviz.run)


def drawn(one, choices):
    """Numbers, places, colours, names, lines, notes, in every mode of the theme."""
    verdicts = {mode: as_drawn(one.draw(mode), one.marks(), mode) for mode in theme.MODES}
    return [f"{mode}: {check.what}" for mode, check in red(verdicts)]


def checked(one, choices):
    """The numbers of the record against something independent."""
    return [check.what for _, check in red({"": one.checks()})]


def said(one, choices):
    """Caption, title and text alternative, word by word."""
    name, pairs = one.exhibit.name, []
    if caption := sentences.CAPTIONS.get(name):
        known = {} if one.exhibit.takes is None else {"sequence": None}
        pairs.append((one.caption(), caption(one.subject, **choices | known)))
    if caption := dynamics_sentences.CAPTIONS.get(name):
        pairs.append((one.caption(), caption(one.subject, *one.computed, **choices)))
    described = sentences.DESCRIPTIONS | dynamics_sentences.DESCRIPTIONS
    if description := described.get(name):
        told = one.draw().layout.meta["description"]
        pairs.append((told, description(one.subject, *one.computed, **choices)))
    if title := sentences.TITLES_OF.get(name):
        pairs.append((one.title, title(one.subject, *one.computed, **choices)))
    return [f"{told!r} for {due!r}" for told, due in pairs if told != due]


def in_view(one, choices):
    """No number lies beyond the end of an axis, and a time axis begins on the left."""
    fig, faults = one.draw(), []
    heights = [np.asarray(t.y, float) for t in fig.data if np.asarray(t.y).dtype.kind in "fiu"]
    top = np.nanmax(np.concatenate(heights), initial=0) if heights else 0
    for trace in fig.data:
        for letter in "xy" if trace.type != "scatter3d" else "":  # a scene's have no range
            axis = fig.layout[f"{letter}axis{(trace[f'{letter}axis'] or letter)[1:]}"]
            numbers = np.asarray(trace[letter])
            if axis.range is None or numbers.dtype.kind not in "fiu":
                continue
            low, high = sorted(axis.range)
            places = numbers[np.isfinite(numbers.astype(float))].astype(float)
            if axis.type == "log":  # a number that rounding left must not flatten the others
                places = np.log10(places[places > 1e-12 * top])
            if places.size and not low <= places.min() <= places.max() <= high:
                faults.append(f"{trace.name} from {places.min()} to {places.max()} in {axis.range}")
    for axis in fig.select_xaxes():
        if axis.autorange == "reversed" or (axis.range and axis.range[0] > axis.range[1]):
            faults.append("time runs to the left")
    return faults


def hovered(one, choices):
    """What hovering says: the letters of the axes, each number once and in its own place."""
    faults = []
    for trace, mark in zip(
        [t for t in one.draw().data if t.x is not None and list(t.x) != [None]],
        [mark for mark in one.marks() if isinstance(mark, Mark)],
        strict=True,
    ):
        text = trace.hovertemplate
        if trace.hoverinfo == "skip" or text is None:
            continue
        along = re.findall(r"(\w+)?(?: = | )%\{x\}", text)
        letter = mark.axes[0].rsplit(" ", 1)[-1]
        if along and along[0] in ("t", "k") and along[0] != letter:
            faults.append(f"{along[0]} for {letter}")
        inner = ("%{z", "%{y") if trace.type == "heatmap" else ("%{y",)
        for field in (*inner, "%{x"):
            if text.count(field) > 1:
                faults.append(f"{field}}} twice")
        if (
            mark.name
            and mark.hue != ""
            and trace.type != "heatmap"
            and mark.name.split(" ")[0] not in text
        ):
            faults.append(f"{text!r} does not name {mark.name}")
    return faults


def tabulated(one, choices):
    """Each column of the table by its name."""
    table, due = one.table(), _columns(one, choices)
    subject = one.subject if hasattr(one.subject, "trace") else next(iter(one.subject.values()))
    sums = sum(param.size for param in subject.params.values())
    rounding = sums * float(np.finfo(subject.trace.dtype).eps)  # in another order of additions
    faults = [name for name in due if name not in table]
    for name in due.keys() & table.keys():
        given, wanted = (np.asarray(column, float) for column in (table[name], due[name]))
        if given.shape != wanted.shape or not np.allclose(
            given, wanted, rtol=rounding, atol=0, equal_nan=True
        ):
            faults.append(name)
    return faults


def _columns(one, choices):
    """The columns that a table must have, from the arrays; of those that are drawn, from marks."""
    tables = {
        "step-flow": _flow_columns,
        "states-overview": lambda run, sequence, **_: _wide(run.trace.states, sequence),
        "gates-overview": lambda run, sequence, **_: _wide(run.trace.gates, sequence),
        "gradients-norms": _norm_columns,
        "compare-states": _compare_columns,
        "compare-band": _band_columns,
        "workshop-beside": _beside_columns,
        "workshop-opened": lambda runs, **_: _norms_of(runs) | {"k": _steps_of(runs)},
    }
    if own := tables.get(one.exhibit.name):
        return own(one.subject, **choices)
    due = {}
    for mark in (mark for mark in one.marks() if isinstance(mark, Mark)):
        if len(mark.axes) == 3:
            places = zip(mark.axes, (mark.at, mark.rows, mark.values), strict=True)
            due |= {f"{mark.name}: {axis}": values for axis, values in places}
        elif mark.rows is not None:
            exact = mark.values if mark.hover is None else mark.hover
            due |= {
                f"{mark.name or mark.axes[1]} {r}": v for r, v in zip(mark.rows, exact, strict=True)
            }
        elif np.asarray(mark.at).dtype.kind in "fiu":
            due[f"{mark.name}: {mark.axes[1]}" if mark.name else mark.axes[1]] = mark.values
    return due


def _wide(arrays, sequence):
    return {
        f"{name} {unit + 1}": [array[unit, sequence, t] for t in range(array.shape[2])]
        for name, array in arrays.items()
        for unit in range(array.shape[0])
    }


def _flow_columns(run, t, sequence, **_):
    trace = run.trace
    short = {"x": trace.x[:, sequence, t], "y": trace.y[:, sequence, t]}
    for name, state in trace.states.items():
        before = trace.initial[name][:, sequence] if t == 0 else state[:, sequence, t - 1]
        short |= {f"{name}_prev": before, name: state[:, sequence, t]}
    short |= {name: gate[:, sequence, t] for name, gate in trace.gates.items()}
    rows = max(map(len, short.values()))
    return {name: [*v, *[np.nan] * (rows - len(v))] for name, v in short.items()}


def _norm_columns(run, clip=None, **_):
    every = range(run.trace.T_x)
    due = {f"norm of dL/d{s}": [sentences.norm(run, s, t) for t in every] for s in run.cell.states}
    due |= {"k": [t + 1 for t in every], "loss": run.losses}
    if clip is not None:
        whole, name = sentences.param_norm(run), "norm of dL/d(all parameters)"
        due |= {name: [whole for _ in every]}
        due[f"{name}, clipped at {clip:g}"] = [min(whole, clip) for _ in every]
    return due


def _compare_columns(runs, **_):
    return {
        f"norm of dL/da, {sentences.TITLES[name]}": [
            sentences.norm(run, "a", t) for t in range(run.trace.T_x)
        ]
        for name, run in runs.items()
    }


def _norms_of(runs):
    return {
        f"norm of dL/da, {run.cell.title}": [
            sentences.norm(run, "a", t) for t in range(run.trace.T_x)
        ]
        for run in runs.values()
    }


def _steps_of(runs):
    return [t + 1 for t in range(next(iter(runs.values())).trace.T_x)]


def _beside_columns(runs, sequence, **_):
    """Both states, unit by unit, and both norms."""
    due = {"t": _steps_of(runs)} | _norms_of(runs)
    for run in runs.values():
        due |= _wide({f"{run.cell.title} a": run.trace.states["a"]}, sequence)
    return due


def _band_columns(runs, seeds, **_):
    """Percentiles between the two nearest of the sorted seeds, without those that are 0 there."""
    due = {}
    for cell, run in runs.items():
        norms = np.array(sentences.norms_of_seeds(run.experiment, seeds))
        felt = [sorted(column[column != 0]) for column in norms.T]
        for share, word in ((0.1, "10 %"), (0.5, "median"), (0.9, "90 %")):
            due[f"{sentences.TITLES[cell]}, {word}"] = [
                sentences.percentile(column, share)
                if column and np.isfinite(column).all()
                else np.nan
                for column in felt
            ]
    return due


PICTURE_LAWS = (drawn, checked, said, in_view, hovered, tabulated)


def told_of_the_unit(run, choices):
    """The player's sentence, and the equations with one unit's numbers."""
    t, sequence, unit = (choices[name] for name in ("t", "sequence", "unit"))
    told = step.player_caption(run, t, sequence, unit)
    faults = [told] if told != sentences.player(run, t, sequence, unit) else []
    lines = substituted(run, t, sequence, unit)
    return faults + [
        f"{line} for {due}"
        for line, due in zip(lines, sentences.substituted(run, t, sequence, unit), strict=True)
        if line != due
    ]


def coloured(run, choices):
    """Positive is warm and negative is cold; more is farther from the ground, all along a scale."""
    faults = []
    for mode, ink in theme.MODES.items():
        (red, _, blue), (cold_red, _, cold_blue) = (
            theme.rgb(ink.diverging[end][1]) for end in (-1, 0)
        )
        if not (red > blue and cold_blue > cold_red):
            faults.append(f"{mode}: the diverging scale")
        for name, scale in (("diverging", ink.diverging), ("sequential", ink.sequential)):
            far = [theme.contrast(colour, ink.ground) for _, colour in scale]
            start = len(far) // 2 if name == "diverging" else 0
            ways = [far[start:], far[start::-1]] if start else [far]
            if not all(way == sorted(way) for way in ways):
                faults.append(f"{mode}: the {name} scale")
    return faults


RUN_LAWS = (told_of_the_unit, coloured)


def faults(experiment, only="", **changed):
    """Every fault of an experiment's pictures, or of one of them: (picture, law, what)."""
    runs = {cell: run_once(one) for cell, one in experiment.in_cells().items()}
    run = runs[experiment.cell_name]
    choices = choices_of(run) | changed
    every = showings(experiment, runs, **changed)
    picked = {name: one for name, one in every.items() if only in ("", name)}
    return [
        (name, law.__name__, what)
        for name, one in picked.items()
        for law in PICTURE_LAWS
        for what in law(one, choices)
    ] + [(only, law.__name__, what) for law in RUN_LAWS for what in law(run, choices)]


def faults_of_reviews(only=""):
    """Every fault of the pictures of made-up reviews and results, or of `only` one picture:
    (picture, law, what)."""
    wrong = []
    for (page, name), one in review_pictures.showings().items():
        if only not in ("", name):
            continue
        for law in (drawn, in_view, hovered):
            wrong += [(name, law.__name__, what) for what in law(one, {})]
        due = review_pictures.told(name, one.subject)
        words = one.draw().layout.meta["description"]
        if due not in (None, words):
            wrong.append((name, page, f"{words!r} for {due!r}"))
    return wrong
