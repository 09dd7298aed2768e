"""The forget bias: how one number decides how long an LSTM remembers."""

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import sigmoid
from rnnviz.lessons.predictions import Number


def kept_share(trace):
    """What one step leaves of the memory, measured over the last twenty steps of unit 1."""
    c = trace.states["c"][0, 0]
    return (c[-1] / c[-21]) ** (1 / 20)


def half_life(trace):
    return float(np.log(0.5) / np.log(kept_share(trace)))


def answer(run):
    return half_life(run.trace)


def setup(run):
    b = run.experiment.forget_bias
    return rf"""
A single pulse reaches an LSTM at step {run.experiment.T_x // 10 + 1}, and nothing ever after. The
recurrent weights are zero, so that the forget gate sees its bias alone, $f = \sigma(b)$, and the
memory can only fade: $c_t = f\,c_{{t-1}}$.

With $b = 0$ the gate stands half open and half of the memory is gone after **one** step. Now the
bias is $b = {b:g}$, and $\sigma({b:g}) = {sigmoid(b):.4f}$. After how many steps is half of the
pulse gone?
"""


def check(run):
    f = sigmoid(run.experiment.forget_bias)
    expected, source = np.log(0.5) / np.log(f), "ln 0.5 / ln σ(b)"
    tolerance = rounding.apart(run, lambda trace, params: half_life(trace))
    return Comparison("half-life in steps", answer(run), expected, tolerance, source)


def explanation(run):
    kept = kept_share(run.trace)
    grads = run.gradients.states["c"][0, 0]
    back = (grads[-21] / grads[-1]) ** (1 / 20)
    return rf"""
After $k$ steps $f^k$ is left, and $f^k = \frac12$ at $k = \ln 0.5 / \ln f$. In this run every step
keeps {kept:.6f} of the memory, which makes **{answer(run):.2f} steps**. The bias works
through an exponential: near the open end each unit of bias makes memory about $e$ times longer.

The same factor rules the way back. The gradient of the memory is multiplied by
{back:.6f} at every step, because $\partial c_t / \partial c_{{t-1}} = f$ along this path. What the
network can remember for {answer(run):.0f} steps, it can also learn over {answer(run):.0f} steps.

This is why Keras, for one, starts the forget bias at 1 and not at 0: an LSTM that forgets half of
all at every step gets hardly any gradient from which to learn that it should not.
"""


PAPER = """
Gers, Schmidhuber & Cummins 2000, Learning to forget; Jozefowicz, Zaremba & Sutskever 2015, for whom
a forget bias of 1 closed the gap between LSTM and GRU.
"""
TRIES = """
Set the forget bias to [0](forget_bias=0), [1](forget_bias=1), [2](forget_bias=2),
[3](forget_bias=3), [4](forget_bias=4), [5](forget_bias=5) and watch the pulse live longer. Which of
them still knows at the last step that there was a pulse?

To forget is useful, too: with [-2](forget_bias=-2) the cell is ready for the next word at once.
"""

EXPERIMENT = Experiment(
    cell="lstm", init="identity", gain=0.0, forget_bias=3.0, n_x=1,
    n_a=5, m=1, T_x=60, signal="impulse", loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="forget",
        place=40,
        title="The forget bias",
        question="How many steps does a memory live?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("steps", 1.0),
        answer=answer,
        check=check,
        picture=Picture("states-overview"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0, :14],
    )
)
