"""The same experiment in several cells: what Compare, and all that stands beside it, shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rnnviz.core.cells import CELLS
from rnnviz.core.checks import Check, Unchecked, Verdict
from rnnviz.core.errors import shown
from rnnviz.core.experiment import MOST_CELLS, Experiment, notebook_cells
from rnnviz.core.networks import DRAWN
from rnnviz.core.phrases import listed
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Run

Runs = Mapping[str, Run]
NORMS = ("time step k", "norm of dL/da, all sequences")  # the axes of gradients' norms


class ByCell(Mapping[str, Run]):
    """The experiment of a run in some cells, by name; each is run when it is first asked for.

    By default, `Experiment.in_cells` says which.
    """

    def __init__(self, run: Run, cells: Iterable[str] = ()):
        self.experiments = run.experiment.in_cells(cells)
        self._runs = {run.experiment.cell_name: run}

    def __getitem__(self, cell: str) -> Run:
        if cell not in self._runs:
            self._runs[cell] = carry_out(self.experiments[cell])
        return self._runs[cell]

    def __iter__(self) -> Iterator[str]:
        return iter(self.experiments)

    def __len__(self) -> int:
        return len(self.experiments)


def cells_of(word: str, own: str) -> tuple[list[str], str]:
    """The cells that a word of a link asks for, `rnn-gru`, and a sentence on what it cannot have.

    `own` is always among them; without any word they are the notebook's three. Never raises.

    >>> cells_of("rnn-xyz", "gru")
    (['rnn', 'gru'], 'cells must be one of rnn, lstm, gru, ..., got xyz; it is left out')
    """
    names = dict.fromkeys(word.split("-") if word else notebook_cells())
    wrong = [name for name in names if name not in CELLS]
    right = list(dict.fromkeys([own, *(name for name in names if name in CELLS)]))
    sentence = ""
    if wrong:
        few = ", ".join(notebook_cells())
        sentence = f"cells must be one of {few}, ..., got {shown(wrong[0])}; it is left out"
    elif len(right) > MOST_CELLS:
        sentence = f"cells must be at most {MOST_CELLS}, got {len(right)}; the last are left out"
    if len(right) == 1:  # nothing of the word can be taken
        right = [own, *(name for name in notebook_cells() if name != own)]
    return [cell for cell in CELLS if cell in right[:MOST_CELLS]], sentence


def experiments_of(runs: Runs) -> Mapping[str, Experiment]:
    """The experiment of each run, by cell; runs none."""
    if isinstance(runs, ByCell):
        return runs.experiments
    return {cell: run.experiment for cell, run in runs.items()}


def of_cell(title: str, one: Check | Unchecked) -> Verdict:
    """A verdict on the run of one of several cells."""
    return replace(one, what=f"{title}: {one.what}")


def in_cells(runs: Runs) -> str:
    """The Python that makes the experiments of some runs of the experiment of any of them."""
    names = list(runs)
    return f"experiment.in_cells({'' if names == [*notebook_cells()] else names})"


def beside_note(runs: Runs) -> str:
    """Where the weights of runs come from that stand beside a trained network; else nothing."""
    titles: dict[bool, list[str]] = {True: [], False: []}
    for run in runs.values():
        titles[run.experiment.weights == DRAWN].append(run.cell.title)
    drawn, trained = titles[True], titles[False]
    if not trained:
        return ""
    was = "was" if len(trained) == 1 else "were"
    sentence = f"The {listed(trained)} {was} trained"
    if not drawn:
        return f"{sentence} on the same reviews; each reads this one."
    are = "is" if len(drawn) == 1 else "are"
    return (
        f"{sentence}; the {listed(drawn)} {are} drawn from the seed and given the same numbers, "
        "because no network of that cell was trained alike. Their losses differ: the trained head "
        "is held to its label, drawn ones to seeded labels."
    )
