"""A diagonal state space (S4D, Gu et al. 2022; the core of Mamba): one complex mode a unit."""

from math import log, pi

from rnnviz.core.cells.base import Cell, register
from rnnviz.core.cells.starts import Multiples, Uniform

register(Cell(
    "s4d", "S4D", "Gu, Gupta, Goel & Ré 2022",
    """
    D = exp(d)
    r = exp(-D / 2)
    p = r * (cos(w * D) * p_prev - sin(w * D) * q_prev) + Bp @ x
    q = r * (sin(w * D) * p_prev + cos(w * D) * q_prev) + Bq @ x
    a = Cp * p - Cq * q
    """,
    letters={"D": r"\Delta", "w": r"\omega"},
    starts={"d": Uniform(log(0.001), log(0.1)), "w": Multiples(pi)},
    group="scan",
    note="p + i q is one complex state h, h = exp(D A) h + B x with A = -1/2 + i w, and a = "
         "Re(C h). The step size D starts between 0.001 and 0.1 (half-life 2 ln 2 / D), w at pi n, "
         "whatever the other weights start as; B x takes the discretisation in. a is only read "
         "out: the loss reaches back through p and q.",
))  # fmt: skip
