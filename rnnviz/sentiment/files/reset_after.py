"""The GRU whose reset gate acts behind the product, as cuDNN, Keras and PyTorch have it."""

from rnnviz.core.cells import Cell

# In no menu: a cell of files alone, whose candidate is no block's own squashed product.
CELL = Cell(
    "gru_reset_after", "GRU, reset after", "Cho et al. 2014, first version",
    """
    i = sigmoid(Wi @ [a_prev, x] + bi)
    r = sigmoid(Wr @ [a_prev, x] + br)
    u = Uc @ a_prev + bu
    v = Wc @ x + bc
    k = tanh(v + r * u)
    a = i * k + (1 - i) * a_prev
    """,
    group="gru",
    words={"i": "update", "r": "reset", "k": "candidate", "u": "past", "v": "input"},
    letters={"k": r"\tilde a"},
    note="Keras' default (reset_after) and PyTorch's only GRU: r scales the product with the old "
         "state, bias and all. The update gate writes, where theirs keeps.",
)  # fmt: skip
