"""The GRU's two conventions: the same network, written down in two opposite ways."""

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import sigmoid
from rnnviz.lessons.predictions import Number


def share(trace):
    """Of the old state, that the last step leaves."""
    a = trace.states["a"][0, 0]
    return float(a[-1] / a[-2])


def answer(run):
    return share(run.trace)


def gate(run):
    """The update gate at the last step, as this dashboard and its notebook define it."""
    return float(run.trace.gates["update"][0, 0, -1])


def setup(run):
    return rf"""
A GRU blends its old state with a candidate, and the **update gate** says how. On
what it is for all agree, but not on which way it opens:

| here, as in the source notebook | in Keras and PyTorch |
| --- | --- |
| $a_t = i\,\tilde a + (1 - i)\,a_{{t-1}}$ | $a_t = (1 - z)\,\tilde a + z\,a_{{t-1}}$ |

After one pulse at the beginning nothing comes in, the recurrent weights are zero, and the candidate
is 0. Here the update gate stands at **{gate(run):.4f}**. What share of the old state does one step
leave?
"""


def keras_share(run):
    """The same share by the other formula, with the update gate's weights and bias negated."""
    p, n_a = run.params, run.experiment.n_a
    h = before = run.trace.initial["a"][:, 0]
    for x in run.trace.x[:, 0].T:
        look = np.concatenate([h, x])
        z = sigmoid(-(p["Wi"] @ look) - p["bi"][:, 0])
        r = sigmoid(p["Wr"] @ look + p["br"][:, 0])
        new = np.tanh(p["Wc"] @ np.concatenate([r * h, x]) + p["bc"][:, 0])
        h, before = (1 - z) * new + z * h, h
    assert h.shape == (n_a,)
    return float(h[0] / before[0])


def check(run):
    source = "Keras's formula, update weights and bias negated"
    tolerance = rounding.apart(run, lambda trace, params: share(trace))
    return Comparison("share left by one step", answer(run), keras_share(run), tolerance, source)


def explanation(run):
    i = gate(run)
    return rf"""
Here the gate **writes**: {i:.4f} of the new state is candidate, and only $1 - i =$
**{answer(run):.4f}** of the old one stays. Who reads the same number as Keras's $z$ expects the
opposite, {i:.4f} kept, and is wrong by a factor of {i / answer(run):.1f} at every step.

Neither is a mistake. Since $1 - \sigma(v) = \sigma(-v)$, the two are one network with
$z = 1 - i$: change the sign of the update gate's weights and bias, and every state is the same to
the last digits. That is how trained Keras models are read on the Inside page. But "the update gate
is open" means remembering in one tradition and overwriting in the other, so look which one a paper
follows before you compare its pictures with yours.

There is a second fork: the reset gate may multiply the state before the matrix product, as here and
in the first paper, or after it (`reset_after=True`, Keras's default). Those are two different
networks; no change of sign turns one into the other.
"""


PAPER = """
Cho et al. 2014, whose z keeps, against Chung et al. 2014, Empirical evaluation of gated recurrent
neural networks, whose z writes.
"""
TRIES = """
The *forget bias* of this dashboard always means the same, to keep more: for the GRU it is taken
away from the update gate. Set it to [-2](forget_bias=-2), [0](forget_bias=0), [2](forget_bias=2),
[4](forget_bias=4) and watch the update gate go the other way.

At which of them do the two readings agree?
"""

EXPERIMENT = Experiment(
    cell="gru", init="identity", gain=0.0, forget_bias=-2.0, n_x=1,
    n_a=5, m=1, T_x=20, signal="impulse", loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="conventions",
        place=100,
        title="The GRU's two conventions",
        question="The update gate stands at 0.88. How much of the past survives?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("", 0.02),
        answer=answer,
        check=check,
        picture=Picture("gates-overview"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0, :8],
    )
)
