"""The experiments that one is held beside in the Workshop: its origin, and it without each gate."""

from dataclasses import replace

from rnnviz.core.cells.edits import edits
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN

WITHOUT = "without "  # before the gate's name


def beside(experiment: Experiment) -> dict[str, Experiment]:
    """A cell of one's own behind the one that it was made from, by their names.

    >>> list(beside(Experiment(equations="a = tanh(Wc @ [a_prev, x] + bc)")))
    ['lstm', 'own']
    """
    origin = replace(experiment, equations="")
    return {one.cell_name: one for one in (origin, experiment)}


def opened(experiment: Experiment) -> dict[str, Experiment]:
    """The experiment, then what it is with each of its gates held open, at 1, one at a time.

    >>> list(opened(Experiment(cell="gru")))
    ['gru', 'without update', 'without reset']
    """
    each = {experiment.cell_name: experiment}
    if experiment.weights != DRAWN:  # a trained network leaves no choice of its cell
        return each
    for edit in edits(experiment.cell, experiment.equations):
        if edit.becomes == "1":
            titled = f"# {edit.gate} open\n{edit.equations}"
            try:
                each[f"{WITHOUT}{edit.gate}"] = replace(experiment, equations=titled)
            except ExperimentError:  # it would not fit
                continue
    return each
