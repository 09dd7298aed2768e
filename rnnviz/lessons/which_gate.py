"""Which gate matters most: each of the LSTM's gates held open, one at a time."""

import math

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run as carry_out
from rnnviz.core.variants import WITHOUT, opened
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import kept, kept_by_jacobians
from rnnviz.lessons.predictions import Choice, told

OPTIONS = {
    "forget": "The forget gate",
    "input": "The input gate",
    "output": "The output gate",
}


def variants(run):
    """The run with each gate held at 1, by the gate."""
    each = opened(run.experiment).items()
    return {name.removeprefix(WITHOUT): carry_out(one) for name, one in each
            if name.startswith(WITHOUT)}  # fmt: skip


def factors(run):
    """How many times as much of its gradient the cell keeps with each gate held open."""
    return {gate: kept(one) / kept(run) for gate, one in variants(run).items()}


def most(run):
    return max(factors(run).items(), key=lambda pair: abs(math.log(pair[1])))


def answer(run):
    return OPTIONS[most(run)[0]]


def setup(run):
    e = run.experiment
    return f"""
An LSTM of {e.n_a} units reads {e.m} random sequences of {e.T_x} steps, with random weights of the
usual size. Only the last step has a loss, and we ask what share of its gradient is left at the
first: it is what the network can learn from about the beginning.

Now one gate after the other is taken away: it is held open, at 1, while all else stays as it is.
Which of the three changes that share most?
"""


def check(run):
    gate, factor = most(run)
    one = variants(run)[gate]
    expected = kept_by_jacobians(one) / kept_by_jacobians(run)
    what = f"share kept with the {gate} gate open, over that of the LSTM"
    shares = (rounding.apart_after(each, kept) / kept(each) for each in (one, run))
    source = "the product of all Jacobians of both"
    return Comparison(what, factor, expected, sum(shares) * expected, source)


def explanation(run):
    each, (gate, factor) = factors(run), most(run)
    rows = "\n".join(f"| the {name} gate | {told(kept(run) * f)} | {told(f)} |"
                     for name, f in each.items())  # fmt: skip
    f = run.trace.gates["forget"].mean()
    return f"""
| held open | kept of the gradient | times as much |
| --- | --- | --- |
| none | {told(kept(run))} | 1 |
{rows}

It is the **{gate} gate**, by a factor of **{told(factor)}**. The road back through the memory
multiplies by the forget gate once a step: at {f:.2f} on average, {run.experiment.T_x - 1} times
over, next to nothing is left, and at 1 all of it. The input and the output gate stand beside that
road. Held open they let more through at its ramps, which helps, but not once a step on the road
itself.

Greff and others took each part away from LSTMs that were then trained, thousands of them, on
speech, handwriting and music: without the forget gate, or without the tanh at the output, they did
clearly worse, and without the input or the output gate worse on two of the three. To be without a
gate is not the same as to have one that may stand open.
"""


PAPER = """
Greff, Srivastava, Koutník, Steunebrink & Schmidhuber 2017, LSTM: a search space odyssey; Gers,
Schmidhuber & Cummins 2000 for the forget gate.
"""
TRIES = """
Let the forget gate stand open from the start, by a bias of [0](forget_bias=0), [1](forget_bias=1),
[3](forget_bias=3), [5](forget_bias=5): what it was most needed for is then done, and another gate
matters more.

With stronger recurrent weights the ramps become a road of their own: a gain of [1](gain=1),
[2](gain=2).
"""

EXPERIMENT = Experiment(
    cell="lstm", init="glorot", forget_bias=0.0, n_a=20, T_x=60, loss="cross_entropy_last"
)

register(
    Lesson(
        name="which-gate",
        place=53,
        title="Which gate matters most?",
        question="Without which gate does the gradient change most?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Choice(tuple(OPTIONS.values())),
        answer=answer,
        check=check,
        picture=Picture("workshop-opened"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.gates["forget"][:, 0],
    )
)
