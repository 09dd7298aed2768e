"""Where the state 0 of an LSTM stops attracting: the forget bias moves the border."""

from dataclasses import replace

import numpy as np

from rnnviz.core.dynamics import phase, settle
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import draw
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import sigmoid
from rnnviz.lessons.predictions import Number, told


def setup(run):
    e = run.experiment
    return rf"""
Nothing comes in, and no gate has a bias but the forget gate, which has {e.forget_bias:g}. Near the
state 0 an LSTM is then easy to read: its input and output gates stand at one half, its forget gate
at the sigmoid of its bias, and the candidate is $g$ times the hidden state, where the gain $g$
scales all weights that act on it (here $g\,I$).

With a small gain a small memory fades, and the state goes to 0. With a large one it holds itself up
and grows. **From which gain on does 0 no longer attract what is near it?**
"""


def border(run):
    """The gain at which max |eig J(0)| is 1."""
    plain = replace(run.experiment, gain=1.0, forget_bias=0.0)
    return phase.border(run.cell, draw(plain).params, run.experiment.forget_bias)


def formula(bias):
    """(1 - f) / (i o), with i = o = 1/2."""
    return float(4 * (1 - sigmoid(bias)))


def check(run):
    source = "(1 − σ(b)) / (σ(0) σ(0)), from the cell's equations at 0"
    return Comparison(
        "gain at the border", border(run), formula(run.experiment.forget_bias), 1e-6, source
    )


def explanation(run):
    e, found = run.experiment, border(run)
    f = float(sigmoid(e.forget_bias))
    side = "below it: 0 attracts" if e.gain < found else "beyond it: 0 attracts no more"
    stable = [point.state for point in settle(run).points if point.kind == "stable"]
    others = sum(float(np.abs(state).max()) > 1e-6 for state in stable)
    away = "1 stable point was" if others == 1 else f"{others or 'no'} stable points were"
    return rf"""
A small $c$ becomes $f c + i\,g\,o\,c$: what the forget gate keeps, and what comes back through the
candidate. That is $c$ itself where $f + i\,o\,g = 1$, so $g = (1 - f)/(i\,o)$ =
(1 − {told(f)}) / 0.25 = **{told(found)}**. The gain here is {e.gain:g}, {side}.

A higher bias keeps more by itself, so less has to come back: the border moves down. It is a border
of what is near 0 alone: a large memory opens its own gates, and {away} found here away from 0.
And it is not where chaos begins: beyond it a network first settles at other points or
on cycles, and neighbouring states part only later, if ever.
"""


PAPER = """
Jozefowicz, Zaremba & Sutskever 2015, An empirical exploration of recurrent network architectures,
on the bias; Sompolinsky, Crisanti & Sommers 1988, on gain, stability and chaos.
"""
TRIES = """
Move the forget bias: [0](forget_bias=0), [1](forget_bias=1), [2](forget_bias=2),
[3](forget_bias=3). Then cross the border by the gain: [0.5](gain=0.5), [1](gain=1),
[1.5](gain=1.5), [2.5](gain=2.5).
"""

EXPERIMENT = Experiment(
    cell="lstm", init="identity", gain=1.0, forget_bias=1.0,
    n_x=2, n_a=2, m=20, T_x=40, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="border",
        place=96,
        title="The forget bias moves the border",
        question="From which gain on does a small memory of an LSTM not fade any more?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("", 0.05),
        answer=border,
        check=check,
        picture=Picture("dynamics-portrait"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0],
    )
)
