"""A fourth cell, as a stranger would write it: the minimal gated unit (Zhou et al. 2016)."""

from contextlib import contextmanager
from dataclasses import dataclass

from rnnviz.core.cells import Cell, Equation, Gate, register
from rnnviz.core.cells.base import _registry


@dataclass(frozen=True)
class MGU(Cell):
    """One gate f both hides the old state from the candidate and lets the candidate in."""

    name = "mgu"
    title = "MGU"
    source = "Zhou et al. 2016"
    gates = (Gate("forget", "f", "sigmoid", ("Wf",), "bf"),)
    late_gates = (Gate("candidate", r"\tilde a", "tanh", ("Wc",), "bc"),)
    reach = {"operand": 2, "a": 3}  # noqa: RUF012
    skips = True
    memory = ("forget", -1)
    operand_latex = r"f_t \odot a_{t-1}"
    equations = (
        Equation(
            "a",
            r"a_t = (1 - f_t) \odot a_{t-1} + f_t \odot \tilde a_t",
            r"{a} = (1 - {forget}) \cdot {a_prev} + {forget} \cdot {candidate}",
        ),
    )

    def operand(self, f, a_prev, out):
        out[...] = f * a_prev

    def step(self, f, k, a_prev, a):
        a[...] = (1 - f) * a_prev + f * k

    def local_derivatives(self, f, k, a_prev, a, out):
        slope = f * (1 - f)
        out[0] = f
        out[1] = a_prev * slope
        out[2] = (k - a_prev) * slope
        out[3] = f * (1 - k * k)
        out[4] = 1 - f

    def backstep(self, by_a, d_by_a, da):
        d_by_a[...] = da * by_a

    def backoperand(self, by_fa, d_by_fa, d_fa, dz):
        d_by_fa[...] = d_fa * by_fa
        dz[0] += d_by_fa[1]


@contextmanager
def registered():
    """The cell in CELLS for a while."""
    register(MGU)
    try:
        yield
    finally:
        del _registry["mgu"]
