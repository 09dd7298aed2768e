"""The minimal gated recurrent unit (Feng et al. 2024): its gate looks at the input alone."""

from rnnviz.core.cells.base import Cell, register

register(Cell(
    "mingru", "minGRU", "Feng et al. 2024",
    """
    z = sigmoid(Wz @ x + bz)
    k = Wk @ x + bk
    a = (1 - z) * a_prev + z * k
    """,
    words={"z": "update", "k": "candidate"},
    letters={"k": r"\tilde a"},
    group="scan",
    note="The update gate writes: 1 takes the candidate, 0 keeps the old state. Gate and candidate "
         "see the input alone, so that all steps can be taken at once, by a scan; the candidate is "
         "not squashed.",
))  # fmt: skip
