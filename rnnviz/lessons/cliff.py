"""Where a resting place vanishes the loss has a cliff: a bifurcation of one unit."""

import numpy as np

from rnnviz.core.dynamics import StepMap
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Number, told

EQUATIONS = "# one unit\na = 5 * sigmoid(Waa @ a_prev) - 2.5 + ba + Wax @ x"
_OFFSET, _WIDTH = -2.5, 5.0  # as the equation has them
_STEPS, _STEP = 50, 0.01  # of a run, and of the bias


def setup(run):
    e = run.experiment
    return rf"""
One unit that sees itself alone: $x \to 5\,\sigma({e.gain:g}\,x) + b$, with $\sigma$ the sigmoid. At
$b = -2.5$ it has two places to rest, a high one and a low one, and a point between them from which
it runs away. It keeps a bit.

It rests at the high one. Training lowers $b$, little by little, and the state follows, little by
little. Then the high place is gone. **At which $b$ does that happen?**
"""


def after(run, state, bias):
    """Where a step leads from some states (1, k) at a bias."""
    one = StepMap.of(run.cell, run.params)
    return one.step(np.atleast_2d(state), np.full((1, 1), bias - _OFFSET) / run.params["Wax"])


def fold(run):
    """The smallest bias at which some state above the middle is not lowered by a step."""
    states = np.linspace(0, _WIDTH, 100_001)
    return float(_OFFSET - (after(run, states, _OFFSET)[0] - states).max())


def closed(gain):
    """The same in closed form: where the slope 5 g s (1 - s) is 1, and x is its own image."""
    s = (1 + np.sqrt(1 - 4 / (_WIDTH * gain))) / 2
    return float(np.log(s / (1 - s)) / gain - _WIDTH * s)


def check(run):
    source = "slope 5 g s (1 − s) = 1 at a point that is its own image"
    return Comparison("b where the high place ends", fold(run), closed(run.experiment.gain), 1e-6,
                      source)  # fmt: skip


def ends(run, bias):
    """The state after some steps from the high side."""
    state = np.array([[_WIDTH]])
    for _ in range(_STEPS):
        state = after(run, state, bias)
    return float(state[0, 0])


def explanation(run):
    found = fold(run)
    high, low = ends(run, found + _STEP), ends(run, found - 10 * _STEP)
    mirrored = 2 * _OFFSET - found
    return rf"""
At $b$ = **{told(found, 5)}**. There the curve just touches the line on which nothing moves: the
high place and the point between have met, and both are gone. Such a meeting is a **saddle-node
bifurcation**. The low place ends the same way at {told(mirrored, 5)}, when $b$ is raised; between
the two lies the range in which the unit keeps a bit at all.

A bias of {told(found + _STEP, 4)} still leaves the state at {told(high, 3)} after {_STEPS} steps;
{told(found - 10 * _STEP, 4)} leaves it at {told(low, 3)}. For a loss that asks for the state this
is a **cliff**: flat on both sides and steep between, and a gradient taken near it sends the weights
far away. That is what clipping the gradient is against.
"""


PAPER = """
Doya 1992, Bifurcations in the learning of recurrent neural networks; Pascanu, Mikolov & Bengio
2013, On the difficulty of training recurrent neural networks, whose figure 6 has this cliff.
"""
TRIES = """
A steeper unit keeps its bit in a wider range: a gain of [0.9](gain=0.9), [1](gain=1),
[1.5](gain=1.5), [2](gain=2). Below 0.8 there is one place alone, and no bit.
"""

EXPERIMENT = Experiment(
    cell="rnn", equations=EQUATIONS, init="identity", gain=1.0, forget_bias=0.0,
    n_x=1, n_a=1, m=12, T_x=30, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="cliff",
        place=75,
        title="A cliff in the loss",
        question="A bias falls little by little. When does the state fall all at once?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("", 0.05),
        answer=fold,
        check=check,
        picture=Picture("dynamics-portrait"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][0],
    )
)
