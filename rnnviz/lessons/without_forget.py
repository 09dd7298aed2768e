"""Take the forget gate away: the LSTM of 1997, and why there is one of 2000."""

from dataclasses import replace

import numpy as np

from rnnviz.core.cells.edits import edits
from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run as carry_out
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import sigmoid
from rnnviz.lessons.predictions import Factor, told


def origin(run):
    """The same experiment with the forget gate."""
    return carry_out(replace(run.experiment, equations=""))


def memory(trace):
    """What unit 1 holds at the end."""
    return float(trace.states["c"][0, 0, -1])


def steps_since(run):
    return run.experiment.T_x - run.experiment.T_x // 2


def forget(run):
    """The forget gate of unit 1 once the input stands at 1, by its formula."""
    lstm = origin(run)
    return float(sigmoid(lstm.params["Wf"][0, -1] + lstm.params["bf"][0, 0]))


def answer(run):
    return memory(run.trace) / memory(origin(run).trace)


def setup(run):
    return rf"""
The input is 0, and from step {run.experiment.T_x // 2 + 1} on it stands at 1, for
{steps_since(run)} steps. Two networks with the same weights read it. One is an LSTM; its recurrent
weights are zero, so that the gates of unit 1 do not move any more, and its forget gate stands at
$f =$ {forget(run):.2f}:

$$c_t = f\,c_{{t-1}} + i\,\tilde c$$

The other is the LSTM as it was first published. It has no forget gate, $c_t = c_{{t-1}} +
i\,\tilde c$. **How many times as large is its memory at the last step?** (Within a factor of one
and a half is right.)
"""


def check(run):
    n, f = steps_since(run), forget(run)
    expected, source = n * (1 - f) / (1 - f**n), "n (1 − f) / (1 − fⁿ), two sums over n steps"
    shares = (
        rounding.apart(one, lambda trace, params: memory(trace)) / abs(memory(one.trace))
        for one in (run, origin(run))
    )
    what = "memory without the gate over that with it"
    tolerance = (sum(shares) + n * np.finfo(float).eps) * expected  # f^n is rounded n times, too
    return Comparison(what, answer(run), expected, tolerance, source)


def explanation(run):
    lstm, c = origin(run), memory(run.trace)
    kept = forget(run) ** 20
    return rf"""
With the gate the memory settles where it loses as much as it gains, at $i\,\tilde c / (1 - f)$;
without it, it gains $i\,\tilde c$ at every step and never settles: {memory(lstm.trace):.3f} against
{c:.3f}, **{told(answer(run))} times** as much. At $c =$ {c:.1f} the unit shows the world
$\tanh(c) =$ {np.tanh(c):.6f}, and whatever comes next changes that no more: a long stream makes a
cell without a forget gate deaf.

On the way back the same gate is why one would want to be without it. The derivative of $c_t$ by
$c_{{t-1}}$ is 1 here, exactly, the constant error carousel for which the cell was built; in the
LSTM it is $f$, and twenty steps leave {told(kept)} of a gradient. But no gradient gets
onto the carousel of a deaf unit: on its way in it is multiplied by $1 - \tanh^2(c)$,
{told(1 - np.tanh(c) ** 2)} at the end.

A gate that may open, and may also close, has both: the forget gate of 2000.
"""


PAPER = """
Hochreiter & Schmidhuber 1997, Long short-term memory, without the gate; Gers, Schmidhuber & Cummins
2000, Learning to forget, who added it, for streams that have no end.
"""
TRIES = """
Let the stream last longer: [100](T_x=100), [200](T_x=200), [400](T_x=400) steps. Open the LSTM's
own gate by its bias: [0](forget_bias=0), [2](forget_bias=2), [4](forget_bias=4),
[6](forget_bias=6). The further it opens, the more it is the cell without a gate, deaf like it.
"""

WITHOUT = next(edit for edit in edits("lstm") if (edit.gate, edit.becomes) == ("forget", "1"))
EXPERIMENT = Experiment(
    cell="lstm", equations=f"# LSTM of 1997\n{WITHOUT.equations}", init="identity", gain=0.0,
    forget_bias=0.0, n_x=1, n_a=5, m=1, T_x=100, signal="step", loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="without-forget",
        place=51,
        title="Take the forget gate away",
        question="What becomes of a memory that cannot forget?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("times", 1.5),
        answer=answer,
        check=check,
        picture=Picture("workshop-beside"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0, 36:68],
    )
)
