"""Parity: who cannot turn a state round cannot count to two."""

import numpy as np

from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run as carry_out
from rnnviz.lessons.base import Lesson, register
from rnnviz.lessons.learned import PICTURE, SEEDS, check, of_seeds, of_this, solved, updates
from rnnviz.lessons.predictions import Choice, told

BOTH, RNN = "Both", "The RNN alone"
MINGRU, NONE = "The minGRU alone", "Neither"


def setup(run):
    one = of_seeds("rnn")[0].settings
    return rf"""
Bits come in, {one.steps} of them, and after each the network says whether the number of ones so
far is odd. The RNN has no gate, $a_t = \tanh(W a_{{t-1}} + \ldots)$. The minGRU has one that sees
the input, $a_t = (1 - z_t)\, a_{{t-1}} + z_t \tilde a_t$: it keeps, or writes, or both by halves,
and all steps can be computed at once.

**Which of them answers 99 % rightly within {one.updates} updates, with each of {len(SEEDS)}
seeds?**
"""


def answer(run):
    rnn, mingru = (len(solved(name)) == len(SEEDS) for name in ("rnn", "mingru"))
    return {(True, True): BOTH, (True, False): RNN, (False, True): MINGRU}.get((rnn, mingru), NONE)


def explanation(run):
    rights = ", ".join(f"{float(one.tests[-1, 2]):.0%}" for one in of_seeds("mingru"))
    lowest = min(float(np.linalg.eigvals(one.params["Waa"]).real.min()) for one in of_seeds("rnn"))
    z = carry_out(Experiment(weights="task-mingru1")).trace.gates["update"]
    return rf"""
The RNN, after **{updates(solved("rnn"))}** updates. The minGRU ends at {rights} right answers,
where chance has a half.

A one must turn "even" into "odd" and "odd" into "even": the new state is the old one **times minus
one**. In the minGRU the old state is only ever multiplied by $1 - z$, here from
{float(1 - z.max()):.2g} to {float(1 - z.min()):.2g}, never below 0; the gate sees the bit, not the
state, so it cannot write "the other one" either. What it gets right are the first few bits. The
RNN's weights on its state have eigenvalues down to {told(lowest, 3)}, and its tanh sees state and
bit together.

With a gate from −1 to 1 such cells can count to two as well.

{of_this(run)}
"""


PAPER = """
Grazzi, Siems, Zela, Franke, Hutter & Pontil 2025, Unlocking state-tracking in linear RNNs through
negative eigenvalues; Feng et al. 2024, Were RNNs all we needed? (minGRU).
"""
TRIES = """
What is checked: the minGRU, [seed 1](weights=task-mingru1), [seed 2](weights=task-mingru2),
[seed 3](weights=task-mingru3); the RNN, [seed 1](weights=task-rnn1), [seed 2](weights=task-rnn2),
[seed 3](weights=task-rnn3).
"""

register(
    Lesson(
        name="learn-parity",
        place=115,
        title="Counting to two",
        question="Odd or even? Which cell can learn it?",
        experiment=Experiment(weights="task-mingru1"),
        setup=setup,
        prediction=Choice((BOTH, RNN, MINGRU, NONE)),
        answer=answer,
        check=check,
        picture=PICTURE,
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
    )
)
