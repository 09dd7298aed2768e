"""The gated recurrent unit (Cho et al. 2014), the reset gate before the matrix product."""

from dataclasses import dataclass
from types import MappingProxyType

from numpy import add, multiply, subtract

from rnnviz.core.cells.base import Cell, Equation, Gate, register
from rnnviz.core.cells.groups import NOTEBOOK


@register
@dataclass(frozen=True)
class GRU(Cell):
    """i writes the candidate k over the old state, r decides how much of it the candidate sees."""

    name = "gru"
    title = "GRU"
    group = NOTEBOOK
    source = "Cho et al. 2014"
    gates = (
        Gate("reset", "r", "sigmoid", ("Wr",), "br"),
        Gate("update", "i", "sigmoid", ("Wi",), "bi"),
    )
    late_gates = (Gate("candidate", r"\tilde a", "tanh", ("Wc",), "bc"),)
    draws = ("Wi", "bi", "Wr", "br", "Wc", "bc", "Wy", "by")
    reach = MappingProxyType({"operand": 2, "a": 3})
    skips = True
    memory = ("update", -1)
    placement = MappingProxyType(  # the old state runs along the top, and down to the gates
        {
            **{"a_prev": (0, 0), "x": (1, 5), "join": (1, 4)},
            **{"update": (2, 3), "reset": (3, 3), "reset*a_prev": (3, 2.2)},
            **{"late join": (4, 2.2), "candidate": (5, 2.2)},
            **{"1-update": (2, 0.75), "1-update*a_prev": (2, 0), "update*candidate": (5, 1.3)},
            **{"update*candidate+1-update*a_prev": (5, 0), "a": (6, 0)},
        }
    )
    equations = (
        Equation(
            "a",
            r"a_t = i_t \odot \tilde a_t + (1 - i_t) \odot a_{t-1}",
            r"{a} = {update} \cdot {candidate} + (1 - {update}) \cdot {a_prev}",
        ),
    )
    operand_latex = r"r_t \odot a_{t-1}"
    note = (
        "The update gate writes: 1 takes the candidate, 0 keeps the old state. Keras and PyTorch "
        "mean the opposite (their z is 1 - i)."
    )

    def operand(self, r, i, a_prev, out):
        multiply(r, a_prev, out=out)

    def step(self, r, i, k, a_prev, a):
        subtract(k, a_prev, out=a)  # i k + (1 - i) a_prev = a_prev + i (k - a_prev)
        multiply(a, i, out=a)
        add(a, a_prev, out=a)

    def local_derivatives(self, r, i, k, a_prev, a, out):
        ra_a, ra_zr, a_zi, a_zk, a_a = out
        ra_a[...] = r
        multiply(a_prev * r, 1 - r, out=ra_zr)
        subtract(1, i, out=a_a)
        multiply(a - a_prev, a_a, out=a_zi)
        multiply(i, 1 - k * k, out=a_zk)

    def backstep(self, by_a, d_by_a, da):
        multiply(da, by_a, out=d_by_a)

    def backoperand(self, by_ra, d_by_ra, d_ra, dz):
        multiply(d_ra, by_ra, out=d_by_ra)
