"""Why gates help: the same loss, carried back through an RNN and through an LSTM."""

from dataclasses import replace

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run as carry_out
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import kept, kept_by_jacobians
from rnnviz.lessons.predictions import Factor, told


def plain(run):
    """The same experiment with the cell that has no gates."""
    return carry_out(replace(run.experiment, cell="rnn"))


def setup(run):
    e = run.experiment
    return f"""
Two networks of {e.n_a} units read the same {e.m} random sequences of {e.T_x} steps, with random
weights of the usual size. One is a plain RNN with tanh, the other an LSTM whose forget bias is
{e.forget_bias:g}. Only the last step has a loss.

For each we ask: what share of the gradient at the last step is left at the first? **How many times
as large is the LSTM's share as the RNN's?** (Guess a power of ten; a factor of ten
either way is right.)
"""


def answer(run):
    return kept(run) / kept(plain(run))


def check(run):
    expected = kept_by_jacobians(run) / kept_by_jacobians(plain(run))
    what, source = "the LSTM's share over the RNN's", "the product of all Jacobians of both"
    shares = (rounding.apart_after(one, kept) / kept(one) for one in (run, plain(run)))
    return Comparison(what, answer(run), expected, sum(shares) * expected, source)


def explanation(run):
    simple, f = plain(run), run.trace.gates["forget"].mean()
    unbiased = kept(carry_out(replace(run.experiment, forget_bias=0.0))) / kept(simple)
    return rf"""
The RNN keeps **{told(kept(simple))}** of its gradient over {run.experiment.T_x} steps, the LSTM
**{told(kept(run))}**: {told(answer(run))} times as much.

In the RNN every step multiplies by the same matrix and by the slope of tanh, which is below one
wherever a unit is awake. In the LSTM there is a second road: $c_t = f\,c_{{t-1}} + i\,\tilde c$
*adds*, and along it a gradient is multiplied by the forget gate alone, on average
{f:.3f} here. An open gate is a step with derivative one. Hochreiter and Schmidhuber called this the
constant error carousel; residual networks found it again for depth.

Gates are no magic. With the forget bias at 0 the gate hangs near one half, and the LSTM keeps only
{told(unbiased)} times what the RNN keeps. What helps is that the factor of this road is
*chosen*, by the network itself, for every unit and at every step.
"""


PAPER = """
Hochreiter 1991; Hochreiter & Schmidhuber 1997, Long short-term memory; Cho et al. 2014 for the GRU.
"""
TRIES = """
Take the forget bias away: [0](forget_bias=0), [1](forget_bias=1), [3](forget_bias=3),
[5](forget_bias=5). The GRU follows, because its update gate is biased the same way; the RNN has
nothing to bias.

Can the RNN be rescued by its gain? Try [1](gain=1), [1.5](gain=1.5), [2](gain=2), and another seed:
[1](seed=1), [2](seed=2), [3](seed=3).
"""

EXPERIMENT = Experiment(
    cell="lstm", init="glorot", forget_bias=3.0, n_a=20, T_x=60,
    loss="cross_entropy_last",
)  # fmt: skip

register(
    Lesson(
        name="gates",
        place=50,
        title="Why gates help",
        question="How much more of its gradient does an LSTM keep than an RNN?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("times", 10.0),
        answer=answer,
        check=check,
        picture=Picture("compare-norms", cells=("rnn", "lstm", "gru")),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0],
    )
)
