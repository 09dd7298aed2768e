"""The ghost of a resting place: how long a state lingers where one has just vanished."""

from functools import cache

import numpy as np

from rnnviz.core.dynamics import StepMap
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import draw
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Factor, told

EQUATIONS = "# one unit\na = 5 * sigmoid(Waa @ a_prev) - 2.34 + ba + Wax @ x"
_OFFSET = -2.34  # as the equation has it
_LOW = (1 - np.sqrt(0.2)) / 2  # the sigmoid where the low place ends: 5 s (1 - s) = 1
_AT = float(np.log(_LOW / (1 - _LOW)))  # the state there, -0.9624
_FOLD = _AT - 5 * _LOW  # the bias there, -2.3444
_CURVED = float(5 * _LOW * (1 - _LOW) * (1 - 2 * _LOW) / 2)  # half the second derivative


def setup(run, r):
    return rf"""
The unit $x \to 5\,\sigma(x) + b$ loses its low place to rest when $b$ rises past {_FOLD:.4f}. Just
beyond, nothing holds the state there any more. But the curve still comes very close to the line on
which nothing moves: near the place a step is $y \to y + r + y^2$ (in units in which the curvature
is 1), with $r$ = {told(r)}. The state has to pass through that gap, by small steps.

A learning curve can do the same: flat for long, as if training had ended, and then it falls. **How
many steps does the passage take?**
"""


@cache
def _passed(experiment, r):
    run = draw(experiment)
    one = StepMap.of(experiment.cell_object, run.params)
    x = np.full((1, 1), _FOLD + r / _CURVED - _OFFSET) / run.params["Wax"]
    state, steps = np.array([[_AT - 1]]), 0
    while state[0, 0] < _AT + 1:
        state, steps = one.step(state, x), steps + 1
    return float(steps)


def passage(run, r):
    """Steps from one below the place to one above it."""
    return _passed(run.experiment, r)


def law(r):
    """The time that dy/dt = r + y^2 takes over the same way; pi / sqrt(r) of a way without end."""
    return float(2 / np.sqrt(r) * np.arctan(_CURVED / np.sqrt(r)))


def check(run, r):
    source = "(2 / √r) arctan(y / √r), of dy/dt = r + y² over the same way"
    return Comparison("steps of the passage", passage(run, r), law(r), 4, source)


def explanation(run, r):
    found, whole = passage(run, r), np.pi / np.sqrt(r)
    return rf"""
It takes **{told(found)}** steps. The law is $\pi / \sqrt{{r}}$ = {told(whole)}, for a way that
comes from far and goes far; over the part that was counted it says {told(law(r))}. Half of the time
goes by within $\sqrt{{r}}$ = {told(np.sqrt(r), 3)} of the middle, where the state seems to stand
still. What stands there no more, and slows everything that passes, is called the **ghost** of a
fixed point.

A hundredth of $r$ takes ten times as long. So a plateau says little about how much is left to
learn: near a bifurcation the last bit of the way to it, and the first bit behind, are the slowest.
Dynamics calls such places slow, and never fixed.
"""


PAPER = """
Strogatz 1994, Nonlinear dynamics and chaos, section 4.3, Ghosts and bottlenecks; Saxe, McClelland &
Ganguli 2014 for plateaus of learning curves.
"""
TRIES = """
Come closer to the bifurcation, or leave it: r = [1e-3](r=0.001), [1e-4](r=0.0001),
[1e-5](r=0.00001).
"""

EXPERIMENT = Experiment(
    cell="rnn", equations=EQUATIONS, init="identity", gain=1.0, forget_bias=0.0,
    n_x=1, n_a=1, m=12, T_x=30, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="ghost",
        place=76,
        title="A ghost slows the way",
        question="The place to rest is gone. How long does the state linger there?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("steps", 1.3),
        answer=passage,
        check=check,
        picture=Picture("dynamics-portrait"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][0],
        choices={"r": 1e-4},
    )
)
