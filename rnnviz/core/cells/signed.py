"""A diagonal linear recurrence whose eigenvalues may be negative (Grazzi et al. 2025)."""

from rnnviz.core.cells.base import Cell, register

register(Cell(
    "signed", "Signed scan", "Grazzi et al. 2025",
    """
    u = sigmoid(Wu @ x + bu)
    k = Wk @ x + bk
    a = (2 * u - 1) * a_prev + k
    """,
    words={"u": "sign", "k": "candidate"},
    letters={"k": r"\tilde a"},
    group="scan",
    note="The old state is multiplied by 2 u - 1, from -1 to 1: below 0 it changes its sign, so "
         "that one unit can count modulo two, which factors from 0 to 1 never can.",
))  # fmt: skip
