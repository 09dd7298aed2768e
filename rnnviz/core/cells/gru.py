"""The gated recurrent unit (Cho et al. 2014), the reset gate before the matrix product."""

from rnnviz.core.cells.base import Cell, register
from rnnviz.core.cells.groups import NOTEBOOK

register(Cell(
    "gru", "GRU", "Cho et al. 2014",
    """
    i = sigmoid(Wi @ [a_prev, x] + bi)
    r = sigmoid(Wr @ [a_prev, x] + br)
    k = tanh(Wc @ [r * a_prev, x] + bc)
    a = i * k + (1 - i) * a_prev
    """,
    group=NOTEBOOK,
    words={"i": "update", "r": "reset", "k": "candidate"},
    letters={"k": r"\tilde a"},
    note="The update gate writes: 1 takes the candidate, 0 keeps the old state. Keras and PyTorch "
         "mean the opposite (their z is 1 - i).",
    placement={  # the old state runs along the top, and down to the gates
        "a_prev": (0, 0), "x": (1, 5), "join": (1, 4),
        "update": (2, 3), "reset": (3, 3), "reset*a_prev": (3, 2.2),
        "late join": (4, 2.2), "candidate": (5, 2.2),
        "1-update": (2, 0.75), "1-update*a_prev": (2, 0), "update*candidate": (5, 1.3),
        "update*candidate+1-update*a_prev": (5, 0), "a": (6, 0),
    },
))  # fmt: skip
