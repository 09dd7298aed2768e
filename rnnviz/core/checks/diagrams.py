"""Pictures of many networks against one network at a time, in double precision."""

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.checks.check import Unchecked, Verdict, compare, plural
from rnnviz.core.dynamics import Bifurcation, Phase, StepMap, lyapunov, place_of
from rnnviz.core.initialisers import adjust

_FEW = 3  # networks that are looked at
_MOVE = 1e-5  # of a state, for a difference
_NEAR = 1e-3  # of a number of the state, as `Bifurcation.kinds` has it


def phase(
    cell: Cell, params: dict[str, np.ndarray], diagram: Phase, x: np.ndarray | None = None
) -> list[Verdict]:
    """The exponent at the smallest gain by QR of Jacobians; the radius 1 on the line, by
    differences."""
    return [_first(cell, params, diagram, x), _radius(cell, params, diagram)]


def _first(
    cell: Cell, params: dict[str, np.ndarray], diagram: Phase, x: np.ndarray | None
) -> Verdict:
    what, found, expected = "λ₁ at the smallest gain", [], []
    for row in _some(np.flatnonzero(np.isfinite(diagram.exponents[:, 0]))):
        one = _network(cell, params, diagram.gains[0], diagram.biases[row], x)
        state = np.random.RandomState(0).standard_normal(one.N)
        with np.errstate(all="ignore"):
            spectrum = lyapunov(one, state, diagram.steps, 100, first=1)
        if np.isfinite(spectrum.exponents[0]):
            expected.append(spectrum.exponents[0])
            found.append(diagram.exponents[row, 0])
    if not found:
        return Unchecked(what, "neighbouring states become one, or overflow")
    # Directions turn into the first one while it is measured: what that takes counts as 1/T.
    allowed = 30 / diagram.steps + np.abs(expected) / 20
    source = "the Jacobians' product by QR, in double precision"
    return compare(f"{what}, {plural(len(found), 'network')}", found, expected, allowed, source)


def _radius(cell: Cell, params: dict[str, np.ndarray], diagram: Phase) -> Verdict:
    what, found = "max |eig J(0)| on the line", []
    for at in _some(np.flatnonzero(np.isfinite(diagram.border))):
        one = _network(cell, params, diagram.border[at], diagram.along[at])
        move = _MOVE * np.eye(one.N)
        J = (one.step(move) - one.step(-move)) / (2 * _MOVE)
        found.append(float(np.abs(np.linalg.eigvals(J)).max()))
    if not found:
        return Unchecked(what, "there is no gain at which a fixed point 0 lets go")
    # A difference is off by about move^2; an eigenvalue of its own by as much, times the matrix.
    source = "central differences of a step at 0"
    return compare(f"{what}, {plural(len(found), 'network')}", found, 1.0, 1e-4, source)


def bifurcation(
    cell: Cell, params: dict[str, np.ndarray], diagram: Bifurcation, forget_bias: float, unit: int
) -> list[Verdict]:
    """The last values of networks that settle, step by step in double precision."""
    what = "the values at the end"
    found, expected = [], []
    # At large gains a start may lie between two ends, where rounding decides.
    for at in np.flatnonzero(diagram.kinds == 0)[:_FEW]:
        one = _at(cell, params, diagram, float(diagram.gains[at]), forget_bias)
        states = diagram.starts.astype(float)
        for _ in range(diagram.steps + diagram.values.shape[2]):
            states = one.step(states)
        expected.append(states[unit])
        found.append(diagram.values[at, :, -1])
    if not found:
        return [Unchecked(what, f"at no {diagram.along} do all starts end at one value")]
    # All have come within `_NEAR` of one value, and single precision rounds less than that.
    source = "one network at a time, in double precision"
    what = f"{what}, {plural(len(found), 'network')}"
    return [compare(what, np.array(found), np.array(expected), 2 * _NEAR, source)]


def _some(places: np.ndarray) -> list[int]:
    """The first, a middle and the last of some places, each once."""
    if not len(places):
        return []
    chosen = np.linspace(0, len(places) - 1, min(_FEW, len(places))).astype(int)
    return [int(places[at]) for at in chosen]


def _at(
    cell: Cell, params: dict[str, np.ndarray], diagram: Bifurcation, value: float, bias: float
) -> StepMap:
    """The network at a value of what changes."""
    x = diagram.x if diagram.x.size else None
    if diagram.along == "gain":
        return _network(cell, params, value, bias, x)
    if diagram.along == "forget_bias":
        return _network(cell, params, 1.0, value, x)
    moved = {name: np.array(param, float) for name, param in params.items()}
    if diagram.along == "input":
        return StepMap.of(cell, moved, value * (diagram.x if diagram.x.any() else diagram.x + 1))
    name, place = place_of(params, diagram.along)
    moved[name][place] = value
    return StepMap.of(cell, moved, x)


def _network(
    cell: Cell, params: dict[str, np.ndarray], gain: float, bias: float, x: np.ndarray | None = None
) -> StepMap:
    """The network of a gain and a forget bias, as a run of its own has it."""
    moved = {name: np.array(param, float) for name, param in params.items()}
    adjust(cell, moved, float(gain), float(bias))
    return StepMap.of(cell, moved, x)
