"""Tie input and forget: what a cell gives up that has one gate for both."""

from dataclasses import replace

import numpy as np

from rnnviz.core.cells.edits import edits
from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.core.measures import parameter_count
from rnnviz.core.run import run as carry_out
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import sigmoid
from rnnviz.lessons.predictions import Factor, told


def origin(run):
    """The same experiment with two gates."""
    return carry_out(replace(run.experiment, equations=""))


def pulse(run):
    return run.experiment.T_x // 10


def written(run, trace):
    """What unit 1 holds right after the pulse, before which it holds nothing."""
    return float(trace.states["c"][0, 0, pulse(run)])


def answer(run):
    return written(run, run.trace) / written(run, origin(run).trace)


def setup(run):
    b = run.experiment.forget_bias
    return rf"""
An LSTM has one gate that keeps the memory and one that writes it, $c_t = f\,c_{{t-1}} +
i\,\tilde c$. Here the first is struck out, and what the second leaves takes its place:

$$c_t = (1 - i)\,c_{{t-1}} + i\,\tilde c$$

Both cells are set to remember: where nothing comes in, each keeps $\sigma({b:g}) =$
{sigmoid(b):.3f} of its memory a step. In the tied cell this is the input gate's doing, whose bias
is $-{b:g}$. At step {pulse(run) + 1} a pulse comes in, to the same weights in both. **What
share of what the LSTM takes up of it does unit 1 of the tied cell take up?** (Within a factor of
one and a half is right.)
"""


def check(run):
    w, b = origin(run).params["Wi"][0, -1], run.experiment.forget_bias
    expected, source = float(sigmoid(w - b) / sigmoid(w)), "σ(w − b) / σ(w), w the weight on x"
    shares = (
        rounding.apart(one, lambda trace, params: written(run, trace))
        / abs(written(run, one.trace))
        for one in (run, origin(run))
    )
    # The formula's own exponentials are rounded as the gates are.
    tolerance = (sum(shares) + 8 * np.finfo(float).eps) * expected
    return Comparison("the tied cell's share", answer(run), expected, tolerance, source)


def explanation(run):
    lstm, after = origin(run), slice(pulse(run), pulse(run) + 21)
    tied, free = (one.trace.states["c"][0, 0, after] for one in (run, lstm))
    n, m = (parameter_count(one)["cell"] for one in (run, lstm))
    return rf"""
The tied cell takes up **{told(answer(run))}** of what the LSTM does. Twenty steps later it keeps
{told(tied[-1] / tied[0])} of that, the LSTM {told(free[-1] / free[0])}: once it is in, both hold
it equally well. But a gate that is shut so that nothing may leave is shut to what comes, too.

In return the state cannot run away. It is a mean of what it was and of a candidate between −1 and
1, so that no input will ever drive it beyond ±1, and the cell learns {n} numbers in place of {m}.

Whether this matters is a question for a task, in which the gate learns to open when something
comes. Greff and others compared thousands of trained LSTMs: with both gates tied they did as well.
The GRU's update gate is this very tie.
"""


PAPER = """
Greff, Srivastava, Koutník, Steunebrink & Schmidhuber 2017, LSTM: a search space odyssey (their
variant CIFG); Cho et al. 2014 for the GRU, whose update gate ties both.
"""
TRIES = """
Set the bias to [0](forget_bias=0), [1](forget_bias=1), [3](forget_bias=3), [5](forget_bias=5): the
longer the tied cell remembers, the less it takes up.

Other weights: seed [1](seed=1), [2](seed=2), [3](seed=3).
"""

TIED = next(edit for edit in edits("lstm") if (edit.gate, edit.becomes) == ("forget", "1 - i"))
EXPERIMENT = Experiment(
    cell="lstm", equations=f"# tied LSTM\n{TIED.equations}", init="identity", gain=0.0,
    forget_bias=3.0, n_x=1, n_a=5, m=1, T_x=60, signal="impulse", loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="tied",
        place=52,
        title="Tie input and forget",
        question="Can one gate both keep and write?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("", 1.5),
        answer=answer,
        check=check,
        picture=Picture("workshop-beside"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0, :32],
    )
)
