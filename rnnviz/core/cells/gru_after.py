"""The GRU of CuDNN, Keras and PyTorch: the reset gate behind the matrix product."""

from rnnviz.core.cells.base import Cell, register

register(Cell(
    "gru_after", "GRU, reset after", "Cho et al. 2014 (version 1); Keras, PyTorch, CuDNN",
    """
    z = sigmoid(Wz @ [a_prev, x] + bz)
    r = sigmoid(Wr @ [a_prev, x] + br)
    k = tanh(Wk @ x + bk + r * (Uk @ a_prev + ck))
    a = z * a_prev + (1 - z) * k
    """,
    words={"z": "update", "r": "reset", "k": "candidate"},
    letters={"k": r"\tilde a"},
    group="gru",
    note="As Keras (reset_after=True) and PyTorch have it: the update gate keeps, 1 keeps the old "
         "state, the opposite of the notebook's; the reset gate acts behind the product, whose own "
         "bias is inside.",
))  # fmt: skip
