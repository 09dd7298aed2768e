"""The forward pass by hand: single steps from the states before them, as the paper writes it."""

from collections.abc import Iterable, Mapping

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.cells.base import Cell
from rnnviz.core.checks import hand, rounding
from rnnviz.core.checks.check import Unchecked, Verdict, chooser, compare, plural
from rnnviz.core.phrases import no_states
from rnnviz.core.types import Pass

_STEPS = 4  # taken by hand, chosen by `chooser`; each takes n_a (n_a + n_x) products
_PRODUCT = "W [a; x] + b, one product at a time"
_EQUATION = "the cell's equations, number by number"
KINDS = {  # what may be asked of a step, and where the expected value comes from
    "preactivations": _PRODUCT,
    "gates": f"σ and tanh of {_PRODUCT}",
    "states": _EQUATION,
    "outputs": "softmax(Wy a + by) by its formula",
}


def step(run: Pass, t: int, sequence: int, kinds: Iterable[str] = tuple(KINDS)) -> list[Verdict]:
    """Everything that happens in one step, from the states before it."""
    end = run.trace.finite_steps
    if t >= end:
        return [Unchecked(f"the step at t = {t + 1}", no_states(run))]
    drawn = run.trace.preactivations  # which a picture of one step shows; `some` has the player's
    z = {name: array[:, sequence, [t]] for name, array in drawn.items()}
    return _checked(run, sequence, [t], kinds, z)


def some(run: Pass, sequence: int, kinds: Iterable[str]) -> list[Verdict]:
    """The same at the first and last step of a sequence, and at a few between."""
    end, verdicts = run.trace.finite_steps, []
    if end < run.trace.T_x:
        verdicts.append(Unchecked(f"steps {end + 1} to {run.trace.T_x}", no_states(run)))
    if not end:
        return verdicts
    random = chooser(run)
    between = random.choice(end, min(end, _STEPS - 2), replace=False)
    steps = sorted({0, end - 1, *map(int, between)})
    z = recompute.preactivations(run.trace, sequence, np.array(steps))
    return verdicts + _checked(run, sequence, steps, kinds, z)


def _checked(run: Pass, sequence: int, steps: list[int], kinds, z: Mapping) -> list[Verdict]:
    """z holds the pre-activations at the steps, (n_a, steps), by the gate's name."""
    where = f" at t = {', '.join(str(t + 1) for t in steps)}"
    parts: dict[str, list[tuple[np.ndarray, list, float]]] = {}
    for index, t in enumerate(steps):
        try:
            expected, tolerance = _step(run, t, sequence)
        except (ValueError, KeyError, OverflowError, SyntaxError) as error:
            return [Unchecked(f"the step{where}", str(error))]
        for name, computed in _computed(run, t, sequence, kinds, z, index):
            if name in expected:  # a product within a line of more is in no line alone
                parts.setdefault(name, []).append((computed, expected[name], tolerance))
    groups: dict[tuple[str, str], list[str]] = {}
    for name in parts:
        groups.setdefault(_group(run.cell, name), []).append(name)
    verdicts: list[Verdict] = []
    for (kind, label), names in groups.items():
        rows = [row for name in names for row in parts[name]]
        computed = np.concatenate([np.asarray(c, float) for c, _, _ in rows])
        expected = np.concatenate([e for _, e, _ in rows])
        tolerance = np.concatenate([np.full(len(e), tol) for _, e, tol in rows])
        what = f"{label}{where} ({plural(len(computed), 'number')})"
        verdicts.append(compare(what, computed, expected, tolerance, KINDS[kind]))
    return verdicts


def _step(run: Pass, t: int, sequence: int) -> tuple[dict[str, list[float]], float]:
    """A step of a run `by_hand`, and how far rounding may have carried the engine's numbers."""
    trace = run.trace
    states = trace.initial if t == 0 else {n: s[..., t - 1] for n, s in trace.states.items()}
    before = {name: states[name][:, sequence].tolist() for name in run.cell.states}
    x = trace.x[:, sequence, t].tolist()
    numbers, size = by_hand(run.cell, run.params, before, x)
    # Up to four sums in a row, none steeper than 1: early gates, late ones, state, readout.
    return numbers, 4 * rounding.step(run) * size


def by_hand(
    cell: Cell,
    params: Mapping[str, np.ndarray],
    before: Mapping[str, list[float]],
    x: list[float],
) -> tuple[dict[str, list[float]], float]:
    """Every quantity of one step by name, and the size of the numbers that rounding is relative to.

    `before` holds the states, n_a numbers each, x n_x. Names as of `tidy.arrays`: `z_` before a
    gate's name for its pre-activation, `y` the output. Raises ValueError for an equation that
    cannot be read.
    """
    known = {f"{name}_prev": list(state) for name, state in before.items()} | {"x": x}
    known |= {name: params[name].tolist() for name in cell.draws}
    walk = hand.Walk(known, len(before["a"]), cell.activation)
    walk.lines(cell.text)
    numbers = {name: walk.known[name] for name in cell.states}
    for gate in cell.gates:
        if gate.letter in walk.taken:
            numbers[f"z_{gate.name}"] = walk.taken[gate.letter]
    numbers |= {gate.name: walk.known[gate.letter] for gate in cell.shown_gates}
    W, b = (params[name].tolist() for name in cell.readout)
    logits = [hand.dot([*w, *c], [*numbers["a"], 1.0]) for w, c in zip(W, b, strict=True)]
    numbers["y"] = hand.softmax(logits)
    every = (*walk.taken.values(), *numbers.values(), logits)
    size = max(walk.largest, *(abs(v) for values in every for v in values))
    return numbers, size * (1 + size) if cell.late else size  # their operand is rounded, too


def _computed(run: Pass, t: int, sequence: int, kinds: Iterable[str], z: Mapping, index: int):
    """(name, values) of what the engine holds of one step."""
    trace = run.trace
    if "preactivations" in kinds:
        yield from ((f"z_{name}", values[:, index]) for name, values in z.items())
    arrays = {"gates": trace.gates, "states": trace.states, "outputs": {"y": trace.y}}
    for kind, every in arrays.items():
        if kind in kinds:
            yield from ((name, array[:, sequence, t]) for name, array in every.items())


def _group(cell: Cell, name: str) -> tuple[str, str]:
    """Which check a quantity belongs to: its kind and the label."""
    if name.startswith("z_"):
        return "preactivations", "pre-activations"
    if name == "y":
        return "outputs", "outputs y"
    if name in cell.states:
        return "states", f"state {name}"
    return "gates", name
