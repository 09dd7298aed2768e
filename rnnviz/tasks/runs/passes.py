"""What a trained network of a folder does with sequences that it was not trained on, as a Pass."""

from pathlib import Path

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.passes import pass_of
from rnnviz.core.training import judge
from rnnviz.core.types import Pass
from rnnviz.tasks.runs import Folder

SEQUENCES = 32


def pass_of_run(path: Path) -> Pass:
    """The network of a folder of `rnnviz train` as its last state has it, in float64, reading the
    first sequences of its test; the loss is that of its task. Raises ExperimentError.

    >>> pass_of_run(Path("nowhere"))
    Traceback (most recent call last):
    ...
    rnnviz.core.errors.ExperimentError: settings.json of run nowhere cannot be read: No such file or directory
    """  # noqa: E501
    folder = Folder(path)
    try:
        one, task = folder.opened()
        if folder.state() is None:
            raise ExperimentError(f"run must have a trained network, got none yet in {path.name}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ExperimentError):
            raise
        raise ExperimentError(
            f"run must be a folder of a training, got one that is broken: {shown(str(error))}"
        ) from None
    params = {name: view.astype(float) for name, view in one.params.views.items()}
    if not all(np.isfinite(param).all() for param in params.values()):
        raise ExperimentError(f"run must have finite weights, got others in {shown(path.name)}")
    x = one.test.x[:, :SEQUENCES].astype(float)
    states = pass_of(one.cell, params, x).trace.states["a"]
    W, b = (params[name] for name in one.cell.readout)
    target, mask = one.test.target[..., :SEQUENCES, :], one.test.mask[:SEQUENCES]
    felt = judge(task.head, states, W, b, target, mask).upstream
    return pass_of(one.cell, params, x, upstream=felt)
