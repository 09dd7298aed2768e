"""The long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers et al. 2000)."""

from dataclasses import dataclass

from numpy import add, empty, multiply, tanh

from rnnviz.core.cells.base import Cell, Equation, Gate, register


@register
@dataclass(frozen=True)
class LSTM(Cell):
    """f, i, o decide what the memory c keeps, takes in and shows; k is the candidate c-tilde."""

    name = "lstm"
    title = "LSTM"
    source = "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000"
    states = ("a", "c")
    # f, i and candidate stand together, because the gradient of c reaches them in one product.
    gates = (
        Gate("output", "o", "sigmoid", ("Wo",), "bo"),
        Gate("forget", "f", "sigmoid", ("Wf",), "bf"),
        Gate("input", "i", "sigmoid", ("Wi",), "bi"),
        Gate("candidate", r"\tilde c", "tanh", ("Wc",), "bc"),
    )
    draws = ("Wf", "bf", "Wi", "bi", "Wo", "bo", "Wc", "bc", "Wy", "by")
    internals = 1
    memory = ("forget", +1)
    equations = (
        Equation(
            "c",
            r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t",
            r"{c} = {forget} \cdot {c_prev} + {input} \cdot {candidate}",
        ),
        Equation(
            "a",
            r"a_t = o_t \odot \tanh(c_t)",
            r"{a} = {output} \cdot \tanh({c})",
        ),
    )

    def step(self, o, f, i, k, a_prev, c_prev, a, c, tanh_c):
        multiply(f, c_prev, out=c)
        multiply(i, k, out=tanh_c)  # tanh_c is free until c is known
        add(c, tanh_c, out=c)
        tanh(c, out=tanh_c)
        multiply(o, tanh_c, out=a)

    def factors(self, o, f, i, k, a_prev, c_prev, a, c, tanh_c):
        da_dc = o * (1 - tanh_c * tanh_c)
        da_dzo = a * (1 - o)
        dc_dz = empty((3, *c.shape), c.dtype)
        multiply(c_prev * f, 1 - f, out=dc_dz[0])
        multiply(k * i, 1 - i, out=dc_dz[1])
        multiply(i, 1 - k * k, out=dc_dz[2])
        return da_dc, da_dzo, f, dc_dz

    def backstep(self, factors, da, dc, dz, dc_prev):
        da_dc, da_dzo, f, dc_dz = factors
        multiply(da, da_dc, out=dz[0])  # dz[0] is free until dc is known
        add(dc, dz[0], out=dc)
        multiply(da, da_dzo, out=dz[0])
        multiply(dc, dc_dz, out=dz[1:])
        multiply(dc, f, out=dc_prev)
