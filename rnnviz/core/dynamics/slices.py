"""Planes of states that are drawn: of each place in one, the joint state that stands there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.core.dynamics.settling import Settling
from rnnviz.core.engine import StepMap

Map = Callable[[np.ndarray], np.ndarray]
_STRAIGHT = 0.02  # of the way between both ends: a saddle nearer to that line spans no plane
_SETTLES, _STILL = 400, 1e-9  # rounds until a hidden state agrees with its memory, and how far off


@dataclass(frozen=True, eq=False)
class Slice:
    """`lift` gives the joint states (N, k) at places (2, k), NaN where there is none, and `down`
    the places of joint states. `flows` says that a step leads from a place to a place, up to what
    is not drawn; `flat` that all other states are moved straight onto it."""

    axes: tuple[str, str]
    down: Map
    lift: Map
    flows: bool = True
    flat: bool = False


def cut_of(settling: Settling) -> Slice | None:
    """The slice in which states are drawn, where there is one.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics import settle
    >>> cut_of(settle(run(Experiment(cell="lstm", n_a=2)))).axes
    ('c of unit 1', 'c of unit 2')
    """
    return _two_numbers(settling) or _memory(settling) or _through_points(settling)


def _two_numbers(settling: Settling) -> Slice | None:
    """The states themselves, of two numbers."""
    one = settling.of
    if one.N != 2:
        return None
    axes = ("a of unit 1", "a of unit 2") if one.n_a == 2 else one.cell.states[:2]
    return Slice(axes, _same, _same)


def _memory(settling: Settling) -> Slice | None:
    """Of two units with a hidden state and a memory: the memory, with the hidden state that it
    gives itself. Of an LSTM a = o(a) tanh(c), where o looks at a; all fixed points lie on it."""
    one = settling.of
    if one.n_a != 2 or len(one.cell.states) != 2 or one.cell.derived.only_shown:
        return None
    memory = one.cell.states[1]
    axes = tuple(f"{memory} of unit {k}" for k in (1, 2))
    return Slice((axes[0], axes[1]), lambda states: states[2:], lambda c: _agreed(one, c))


def _agreed(one: StepMap, c: np.ndarray) -> np.ndarray:
    """The joint states whose memory is c (n_a, k), and whose hidden state stays while that does."""
    held = replace(one, held={one.cell.states[1]: c})
    states = np.concatenate([np.zeros_like(c), c])
    for _ in range(_SETTLES):
        after = held.step(states)
        with np.errstate(invalid="ignore"):
            moved = np.abs(after - states).max(0)
        states = after
        if not (moved > _STILL).any():
            break
    return np.where(moved <= _STILL, states, np.nan)


def _through_points(settling: Settling) -> Slice | None:
    """The plane through two stable points and the saddle between them, where these are all fixed
    points of more than two numbers: from one end to the other, and across to the saddle."""
    kinds = {kind: [p.state for p in settling.points if p.kind == kind] for kind in
             ("stable", "saddle")}  # fmt: skip
    if settling.of.N < 3 or [*map(len, kinds.values())] != [2, 1] or len(settling.points) != 3:
        return None
    first, second = _in_order(settling, *kinds["stable"])
    along, saddle = second - first, kinds["saddle"][0] - first
    size = np.linalg.norm(along)
    along = along / size
    across = saddle - (saddle @ along) * along
    if np.linalg.norm(across) < _STRAIGHT * size:
        return None
    directions = np.stack([along, across / np.linalg.norm(across)])
    return Slice(
        ("from end to end", "towards the saddle"),
        lambda states: directions @ (states - first[:, None]),
        lambda places: first[:, None] + directions.T @ places,
        flows=False,
        flat=True,
    )


def _in_order(settling: Settling, first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
    """The end to which the last of those that are followed go stands on the right; without any that
    which has the larger number where the two differ most."""
    led = [*settling.leads.values()]
    if led and (led[-1] >= 0).any():
        second_is_right = (led[-1] == 1).sum() >= (led[-1] == 0).sum()
    else:
        apart = second - first
        second_is_right = apart[np.abs(apart).argmax()] > 0
    return [first, second] if second_is_right else [second, first]


def _same(states: np.ndarray) -> np.ndarray:
    return states


def apart(cut: Slice, states: np.ndarray) -> np.ndarray:
    """How far joint states (N, k) are from the one at their place, (k,).

    >>> cut = Slice(("a", "b"), lambda s: s[:2], lambda p: np.concatenate([p, 0 * p[:1]]))
    >>> apart(cut, np.array([[1.0], [2.0], [-3.0]]))
    array([3.])
    """
    return np.linalg.norm(states - cut.lift(cut.down(states)), axis=0)
