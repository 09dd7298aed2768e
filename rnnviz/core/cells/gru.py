"""The gated recurrent unit (Cho et al. 2014), the reset gate before the matrix product."""

from dataclasses import dataclass

from numpy import add, multiply, subtract

from rnnviz.core.cells.base import Cell, Equation, Gate, register


@register
@dataclass(frozen=True)
class GRU(Cell):
    """i writes the candidate k over the old state, r decides how much of it the candidate sees."""

    name = "gru"
    title = "GRU"
    source = "Cho et al. 2014"
    gates = (
        Gate("update", "i", "sigmoid", ("Wi",), "bi"),
        Gate("reset", "r", "sigmoid", ("Wr",), "br"),
    )
    late_gates = (Gate("candidate", r"\tilde a", "tanh", ("Wc",), "bc"),)
    skips = True
    memory = ("update", -1)
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

    def operand(self, i, r, a_prev, out):
        multiply(r, a_prev, out=out)

    def step(self, i, r, k, a_prev, a):
        subtract(k, a_prev, out=a)  # i k + (1 - i) a_prev = a_prev + i (k - a_prev)
        multiply(a, i, out=a)
        add(a, a_prev, out=a)

    def factors(self, i, r, k, a_prev, a):
        keep = 1 - i
        return (a - a_prev) * keep, i * (1 - k * k), keep, a_prev * r * (1 - r), r

    def backstep(self, factors, da, dz, dz_late, da_prev):
        da_dzi, da_dzk, keep, _, _ = factors
        multiply(da, da_dzi, out=dz[0])
        multiply(da, da_dzk, out=dz_late[0])
        multiply(da, keep, out=da_prev)

    def backoperand(self, factors, d_operand, dz):
        _, _, _, dra_dzr, r = factors
        multiply(d_operand, dra_dzr, out=dz[1])
        multiply(d_operand, r, out=d_operand)
