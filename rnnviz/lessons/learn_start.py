"""Identity or orthogonal: two starts that keep every length, on a task that needs memory."""

from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Lesson, register
from rnnviz.lessons.learned import PICTURE, SEEDS, check, of_seeds, of_this, solved, updates
from rnnviz.lessons.predictions import Choice, told

IDENTITY, ORTHOGONAL = "The identity, with every seed", "The orthogonal one, with every seed"
NEITHER = "Neither: seeds differ more than the starts do"


def setup(run):
    one = of_seeds("identity")[0].settings
    return rf"""
An RNN with ReLUs learns to add two numbers among {one.steps}. Its recurrent weights begin as the
identity, so that a state is kept as it is, or as a random orthogonal matrix, which turns it and
keeps its length. All else is the same: Adam at {one.rate:g}, the same batches, {len(SEEDS)} seeds.

**Which start has every seed solve the task before any seed of the other does?**
"""


def answer(run):
    identity, orthogonal = solved("identity"), solved("orthogonal")
    if identity and orthogonal and max(identity) < min(orthogonal):
        return IDENTITY
    if identity and orthogonal and max(orthogonal) < min(identity):
        return ORTHOGONAL
    return NEITHER


def explanation(run):
    first = [told(max(float(one.tests[0, 1]) for one in of_seeds(name)), 2)
             for name in ("identity", "orthogonal")]  # fmt: skip
    return rf"""
The identity has solved it after **{updates(solved("identity"))}** updates, the orthogonal start
after **{updates(solved("orthogonal"))}**. The ranges overlap, so these {len(SEEDS)} seeds do not
say that one is better; more might.

What the two share is what counts: a ReLU that is open passes a gradient on unchanged, and every
eigenvalue of the matrix has size 1. Where they differ is the beginning. The identity adds up all
that comes in, so its first loss reaches {first[0]}, the other's {first[1]}: it needs clipping for
its first steps, and Le, Jaitly & Hinton scaled it down where sequences are long.

{of_this(run)}
"""


PAPER = """
Le, Jaitly & Hinton 2015, A simple way to initialize recurrent networks of rectified linear units;
Saxe, McClelland & Ganguli 2014, Exact solutions, for orthogonal starts.
"""
TRIES = """
What is checked: identity, [seed 1](weights=task-identity1), [seed 2](weights=task-identity2),
[seed 3](weights=task-identity3); orthogonal, [seed 1](weights=task-orthogonal1),
[seed 2](weights=task-orthogonal2), [seed 3](weights=task-orthogonal3).
"""

register(
    Lesson(
        name="learn-start",
        place=114,
        title="Identity or orthogonal",
        question="Two starts that lose nothing: which one learns first?",
        experiment=Experiment(weights="task-identity1"),
        setup=setup,
        prediction=Choice((IDENTITY, ORTHOGONAL, NEITHER)),
        answer=answer,
        check=check,
        picture=PICTURE,
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
    )
)
