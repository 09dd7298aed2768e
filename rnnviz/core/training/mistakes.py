"""Ten mistakes that people make in backpropagation, by name."""

from dataclasses import dataclass
from types import MappingProxyType

EVERY = ("rnn", "lstm", "gru")


@dataclass(frozen=True)
class Mistake:
    """A mistake that cells can be trained with: `sentence` says what is wrong. It is one of the
    gradient, or one of the step that follows the gradient."""

    title: str
    sentence: str
    cells: tuple[str, ...] = EVERY
    of_gradient: bool = True


MISTAKES = MappingProxyType(
    {
        "no-slope": Mistake(
            "tanh without its slope", "1 − a² is left out where the gradient passes a tanh"
        ),
        "not-carried": Mistake(
            "a is not carried", "what later steps feel of a is not handed on to the step before"
        ),
        "transposed": Mistake(
            "W for its transpose", "the gradient goes back through W in place of Wᵀ"
        ),
        "bias-once": Mistake("bias not summed", "biases take the last step's gradient alone"),
        "wrong-step": Mistake(
            "wrong time step", "the weights' gradient has the state after the step for that before"
        ),
        "no-memory": Mistake(
            "c is not carried",
            "what later steps feel of c is not handed on to the step before",
            ("lstm",),
        ),
        "reset-path": Mistake(
            "wrong reset path",
            "the candidate's weights take a of the step before, where they saw r a",
            ("gru",),
        ),
        "notebook": Mistake(
            "the notebook's formula",
            "a and the reset gate follow the source notebook, which multiplies where the chain "
            "rule adds",
            ("gru",),
        ),
        "epsilon-inside": Mistake(
            "ε inside the root",
            "Adam divides by √(s + ε): along small gradients its steps are shorter",
            of_gradient=False,
        ),
        "no-clipping": Mistake(
            "no clipping", "a gradient of any length is followed", of_gradient=False
        ),
    }
)
