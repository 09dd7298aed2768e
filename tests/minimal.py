"""A fourth cell, as a stranger would write it: the minimal gated unit (Zhou et al. 2016)."""

from contextlib import contextmanager

from rnnviz.core.cells import Cell, register
from rnnviz.core.cells.base import _registry

MGU = Cell(
    "mgu",
    "MGU",
    "Zhou et al. 2016",
    """
    f = sigmoid(Wf @ [a_prev, x] + bf)
    k = tanh(Wc @ [f * a_prev, x] + bc)
    a = (1 - f) * a_prev + f * k
    """,
    words={"f": "forget", "k": "candidate"},
    letters={"k": r"\tilde a"},
)


@contextmanager
def registered():
    """The cell in CELLS for a while."""
    register(MGU)
    try:
        yield
    finally:
        del _registry["mgu"]
