"""Saturation: weights that double everything, and a gradient that vanishes all the same."""

import math

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Number, told


def answer(run):
    norms = run.gradients.norms["a"]
    return float(norms[-2] / norms[-1])


def setup(run):
    return rf"""
Five tanh units mind their own business: each sees itself, times {run.experiment.gain:g}, and
nothing else, $a_t = \tanh({run.experiment.gain:g}\,a_{{t-1}})$, apart from one pulse at the
beginning. Without the tanh the state and its gradient would grow {run.experiment.gain:g}-fold at
every step.

With it, the state cannot leave $\pm 1$: it settles where $a = \tanh({run.experiment.gain:g}\,a)$.
There, **by what factor does one step back multiply the gradient?**
"""


def fixed_point(w, activation):
    """Where a = tanh(w a) comes to rest, by bisection; 0 up to w = 1."""
    if activation == "linear" or w <= 1:
        return 0.0
    low, high = 1e-6, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if math.tanh(w * middle) > middle else (low, middle)
    return low


def check(run):
    w = run.experiment.gain
    rest = fixed_point(w, run.experiment.activation)
    expected, source = w * (1 - rest**2), f"w (1 − a²) at the fixed point a = {rest:.6f}"
    # Each step since the pulse leaves that factor of the distance from where it comes to rest.
    away = expected ** (run.experiment.T_x - run.experiment.T_x // 10 - 1)
    left = 0.0 if run.experiment.activation == "linear" else 2 * w * away  # a line has one slope
    tolerance = left + rounding.apart_after(run, answer)
    return Comparison("factor of one step back", answer(run), expected, tolerance, source)


def explanation(run):
    w, a = run.experiment.gain, abs(float(run.trace.states["a"][0, 0, -1]))
    return rf"""
The units come to rest at $\pm${a:.4f}, and the slope of tanh there is $1 - a^2 =$ {1 - a * a:.4f}.
One step back multiplies by weight times slope, {w:g} × {1 - a * a:.4f} = **{answer(run):.4f}**. The
state stands still at full strength, while its gradient shrinks about {1 / answer(run):.0f}-fold at
every step: after ten steps {told(answer(run) ** 10)} is left.

This is the other face of vanishing. Small weights lose the gradient because they shrink it; large
ones lose it because they drive the units to where tanh is flat. A saturated unit remembers
perfectly, one bit for ever, and for the same reason can no longer be taught when to flip. Look at
the heatmap: strong colour means a deaf unit.
"""


PAPER = """
Bengio, Simard & Frasconi 1994: latching a bit robustly makes gradients vanish; Sussillo & Barak
2013 for the view by fixed points.
"""
TRIES = """
Set the weight to [0.5](gain=0.5), [1.5](gain=1.5), [2](gain=2), [3](gain=3). Below 1 the pulse dies
and the factor is the weight itself; above 1 two resting places appear, and the stronger the weight,
the flatter the tanh.

Take the squashing away, [linear](activation=linear), and nothing holds the state any more;
[tanh](activation=tanh) brings it back.
"""

EXPERIMENT = Experiment(
    cell="rnn", seed=5, init="identity", gain=2.0, forget_bias=0.0,
    n_x=1, n_a=5, m=1, T_x=30, signal="impulse", loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="saturation",
        place=60,
        title="Saturation",
        question="The weights double everything. Does the gradient double, too?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("times", 0.03),
        answer=answer,
        check=check,
        picture=Picture("states-overview"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
    )
)
