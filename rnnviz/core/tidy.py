"""A run as data for other programs: every array by name, or one long table."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from rnnviz.core.experiment import Experiment
from rnnviz.core.types import Run

COLUMNS = ("quantity", "sequence", "unit", "step", "value")


def arrays(run: Run) -> dict[str, np.ndarray]:
    """Every array of a run by its name: public shapes (n, m, T_x), parameters as they are.

    `a`, `c`, the gates by name, `z_` before a gate's name for its pre-activation, `x`, `y`, `d`
    before what the loss feels, `norm_d` (T_x,), and `initial_` before the states at the start.
    """
    trace, grads = run.trace, run.gradients
    found = {"x": trace.x, "y": trace.y, "loss": run.losses, **trace.states, **trace.gates}
    found |= {f"z_{name}": z for name, z in trace.preactivations.items()}
    found |= {f"initial_{name}": state for name, state in trace.initial.items()}
    found |= {f"d{name}": gradient for name, gradient in grads.states.items()}
    found |= {f"dinitial_{name}": gradient for name, gradient in grads.initial.items()}
    found |= {"dx": grads.x} | {f"norm_d{name}": norm for name, norm in grads.norms.items()}
    found |= run.params
    return found | {f"d{name}": gradient for name, gradient in grads.params.items()}


def tidy(run: Run) -> dict[str, np.ndarray]:
    """One row for every number that has a sequence, a unit and a step, all three from 1."""
    parts = [_rows(name, array) for name, array in arrays(run).items() if array.ndim == 3]
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def _rows(name: str, array: np.ndarray) -> dict[str, np.ndarray]:
    unit, sequence, step = (index.ravel() + 1 for index in np.indices(array.shape))
    quantity = np.full(array.size, name)
    values = (quantity, sequence, unit, step, array.ravel())
    return dict(zip(COLUMNS, values, strict=True))


def csv_lines(run: Run) -> Iterator[str]:
    """The long table as the lines of a CSV; numbers so that reading them gives the same bits."""
    table = tidy(run)
    yield ",".join(COLUMNS) + "\n"
    for row in zip(*(column.tolist() for column in table.values()), strict=True):
        yield ",".join(map(str, row)) + "\n"


def settings(experiment: Experiment) -> str:
    """An experiment as JSON."""
    return json.dumps({"rnnviz": 1, "experiment": asdict(experiment)}, indent=1)
