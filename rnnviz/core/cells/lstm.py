"""The long short-term memory (Hochreiter & Schmidhuber 1997, forget gate of Gers et al. 2000)."""

from dataclasses import dataclass
from types import MappingProxyType

from numpy import add, multiply, subtract, tanh

from rnnviz.core.cells.base import Cell, Equation, Gate, register
from rnnviz.core.cells.groups import NOTEBOOK


@register
@dataclass(frozen=True)
class LSTM(Cell):
    """f, i, o decide what the memory c keeps, takes in and shows; k is the candidate c-tilde."""

    name = "lstm"
    title = "LSTM"
    group = NOTEBOOK
    source = "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000"
    states = ("a", "c")
    gates = (
        Gate("output", "o", "sigmoid", ("Wo",), "bo"),
        Gate("forget", "f", "sigmoid", ("Wf",), "bf"),
        Gate("input", "i", "sigmoid", ("Wi",), "bi"),
        Gate("candidate", r"\tilde c", "tanh", ("Wc",), "bc"),
    )
    draws = ("Wf", "bf", "Wi", "bi", "Wo", "bo", "Wc", "bc", "Wy", "by")
    internals = 1
    reach = MappingProxyType({"a": 2, "c": 4})
    memory = ("forget", +1)
    placement = MappingProxyType(  # the memory runs along the top, the hidden state at the bottom
        {
            **{"c_prev": (0, 0), "a_prev": (0, 3), "x": (1, 4), "join": (1, 3)},
            **{"forget": (2, 2), "input": (3, 2), "candidate": (4, 2), "output": (5, 2)},
            **{"forget*c_prev": (2, 0), "input*candidate": (4, 1)},
            **{"forget*c_prev+input*candidate": (4, 0), "c": (7, 0)},
            **{"tanh(c)": (6, 1), "output*tanh(c)": (6, 2), "a": (7, 3)},
        }
    )
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

    def local_derivatives(self, o, f, i, k, a_prev, c_prev, a, c, tanh_c, out):
        a_c, a_zo, c_zf, c_zi, c_zk, c_c = out
        multiply(a, tanh_c, out=a_c)
        subtract(o, a_c, out=a_c)  # o (1 - tanh(c)^2), for a is o tanh(c)
        multiply(a, 1 - o, out=a_zo)
        multiply(c_prev * f, 1 - f, out=c_zf)
        ik = i * k
        multiply(ik, 1 - i, out=c_zi)
        multiply(ik, k, out=c_zk)
        subtract(i, c_zk, out=c_zk)  # i (1 - k^2)
        c_c[...] = f

    def backstep(self, by_a, by_c, d_by_a, d_by_c, da, dc_next, dc):
        multiply(da, by_a, out=d_by_a)
        add(dc_next, d_by_a[0], out=dc)  # c is felt by the step after, and through a
        multiply(dc, by_c, out=d_by_c)
