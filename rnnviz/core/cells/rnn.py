"""The simple recurrent network (Elman 1990), with the activation to choose."""

from dataclasses import dataclass, field, replace
from types import MappingProxyType

from rnnviz.core.activations import ACTIVATIONS, Activation
from rnnviz.core.cells.base import Cell, Equation, Gate, register
from rnnviz.core.cells.groups import NOTEBOOK


@register
@dataclass(frozen=True)
class RNN(Cell):
    """One weighted sum of the old state and the input, squashed."""

    activation: str = "tanh"
    chosen: Activation = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "chosen", ACTIVATIONS[self.activation])

    name = "rnn"
    title = "RNN"
    group = NOTEBOOK
    source = "Elman 1990"
    gates = (Gate("a", "z", "", ("Waa", "Wax"), "ba"),)
    draws = ("Waa", "Wax", "Wya", "ba", "by")
    readout = ("Wya", "by")
    placement = MappingProxyType(  # one line from the old state to the new one
        {
            **{"a_prev": (0, 0), "x": (1.5, 1.5), "join": (1.5, 0), "z_a": (3.3, 0), "a": (7, 0)},
            **dict.fromkeys(("tanh(z_a)", "relu(z_a)", "softmax(z_a)"), (5.2, 0)),
        }
    )

    @property
    def equations(self):
        return (Equation("a", f"a_t = {self.chosen.latex}", f"{{a}} = {self.chosen.numbers}"),)

    def with_activation(self, activation):
        return replace(self, activation=activation)

    def step(self, z, a_prev, a):
        self.chosen.apply(z, a)

    def local_derivatives(self, z, a_prev, a, out):
        self.chosen.derivative(a, out[0])

    def backstep(self, by_a, d_by_a, da):
        self.chosen.vjp(by_a, da, d_by_a)
