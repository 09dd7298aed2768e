"""Mistakes in figures, records, sentences and tables: a few letters of a function's text."""

import inspect
import textwrap
from typing import Any, NamedTuple

from rnnviz.core import measures
from rnnviz.exhibits import band as exhibits_of_band
from rnnviz.exhibits import compare as exhibits_of_cells
from rnnviz.exhibits import gates as exhibits_of_gates
from rnnviz.exhibits import gradients as exhibits_of_gradients
from rnnviz.exhibits import states as exhibits_of_states
from rnnviz.exhibits import step as exhibits_of_steps
from rnnviz.exhibits import workshop as exhibits_of_workshop
from rnnviz.figures import (
    columns,
    compare,
    gates,
    gradients,
    parts,
    reviews,
    states,
    step,
    theme,
    workshop,
)
from rnnviz.ui.equations import substituted

SMALL = {"gain": 0.01, "T_x": 14, "dtype": "float32", "loss": "upstream_last"}  # near rounding
LARGE = {"gain": 3.0}  # saturates
LINEAR = {"activation": "linear", "init": "orthogonal", "loss": "upstream_last", "gain": 0.9}


class Mistake(NamedTuple):
    """`wrong` in place of `right` in a function's text, and the picture that must notice."""

    name: str
    function: Any
    right: str
    wrong: str
    picture: str
    cell: str = "lstm"
    changed: dict = {}  # noqa: RUF012
    choices: dict = {}  # noqa: RUF012


def put(mistake: Mistake, patch) -> None:
    """Make the mistake, wherever the function was imported to."""
    function = mistake.function
    source = textwrap.dedent(inspect.getsource(function))
    assert mistake.right in source, f"{mistake.name}: the text is no longer there"
    names: dict = {}
    text = source.replace(mistake.right, mistake.wrong)
    exec(compile(text, function.__code__.co_filename, "exec"), dict(function.__globals__), names)
    patch.setattr(function, "__code__", names[function.__name__].__code__)


M = Mistake
STATES, PATH, STUCK = "states-overview", "states-trajectory", "states-saturation"
GATES, SHUT, MEMORY, FLOW = "gates-overview", "gates-saturation", "gates-memory", "step-flow"
NORMS, ITEMS = "gradients-norms", "gradients-itemised"
SINGULAR, CELLS, REACH = "gradients-singular_values", "compare-states", "compare-norms"
BAND, SIZES = "compare-band", "compare-parameters"
BESIDE, OPENED = "workshop-beside", "workshop-opened"
BARE = "k = tanh(Wc @ [a_prev, x] + bc)\nc = 0.5 * c_prev + k\na = tanh(c)"
CHANGED = {"changed": {"equations": BARE}}

MISTAKES = [
    # which sequence, unit and step
    M("a path of the first sequence", states.trajectory, "[:, sequence,", "[:, 0,", PATH),
    M(
        "states of the first sequence",
        states.overview,
        "[name][:, sequence,",
        "[name][:, 0,",
        STATES,
    ),
    M("lines of the first sequence", states.overview, '["a"][:, sequence', '["a"][:, 0', STATES),
    M("cells of the first sequence", compare.states, "[:, sequence,", "[:, 0,", CELLS),
    M("gates of the first sequence", gates.overview, "[:, sequence,", "[:, 0,", GATES),
    M("a step of the first sequence", step.columns, "[:, sequence, t]", "[:, 0, t]", FLOW),
    M("the step before of the first one", step.columns, "[t][:, sequence]", "[t][:, 0]", FLOW),
    M(
        "a table of the first sequence",
        exhibits_of_states.overview_table,
        "sequence]",
        "0]",
        STATES,
    ),
    M(
        "gates' table of the first",
        exhibits_of_gates.overview_table,
        "[:, sequence]",
        "[:, 0]",
        GATES,
    ),
    M("a step's table of the first", exhibits_of_steps.flow_table, "t, sequence)", "t, 0)", FLOW),
    M("a step's table one step late", exhibits_of_steps.flow_table, "run, t,", "run, t - 1,", FLOW),
    M(
        "norms' table of a sequence",
        exhibits_of_gradients.norms_table,
        "run.gradients.norms",
        "{s: n[0] for s, n in run.gradients.sequence_norms.items()}",
        NORMS,
    ),
    M(
        "Jacobians of the first sequence",
        exhibits_of_gradients.step_singular_values,
        "(run, sequence, some)",
        "(run, 0, some)",
        SINGULAR,
    ),
    M("unit u drawn as unit u + 1", states.overview, "a[unit], f", "a[unit - 1], f", STATES),
    M("a unit is called the next one", states.overview, "{unit + 1}", "{unit + 2}", STATES),
    M("the gates of the unit before", gates.overview, "values[unit]", "values[unit - 1]", GATES),
    M(
        "the gates' unit is miscounted",
        gates.overview,
        'y(f"unit {unit + 1}"',
        'y(f"unit {unit}"',
        GATES,
    ),
    M(
        "the frame around another unit",
        step.flow,
        '"y0": unit + 0.5, "y1": unit + 1.5',
        '"y0": unit - 0.5, "y1": unit + 0.5',
        FLOW,
    ),
    M("the frame around x as well", step.flow, '"x0": 1.5', '"x0": 0.5', FLOW),
    M("the cursor at t - 1", parts.cursor, "x=t + 1", "x=t", STATES),
    M("a step drawn one late", step.columns, "[:, sequence, t]", "[:, sequence, t - 1]", FLOW),
    M("the state before is the one after", step.columns, "(name)[t][", "(name)[t + 1][", FLOW),
    M("time from 0", parts.times, "1, run.trace.T_x + 1", "0, run.trace.T_x", STATES),
    M("items' rows one step early", gradients.itemised, '"y": steps + 1', '"y": steps', ITEMS),
    M(
        "Jacobians one step early",
        gradients.singular_values,
        "line(steps + 1",
        "line(steps",
        SINGULAR,
    ),
    # rows, columns, ends
    M(
        "rows of a heatmap reversed",
        parts.heatmap,
        "values[:, ::every]",
        "values[::-1, ::every]",
        STATES,
    ),
    M("a heatmap's time reversed", parts.heatmap, "values[:, ::every]", "values[:, ::-1]", GATES),
    M(
        "the first unit below",
        parts.unit_axis,
        '"autorange": "reversed"',
        '"autorange": True',
        STATES,
    ),
    M("numbers one row off", step._numbers, "row + 1, v)", "row + 2, v)", FLOW),
    M("numbers one column off", step._numbers, "(c + 1, row", "(c + 2, row", FLOW),
    M("numbers of another column", step._numbers, "every[c][2]", "every[c - 1][2]", FLOW),
    M(
        "numbers cut, not rounded",
        step._written,
        "fixed(value, 2)",
        "fixed(int(value * 100) / 100, 2)",
        FLOW,
    ),
    M("numbers without their sign", step._written, "fixed(value", "fixed(abs(value)", FLOW),
    M(
        "headings of a and c swapped",
        step.columns,
        'f"{s}<sub>t</sub>", at',
        'f"{s}<sub>t-1</sub>", at',
        FLOW,
    ),
    M(
        "start and end swapped",
        states.trajectory,
        '("start", 0, -28), ("end", end - 1, 28)',
        '("end", 0, -28), ("start", end - 1, 28)',
        PATH,
    ),
    M("the end one step early", states.trajectory, "end - 1, 28", "end - 2, 28", PATH),
    M(
        "the path's axes swapped",
        states.trajectory,
        "parts.line(first, second",
        "parts.line(second, first",
        PATH,
    ),
    M("components' shares swapped", states.trajectory, "{explained[0]:", "{explained[1]:", PATH),
    M(
        "singular values ascending",
        gradients.singular_values,
        'values[:, 0], "red"',
        'values[:, -1], "red"',
        SINGULAR,
    ),
    M(
        "a mean for the median",
        gradients.singular_values,
        "np.median(values",
        "np.mean(values",
        SINGULAR,
    ),
    M(
        "shut and open swapped",
        gates.saturation,
        '"x": shut, "y": wide',
        '"x": wide, "y": shut',
        SHUT,
    ),
    M(
        "the diagonal from 0 to 1",
        gates.saturation,
        '"y0": 1, "x1": 1, "y1": 0',
        '"y0": 0, "x1": 1, "y1": 1',
        SHUT,
    ),
    M(
        "columns of a table rolled",
        columns.columns,
        "zip(trace.y, exact",
        "zip(np.roll(trace.y, 1), exact",
        ITEMS,
    ),
    M(
        "x and y of a table swapped",
        columns.columns,
        "= np.asarray(trace.y)",
        "= np.asarray(trace.x)",
        REACH,
    ),
    M(
        "a wide table counts from 0",
        parts.wide,
        "enumerate(array, 1)",
        "enumerate(array, 0)",
        STATES,
    ),
    M(
        "a wide table one row off",
        parts.wide,
        "enumerate(array, 1)",
        "enumerate(np.roll(array, 1, 0), 1)",
        STATES,
    ),
    # colours and scales
    M(
        "gates' colours swapped",
        gates.overview,
        "theme.line(gate.name, mode)",
        'theme.line({"forget": "input", "input": "forget"}.get(gate.name, gate.name), mode)',
        GATES,
    ),
    M(
        "cells' colours swapped",
        compare._line,
        "theme.line(name,",
        'theme.line({"rnn": "gru", "gru": "lstm", "lstm": "rnn"}[name],',
        REACH,
    ),
    M(
        "states' colours swapped",
        gradients.norms,
        "theme.line(name, mode, 2.5)",
        'theme.line({"a": "c", "c": "a"}[name], mode, 2.5)',
        NORMS,
    ),
    M(
        "units' colours one off",
        states.overview,
        "theme.tone(index,",
        "theme.tone(index + 1,",
        STATES,
    ),
    M(
        "the time's colours reversed",
        states.trajectory,
        "ink.sequential[1][1]], [1, ink.sequential[4][1]",
        "ink.sequential[4][1]], [1, ink.sequential[1][1]",
        PATH,
    ),
    M(
        "the path coloured backwards",
        states.trajectory,
        '"color": time, "size"',
        '"color": time[::-1], "size"',
        PATH,
    ),
    M("one ramp for signed numbers", parts.scale, "ink.diverging if", "ink.sequential if", STATES),
    M("two ramps for shares", parts.scale, "else ink.sequential", "else ink.diverging", GATES),
    M("items on two ramps", gradients.itemised, ".ink.sequential", ".ink.diverging", ITEMS),
    M(
        "a scale of another state",
        states.overview,
        "top = parts.largest(values)",
        "top = 2.0",
        STATES,
    ),
    M(
        "a scale that is not centred",
        parts.heatmap,
        '"zmin": limits[0]',
        '"zmin": limits[0] / 2',
        STATES,
    ),
    M(
        "each cell on its own scale",
        compare.states,
        "(-top, top), label)",
        "(-np.abs(values).max(), np.abs(values).max() * 1.01), label)",
        CELLS,
    ),
    M(
        "a bar that hides what lies beyond",
        compare.states,
        '"a", beyond)',
        '"a")',
        CELLS,
        changed={"n_a": 16, "T_x": 50, "seed": 1, "m": 10},
    ),
    M("a bar with another range", parts.bar, '"cmax": limits[1]', '"cmax": 2 * limits[1]', STATES),
    M(
        "a bar of another state",
        states.overview,
        "builder.domain(row), name)",
        'builder.domain(row), "c")',
        STATES,
    ),
    M(
        "a bar beside another row",
        states.overview,
        "builder.domain(row)",
        "builder.domain(1)",
        STATES,
    ),
    M("a bar of the other ramp", parts.bar, "scale(ink, limits)", "ink.sequential", STATES),
    M("a log bar without its log", gradients.itemised, "log₁₀", "norm", ITEMS),
    M(
        "the legend swapped",
        gradients.norms,
        "label = theme.title_of(name)",
        'label = theme.title_of({"a": "c", "c": "a"}[name])',
        NORMS,
    ),
    M(
        "a legend of another cell",
        compare._line,
        "parts.positive(y), label, style",
        "parts.positive(y), theme.title_of('gru'), style",
        REACH,
    ),
    M(
        "a row's name in another's colour",
        compare.states,
        'theme.line(name, mode)["color"]',
        'theme.line("a", mode)["color"]',
        CELLS,
    ),
    # axes, lines, notes
    M("t for k", gradients.norms, '"time step k"', '"time step t"', NORMS),
    M("k for t", states.overview, '"time step t"', '"time step k"', STATES),
    M(
        "axes of items swapped",
        gradients.itemised,
        "state's time step k",
        "loss's time step t",
        ITEMS,
    ),
    M("a linear axis of norms", compare.norms, "**parts.log_axis(*curves)", "", REACH),
    M(
        "a rounding that is not its own",
        gradients.norms,
        "np.finfo(run.trace.dtype).eps",
        'np.finfo("float64").eps',
        NORMS,
        changed=SMALL,
    ),
    M(
        "the floor of float64 named",
        gradients.norms,
        "{run.trace.dtype} rounding",
        "float64 rounding",
        NORMS,
        changed=SMALL,
    ),
    M(
        "the floor's note elsewhere",
        gradients.norms,
        '"y": np.log10(floor)',
        '"y": floor',
        NORMS,
        changed=SMALL,
    ),
    M(
        "the floor of the first norm",
        gradients.norms,
        "top = max(parts.largest(values) for values in drawn)",
        "top = float(curves['a'][0])",
        NORMS,
        changed=SMALL,
    ),
    M("a floor where it is not near", gradients.norms, "floor * 1e3", "np.inf", NORMS),
    M("no clipping", gradients.norms, "min(before, clip)", "before", NORMS),
    M(
        "clipping of the last step",
        gradients.norms,
        "= grads.param_norm",
        "= curves['a'][-1]",
        NORMS,
    ),
    M(
        "clipping that enlarges",
        gradients.norms,
        "min(before, clip)",
        "clip",
        NORMS,
        choices={"clip": 1e3},
    ),
    M(
        "a threshold misnamed",
        gradients.norms,
        "clipped at {clip:g}",
        "clipped at {10 * clip:g}",
        NORMS,
    ),
    M(
        "the theory of one step more",
        gradients.norms,
        'expected * curves["a"][-1]',
        'expected * curves["a"][-2]',
        NORMS,
        "rnn",
        LINEAR,
    ),
    M(
        "the theory with another base",
        gradients.norms,
        "theory: {run.experiment.gain:g}",
        "theory: {run.experiment.gain ** 2:g}",
        NORMS,
        "rnn",
        LINEAR,
    ),
    M(
        "a theory from the first step",
        measures.expected_decay,
        "np.arange(e.T_x - 1, -1, -1.0)",
        "np.arange(e.T_x - 0.0)",
        NORMS,
        "rnn",
        LINEAR,
    ),
    M(
        "a theory of T_x steps",
        measures.expected_decay,
        "np.arange(e.T_x - 1, -1, -1.0)",
        "np.arange(e.T_x, 0, -1.0)",
        NORMS,
        "rnn",
        LINEAR,
    ),
    M(
        "the level of 1 at 0.5",
        gradients.singular_values,
        "builder.line(y=1,",
        "builder.line(y=0.5,",
        SINGULAR,
    ),
    # what is computed for a picture
    M("quartiles called 10 and 90", compare._percentiles, "[10, 50, 90]", "[25, 50, 75]", BAND),
    M("a table of quartiles", exhibits_of_band._percentiles, "[10, 50, 90]", "[25, 50, 75]", BAND),
    M(
        "a mean over the seeds",
        compare.band,
        "_line(time, middle,",
        "_line(time, np.nanmean(parts.positive(values), axis=0),",
        BAND,
    ),
    M("edges of the band swapped", compare.band, "[high, low[::-1]]", "[low, high[::-1]]", BAND),
    M("a band that turns round", compare.band, "[high, low[::-1]]", "[high, low]", BAND),
    M(
        "the band's columns swapped",
        exhibits_of_band.band_table,
        '"10 %", "median", "90 %"',
        '"90 %", "median", "10 %"',
        BAND,
    ),
    M(
        "a seed too few",
        exhibits_of_band.seed_bands,
        "affordable(runs, seeds)",
        "affordable(runs, seeds) - 1",
        BAND,
    ),
    M("half-lives in doublings", measures.half_life, "np.log(2)", "np.log2(2)", MEMORY),
    M(
        "the mean of what is kept",
        measures.half_life,
        "np.log(kept).mean(axis=(-2, -1))",
        "np.log(kept.mean(axis=(-2, -1)))",
        MEMORY,
    ),
    M(
        "memory of the gate that writes",
        measures.retention,
        "if sign > 0",
        "if sign < 0",
        MEMORY,
        "gru",
    ),
    M(
        "saturation beyond 0.9",
        measures.saturated_share,
        "> limit",
        "> 0.9",
        STUCK,
        cell="rnn",
        changed=LARGE,
    ),
    M(
        "saturation on one side",
        measures.saturated_share,
        "np.abs(states)",
        "states",
        STUCK,
        cell="rnn",
        changed=LARGE,
    ),
    M("saturation within the limit", measures.saturated_share, "> limit", "< limit", STUCK),
    M("shut below 0.2", measures.gate_saturation, "gate < left", "gate < 2 * left", SHUT),
    M("open above 0.8", measures.gate_saturation, "gate > right", "gate > right - 0.1", SHUT),
    M(
        "log10 of another array",
        gradients.itemised,
        "parts.positive(items)",
        "parts.positive(items * items)",
        ITEMS,
    ),
    M(
        "hovering tells the log",
        gradients.itemised,
        '"customdata": items',
        '"customdata": values',
        ITEMS,
    ),
    M("natural logarithms", gradients.itemised, "np.log10(parts", "np.log(parts", ITEMS),
    M(
        "c in place of a",
        compare.norms,
        'run.gradients.norms["a"]\n',
        'run.gradients.norms["x"]\n',
        REACH,
    ),
    M("the readout counted as well", compare.parameters, '["cell"] for', '["readout"] for', SIZES),
    M(
        "bars of another number",
        compare.parameters,
        '"text": [f"{count:,}"',
        '"text": [f"{count + 1:,}"',
        SIZES,
    ),
    M(
        "bars in each other's colours",
        compare.parameters,
        "for name in counts]},",
        'for name in ["a"]]},',
        SIZES,
    ),
    # sentences
    M(
        "t one off",
        exhibits_of_steps.player_caption,
        "At t = {t + 1}{word}, unit",
        "At t = {t}{word}, unit",
        FLOW,
    ),
    M("the unit one off", exhibits_of_steps.player_caption, "{unit + 1} goes", "{unit} goes", FLOW),
    M(
        "from and to swapped",
        exhibits_of_steps.player_caption,
        "fixed(before, 4)",
        "fixed(after, 4)",
        FLOW,
    ),
    M(
        "of the first sequence",
        exhibits_of_steps.player_caption,
        "[:, sequence, t]",
        "[:, 0, t]",
        FLOW,
    ),
    M(
        "the class counted from 0",
        exhibits_of_steps.player_caption,
        "enumerate(y, 1)",
        "enumerate(y)",
        FLOW,
    ),
    M(
        "the least likely class",
        exhibits_of_steps.player_caption,
        "share == y.max()",
        "share == y.min()",
        FLOW,
    ),
    M("the smallest state", exhibits_of_states.overview_caption, ".argmax()", ".argmin()", STATES),
    M(
        "the most positive state",
        exhibits_of_states.overview_caption,
        "np.abs(a).argmax()",
        "a.argmax()",
        STATES,
        choices={"sequence": 0},
    ),
    M(
        "t of the largest one off",
        exhibits_of_states.overview_caption,
        "t = {t + 1}",
        "t = {t}",
        STATES,
    ),
    M(
        "the share of the first one",
        exhibits_of_states.overview_caption,
        "sequence : sequence + 1",
        "0:1",
        STATES,
        cell="rnn",
        changed=LARGE,
    ),
    M(
        "the least for the most",
        exhibits_of_cells._reach,
        "max(kept.values())",
        "min(kept.values())",
        CELLS,
    ),
    M("last against first", exhibits_of_cells._reach, "[[0, -1]]", "[[-1, 0]]", CELLS),
    M(
        "first for last",
        exhibits_of_gradients._left,
        "number(last)} at the last",
        "number(first)} at the last",
        NORMS,
    ),
    M(
        "the other way round",
        exhibits_of_gradients._left,
        "ratio(first, last)",
        "ratio(last, first)",
        NORMS,
    ),
    M(
        "the norm before for the one after",
        exhibits_of_gradients._clipped,
        "number(after, 4)",
        "number(before, 4)",
        NORMS,
    ),
    M(
        "cut where it stays",
        exhibits_of_gradients._clipped,
        "before > threshold",
        "before < threshold",
        NORMS,
    ),
    M(
        "Jacobians of the next sequence",
        exhibits_of_gradients.singular_values_caption,
        "{sequence + 1}",
        "{sequence}",
        SINGULAR,
    ),
    M("the mean half-life", exhibits_of_gates.overview_caption, "np.median(", "np.mean(", GATES),
    M(
        "gates' names shifted",
        exhibits_of_gates.overview_caption,
        "gates[name][..., :end].mean()",
        "gates[sigmoid[0]][..., :end].mean()",
        GATES,
    ),
    M("t of a title one off", step.flow, "t = {t + 1}, sequence", "t = {t}, sequence", FLOW),
    M(
        "a title of the next sequence",
        step.flow,
        'sequence {sequence + 1}"',
        'sequence {sequence}"',
        FLOW,
    ),
    M("the number of another unit", step.flow, '["a"][unit, sequence', '["a"][0, sequence', FLOW),
    M(
        "the highest called the lowest",
        states.overview,
        "parts.told(a.min())",
        "parts.told(a.max())",
        STATES,
    ),
    M(
        "first and last swapped in words",
        gradients.norms,
        "{first} at the first step, {last}",
        "{last} at the first step, {first}",
        NORMS,
    ),
    M(
        "a cell's last norm as its first",
        compare.norms,
        "parts.told(values[0])",
        "parts.told(values[-1])",
        REACH,
    ),
    M(
        "the shortest memory twice",
        gates.memory,
        "number(steps.max())",
        "number(steps.min())",
        MEMORY,
    ),
    M(
        "open called shut",
        gates.saturation,
        "{shut.mean():.0%} shut",
        "{wide.mean():.0%} shut",
        SHUT,
    ),
    M(
        "equations of another step",
        substituted,
        "(unit, sequence, t)",
        "(unit, sequence, t - 1)",
        FLOW,
    ),
    M("equations of the first sequence", substituted, "(unit, sequence, t)", "(unit, 0, t)", FLOW),
    M(
        "equations of the unit before",
        substituted,
        "[t][unit, sequence]",
        "[t][unit - 1, sequence]",
        FLOW,
    ),
    M("the old state is the new one", substituted, "(s)[t][unit", "(s)[t + 1][unit", FLOW),
    M("a sum for the gate's value", substituted, "{numbers[gate.name]}", "{z}", FLOW),
    # a cell of one's own
    M("both of the first sequence", workshop.beside, "[:, sequence,", "[:, 0,", BESIDE, **CHANGED),
    M(
        "the other one's colour",
        workshop.beside,
        "theme.line(name,",
        'theme.line("gru",',
        BESIDE,
        **CHANGED,
    ),
    M("a gate in no gate's colour", workshop.opened, "name.removeprefix(WITHOUT)", "name", OPENED),
    M(
        "sizes swapped",
        exhibits_of_workshop.beside_caption,
        "(after, before))",
        "(before, after))",
        BESIDE,
        **CHANGED,
    ),
    M(
        "the last against the first",
        exhibits_of_workshop._left,
        "ratio(first, last)",
        "ratio(last, first)",
        OPENED,
    ),
    M(
        "the gate that changes least",
        exhibits_of_workshop.opened_caption,
        "factor == max(",
        "factor == min(",
        OPENED,
    ),
]

CURVES, ACCURACY, DISTANCE = "reviews-curves", "reviews-accuracy", "reviews-distance"
BELIEVED, ERRS, VERDICT = "reviews-calibration", "reviews-confusion", "reviews-verdict"
OF_REVIEWS = [
    M(
        "loss and accuracy swapped",
        reviews.curves,
        '(1, "val_accuracy"), (2, "loss")',
        '(2, "val_accuracy"), (1, "loss")',
        CURVES,
    ),
    M("the first epoch told", reviews.curves, "rows[-1]", "rows[0]", CURVES),
    M("epochs from 0", reviews.curves, 'row["epoch"] for', 'row["epoch"] - 1 for', CURVES),
    M(
        "axes' names swapped",
        reviews.curves,
        '"validation accuracy", 1',
        '"training loss", 1',
        CURVES,
    ),
    M(
        "a line of another run",
        reviews.curves,
        "style = _line(label, mode)",
        'style = _line("bow", mode)',
        CURVES,
    ),
    M(
        "ends of the interval swapped",
        reviews.accuracy,
        "low, high = row",
        "high, low = row",
        ACCURACY,
    ),
    M(
        "an interval of one side",
        reviews.accuracy,
        '"arrayminus": [share - low]',
        '"arrayminus": [high - share]',
        ACCURACY,
    ),
    M(
        "printed beside another cell",
        reviews.accuracy,
        "[printed[name] for name in names]",
        "[printed[name] for name in names[::-1]]",
        ACCURACY,
    ),
    M(
        "a rounded share of errors",
        reviews.accuracy,
        '"text": [f"{share:.1%}"]',
        '"text": [f"{1 - share:.1%}"]',
        ACCURACY,
    ),
    M("chance at 0.6", reviews.accuracy, "builder.line(x=0.5", "builder.line(x=0.6", ACCURACY),
    M("chance's word elsewhere", reviews.accuracy, '"chance", x=0.5', '"chance", x=0.6', ACCURACY),
    M(
        "the start of a distance",
        reviews.distance,
        '(bucket["from"] + bucket["to"]) / 2',
        'bucket["from"]',
        DISTANCE,
    ),
    M("the nearest told as the farthest", reviews.distance, "shares[-1]", "shares[0]", DISTANCE),
    M(
        "the diagonal turned round",
        reviews.calibration,
        '"y0": 0, "x1": 1, "y1": 1',
        '"y0": 1, "x1": 1, "y1": 0',
        BELIEVED,
    ),
    M(
        "said and true swapped",
        reviews.calibration,
        "parts.line(said, true",
        "parts.line(true, said",
        BELIEVED,
    ),
    M(
        "counts of other bins",
        reviews.calibration,
        '"customdata": counts',
        '"customdata": counts[::-1]',
        BELIEVED,
    ),
    M("true and said swapped", reviews.confusion, '"the model says"', '"the review is"', ERRS),
    M(
        "shares of what was said",
        reviews.confusion,
        "counts.sum(axis=1, keepdims=True)",
        "counts.sum(axis=0, keepdims=True)",
        ERRS,
    ),
    M(
        "counts transposed",
        reviews.confusion,
        "for count in counts.ravel()]",
        "for count in counts.T.ravel()]",
        ERRS,
    ),
    M(
        "negative above, called positive",
        reviews.confusion,
        "names = list(names)",
        "names = list(names)[::-1]",
        ERRS,
    ),
    M(
        "errors called right",
        reviews.confusion,
        "counts.trace()",
        "(counts.sum() - counts.trace())",
        ERRS,
    ),
    M("the first class below", reviews.confusion, 'autorange="reversed"', "autorange=True", ERRS),
    M(
        "lost and gradient swapped",
        reviews.verdict,
        "(2, missed), (3, influence)",
        "(3, missed), (2, influence)",
        VERDICT,
    ),
    M(
        "words one step off",
        parts.Words.axis,
        "self.names[place] for",
        "self.names[place - 1] for",
        VERDICT,
    ),
    M(
        "the weakest words",
        reviews.verdict,
        "np.argsort(-np.abs(felt))",
        "np.argsort(np.abs(felt))",
        VERDICT,
    ),
    M("the first probability", reviews.verdict, "probabilities[-1]", "probabilities[0]", VERDICT),
    M("the level of a doubt at 0.6", reviews.verdict, 'else 0.5, "y"', 'else 0.6, "y"', VERDICT),
    M("bars in inverted colours", reviews._ends, "low, high =", "high, low =", VERDICT),
    M(
        "bars coloured by size",
        reviews.verdict,
        "np.nan_to_num(values)",
        "np.abs(np.nan_to_num(values))",
        VERDICT,
    ),
    M(
        "a bar's colours from another top",
        reviews.verdict,
        '"cmax": top',
        '"cmax": 2 * top',
        VERDICT,
    ),
    M("a run in another's colour", reviews._line, "label.split()[0]", '"gru"', ACCURACY),
    M("a run by another's name", reviews._title, "[{", "['GRU'] + [{", BELIEVED),
]


def inverted(name):
    """Ends of a colour scale swapped in every mode of the theme."""
    return {
        mode: ink._replace(**{name: [[at, c] for (at, _), (_, c) in zip(
            getattr(ink, name), reversed(getattr(ink, name)), strict=True)]})
        for mode, ink in theme.MODES.items()
    }  # fmt: skip
