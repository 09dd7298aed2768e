"""Why clipping: three trainings that are lost without it, and three that are not."""

from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Lesson, register
from rnnviz.lessons.learned import PICTURE, SEEDS, check, last_losses, of_seeds, of_this, updates
from rnnviz.lessons.predictions import Number, told

LOST = 10.0  # a loss beyond it is no answer any more: chance is 1/6


def alive(name):
    return sum(loss < LOST for loss in last_losses(name))


def setup(run):
    one = of_seeds("free")[0].settings
    return rf"""
An RNN learns to add two numbers that it sees among {one.steps}, by plain gradient descent with
momentum and a learning rate of {one.rate:g}. Nothing bounds its gradient. It begins at a loss near
{of_seeds("free")[0].loss[0]:.2g}; who always answers 1 has 1/6.

Now {one.updates} updates with each of {len(SEEDS)} seeds. **How many of the {len(SEEDS)} have a
loss below {LOST:g} at the end?**
"""


def answer(run):
    return float(alive("free"))


def explanation(run):
    free, clipped = of_seeds("free"), of_seeds("clipped")
    ended = [one.done for one in free if one.ended]
    losses = " and ".join(told(float(one.loss[-1]), 2) for one in free if not one.ended)
    kept = ", ".join(told(loss, 2) for loss in last_losses("clipped"))
    return rf"""
**{alive("free")} of {len(free)}.** After {updates(ended)} updates a number was beyond what single
precision holds, and training ended; what went on stands at {losses}. With the norm of the whole
gradient clipped at {clipped[0].settings.clip:g} the same batches end at {kept}: not solved, but
{alive("clipped")} of {len(clipped)} alive.

Through time a gradient is a product of many matrices, and its size has cliffs: one batch on the
wrong side of one, and a single step throws the weights so far that no later gradient means
anything. Clipping keeps the direction and bounds the step. It cures the exploding gradient alone;
what fades stays as small as it was.

{of_this(run)}
"""


PAPER = """
Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks, section
3.2.
"""
TRIES = """
The network of [seed 1](weights=task-free1), [seed 2](weights=task-free2) and
[seed 3](weights=task-free3) as it was when it ended; and clipped, of
[seed 1](weights=task-clipped1), [seed 2](weights=task-clipped2) and
[seed 3](weights=task-clipped3).
"""

register(
    Lesson(
        name="learn-clipping",
        place=110,
        title="Why clipping",
        question="Nothing bounds the gradient. How many of three trainings survive?",
        experiment=Experiment(weights="task-free1"),
        setup=setup,
        prediction=Number("of three", 0.0),
        answer=answer,
        check=check,
        picture=PICTURE,
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
    )
)
