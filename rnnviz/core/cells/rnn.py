"""The simple recurrent network (Elman 1990), with the activation to choose."""

from rnnviz.core.cells.base import Cell, register
from rnnviz.core.cells.groups import NOTEBOOK

register(Cell(
    "rnn", "RNN", "Elman 1990",
    """
    z = Waa @ a_prev + Wax @ x + ba
    a = activation(z)
    """,
    group=NOTEBOOK,
    words={"z": "a"},
    readout=("Wya", "by"),
    drawn=("Waa", "Wax", "Wya", "ba", "by"),
    placement={  # one line from the old state to the new one
        "a_prev": (0, 0), "x": (1.5, 1.5), "join": (1.5, 0), "z_a": (3.3, 0), "a": (7, 0),
        "tanh(z_a)": (5.2, 0), "relu(z_a)": (5.2, 0), "softmax(z_a)": (5.2, 0),
    },
))  # fmt: skip
