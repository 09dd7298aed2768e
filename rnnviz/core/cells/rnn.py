"""The simple recurrent network (Elman 1990), with the activation to choose."""

from dataclasses import dataclass, replace

from rnnviz.core.activations import ACTIVATIONS
from rnnviz.core.cells.base import Cell, Equation, Gate, register


@register
@dataclass(frozen=True)
class RNN(Cell):
    """One weighted sum of the old state and the input, squashed."""

    activation: str = "tanh"

    name = "rnn"
    title = "RNN"
    source = "Elman 1990"
    gates = (Gate("a", "z", "", ("Waa", "Wax"), "ba"),)
    draws = ("Waa", "Wax", "Wya", "ba", "by")
    readout = ("Wya", "by")

    @property
    def equations(self):
        chosen = ACTIVATIONS[self.activation]
        return (Equation("a", f"a_t = {chosen.latex}", f"{{a}} = {chosen.numbers}"),)

    def with_activation(self, activation):
        return replace(self, activation=activation)

    def step(self, z, a_prev, a):
        ACTIVATIONS[self.activation].apply(z, a)

    def factors(self, z, a_prev, a, out):
        out[0] = ACTIVATIONS[self.activation].factor(a)

    def backstep(self, by_a, d_by_a, da):
        ACTIVATIONS[self.activation].pull(by_a, da, d_by_a)
