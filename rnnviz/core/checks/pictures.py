"""Which checks stand under which picture; each function takes what its picture is given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import backward, biases, counts, forward, gates, itemised, jacobians, states
from rnnviz.core.checks.check import Check, Unchecked, Verdict
from rnnviz.core.experiment import Experiment
from rnnviz.core.types import Run


def player(run: Run, sequence: int = 0) -> list[Verdict]:
    """What plays: states, gates, outputs and the gradient of one sequence."""
    found = [*states.start(run), *forward.some(run, sequence, forward.KINDS)]
    found += [*jacobians.product(run, sequence), *backward.norms(run, sequence)]
    return found + biases.felt(run)


def step_flow(run: Run, t: int = 0, sequence: int = 0, unit: int = 0) -> list[Verdict]:
    """Every number of the step that is drawn."""
    return forward.step(run, t, sequence)


def states_overview(
    run: Run, sequence: int = 0, units: Sequence[int] = (0,), t: int | None = None
) -> list[Verdict]:
    """Where the states start, and some of the steps that they take."""
    return [*states.start(run), *forward.some(run, sequence, ["states"])]


def states_trajectory(run: Run, sequence: int = 0) -> list[Verdict]:
    """The plane of the path."""
    return states.components(run, sequence)


def states_saturation(run: Run) -> list[Verdict]:
    """The shares."""
    return states.saturated(run)


def gates_overview(run: Run, sequence: int = 0, unit: int = 0) -> list[Verdict]:
    """The gates of some steps."""
    return forward.some(run, sequence, ["gates"])


def gates_saturation(run: Run) -> list[Verdict]:
    """The counts."""
    return gates.saturation(run)


def gates_memory(run: Run) -> list[Verdict]:
    """The half-lives."""
    return gates.memory(run)


def gradients_norms(
    run: Run, sequence: int | None = None, clip: float | None = None
) -> list[Verdict]:
    """Definition, Jacobians, norms, theory and clipping."""
    found = backward.differences(run)
    found += jacobians.product(run, sequence or 0)
    found += backward.norms(run, sequence)
    found += backward.decay(run, measures.expected_decay(run.experiment))
    if clip is not None:
        params = run.gradients.params
        found += backward.clipping(params, measures.clip(params, clip)[0], clip)
    return found


def gradients_itemised(
    run: Run, items: np.ndarray, steps: np.ndarray, lag: int | None = None
) -> list[Verdict]:
    """The items' sum, some of them one by one, and those that are cut."""
    lag = run.trace.T_x if lag is None else lag
    return [
        *itemised.total(run),
        *itemised.alone(run, items, steps, lag),
        *itemised.by_jacobians(run),
    ]


def gradients_singular_values(
    run: Run, values: np.ndarray, steps: np.ndarray, sequence: int = 0
) -> list[Verdict]:
    """A step's Jacobian and its singular values."""
    found = jacobians.columns(run, sequence)
    return found + jacobians.singular(run, sequence, values, steps) + jacobians.gain(run, values)


def compare_states(runs: Mapping[str, Run], sequence: int = 0) -> list[Verdict]:
    """Some steps of every cell."""
    return _each(runs, lambda run: forward.some(run, sequence, ["states"]))


def compare_norms(runs: Mapping[str, Run]) -> list[Verdict]:
    """The gradient of every cell."""

    def one(run):
        found = backward.differences(run, [run.cell.gates[0].weights[0], "initial_a"])
        return [*found, *jacobians.product(run), *backward.norms(run)]

    return _each(runs, one)


def compare_band(experiment: Experiment, bands: Mapping[str, np.ndarray]) -> list[Verdict]:
    """Two of the seeds of every cell."""
    return counts.seeds(experiment, bands)


def compare_parameters(runs: Mapping[str, Run]) -> list[Verdict]:
    """The formulas."""
    return counts.parameters(runs)


def _each(runs: Mapping[str, Run], checks) -> list[Verdict]:
    """The checks of every run, its cell's name in front."""
    return [_named(run.cell.title, one) for run in runs.values() for one in checks(run)]


def _named(title: str, one: Check | Unchecked) -> Verdict:
    return replace(one, what=f"{title}: {one.what}")
