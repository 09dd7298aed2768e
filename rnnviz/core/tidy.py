"""A run as data for other programs: every array by name, or one long table."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import TRAINED
from rnnviz.core.types import Pass
from rnnviz.core.versions import VERSION

COLUMNS = ("sequence", "unit", "step", "quantity", "value")


def arrays(run: Pass) -> dict[str, np.ndarray]:
    """Every array of a run by its name: public shapes (n, m, T_x), parameters as they are.

    `a`, `c`, the gates by name, `z_` before a gate's name for its pre-activation, `x`, `y`, `d`
    before what the loss feels, `norm_d` (T_x,), and `initial_` before the states at the start; of a
    layer without a readout `upstream`, dL/da as the layers above make it.

    >>> from rnnviz import run
    >>> list(arrays(run(Experiment(cell="rnn"))))[:6]
    ['x', 'y', 'loss', 'a', 'z_a', 'initial_a']
    """
    trace, grads = run.trace, run.gradients
    by_name = {"x": trace.x, "y": trace.y, "loss": run.losses, **trace.states, **trace.gates}
    by_name |= {f"z_{name}": z for name, z in trace.preactivations.items()}
    by_name |= {f"initial_{name}": state for name, state in trace.initial.items()}
    by_name |= {f"d{name}": gradient for name, gradient in grads.states.items()}
    by_name |= {f"dinitial_{name}": gradient for name, gradient in grads.initial.items()}
    by_name |= {"dx": grads.x} | {f"norm_d{name}": norm for name, norm in grads.norms.items()}
    by_name |= run.params
    if not run.reads_out:  # then what the loss feels of it follows from no array here
        by_name["upstream"] = run.upstream
    return by_name | {f"d{name}": gradient for name, gradient in grads.params.items()}


def digests(run: Pass) -> dict[str, str]:
    """SHA-256 of every array: of its type and shape, and of its numbers in the order of C.

    >>> from rnnviz import run
    >>> len(digests(run(Experiment(cell="rnn")))["a"])  # hexadecimal
    64
    """
    return {name: _digest(array) for name, array in arrays(run).items()}


def _digest(array: np.ndarray) -> str:
    made = hashlib.sha256(f"{array.dtype.str} {array.shape}".encode())
    made.update(np.ascontiguousarray(array).data)
    return made.hexdigest()


def parts(run: Pass) -> Iterator[dict[str, np.ndarray]]:
    """The long table, quantity by quantity, so that the whole need never be held at once.

    One row for every number that has a sequence, a unit and a step, all three from 1.

    >>> from rnnviz import run
    >>> part = next(parts(run(Experiment(n_x=3, m=2, T_x=5))))
    >>> part["quantity"][0].item(), len(part["value"])
    ('x', 30)
    """
    for name, array in arrays(run).items():
        if array.ndim == 3:
            unit, sequence, step = (index.ravel() + 1 for index in np.indices(array.shape, "i4"))
            quantity = np.broadcast_to(np.array(name), array.size)
            columns = (sequence, unit, step, quantity, array.ravel())
            yield dict(zip(COLUMNS, columns, strict=True))


def csv_lines(run: Pass) -> Iterator[str]:
    """The long table as the lines of a CSV; numbers so that reading them gives the same bits.

    >>> from rnnviz import run
    >>> next(csv_lines(run(Experiment()))).strip()
    'sequence,unit,step,quantity,value'
    """
    yield ",".join(COLUMNS) + "\n"
    for part in parts(run):
        for row in zip(*(column.tolist() for column in part.values()), strict=True):
            yield ",".join(map(str, row)) + "\n"


def settings(experiment: Experiment, **more) -> str:
    """An experiment as JSON, with the version of the format, and what else belongs to it.

    >>> json.loads(settings(Experiment(cell="gru")))["experiment"]["cell"]
    'gru'
    """
    indent = None if experiment.series else 1  # which would give each number a line of its own
    fields = asdict(experiment)
    if experiment.weights == DRAWN:  # as files were before there were others
        fields = {name: value for name, value in fields.items() if name not in TRAINED}
    words = {"rnnviz": int(VERSION), "experiment": fields} | more
    return json.dumps(words, indent=indent)
