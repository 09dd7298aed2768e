"""The long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers et al. 2000)."""

from rnnviz.core.cells.base import Cell, register
from rnnviz.core.cells.groups import NOTEBOOK

register(Cell(
    "lstm", "LSTM", "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000",
    """
    f = sigmoid(Wf @ [a_prev, x] + bf)
    i = sigmoid(Wi @ [a_prev, x] + bi)
    o = sigmoid(Wo @ [a_prev, x] + bo)
    k = tanh(Wc @ [a_prev, x] + bc)
    c = f * c_prev + i * k
    a = o * tanh(c)
    """,
    group=NOTEBOOK,
    words={"f": "forget", "i": "input", "o": "output", "k": "candidate"},
    letters={"k": r"\tilde c"},
    placement={  # the memory runs along the top, the hidden state at the bottom
        "c_prev": (0, 0), "a_prev": (0, 3), "x": (1, 4), "join": (1, 3),
        "forget": (2, 2), "input": (3, 2), "candidate": (4, 2), "output": (5, 2),
        "forget*c_prev": (2, 0), "input*candidate": (4, 1),
        "forget*c_prev+input*candidate": (4, 0), "c": (7, 0),
        "tanh(c)": (6, 1), "output*tanh(c)": (6, 2), "a": (7, 3),
    },
))  # fmt: skip
