"""The independently recurrent network (Li et al. 2018): each unit sees itself alone."""

from rnnviz.core.cells.base import Cell, register
from rnnviz.core.cells.starts import Uniform

register(Cell(
    "indrnn", "IndRNN", "Li et al. 2018",
    "a = relu(W @ x + u * a_prev + b)",
    starts={"u": Uniform(0, 1)},
    note="The recurrent weights are a vector: each unit has one, which starts between 0 and 1 "
         "whatever the other weights start as, and is multiplied by the gain.",
))  # fmt: skip
