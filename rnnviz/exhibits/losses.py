"""States: how a network that came with the package learned, beside another way to train it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.checks import Verdict
from rnnviz.core.checks.check import compare
from rnnviz.core.phrases import listed, number
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Note, across, log_line, on
from rnnviz.figures import losses as figures
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.trained import SEEDS, TRIALS, of_seeds

_SHIPPED = re.compile("task-([a-z0-9]+)([0-9])")
Losses = Mapping[str, Sequence[np.ndarray]]


def trial_of(run: Pass) -> str:
    """The name of the trial whose network a run is of, "" of any other."""
    word = run.experiment.weights if isinstance(run, Run) else ""
    known = _SHIPPED.fullmatch(word)
    return known[1] if known and known[1] in TRIALS and int(known[2]) in SEEDS else ""


def seed_of(run: Run) -> int:
    """The seed of a trial's network."""
    known = _SHIPPED.fullmatch(run.experiment.weights)
    assert known, "asked for before"
    return int(known[2])


def both(run: Pass) -> dict[str, list[Kept]]:
    """The networks of its trial, and of the one beside it, by label; in the order of the lesson."""
    own = trial_of(run)
    pair = [name for name in TRIALS if name in (own, TRIALS[own].beside)]
    return {TRIALS[name].label: of_seeds(name) for name in pair}


def trials(run: Run) -> tuple[Losses, float, str, str]:
    """Every batch's loss by label, a line a seed, the loss at chance, what is learned, and which
    line is this network's own."""
    every = both(run)
    one = next(iter(every.values()))[0]
    losses = {label: [each.loss for each in some] for label, some in every.items()}
    own = figures.named(TRIALS[trial_of(run)].label, seed_of(run) - 1)
    return losses, one.task.chance(one.settings.steps), one.task.title, own


def marks(run: Pass, losses: Losses, chance: float, task: str, own: str) -> list[Item]:
    """A line a seed, and chance."""
    lines = [
        log_line(
            loss, np.arange(1, len(loss) + 1), figures.hue(label, index),
            name=figures.named(label, at),
        )
        for index, (label, seeds) in enumerate(losses.items())
        for at, loss in enumerate(seeds)
    ]  # fmt: skip
    note = Note(f"chance {number(chance)}", None, chance)
    return [*on(figures.AXES, *lines), across(chance, "quiet"), note]


def checks(run: Pass, losses: Losses, chance: float, task: str, own: str) -> list[Verdict]:
    """The weights that are kept, tested again."""
    return [tested(one) for some in both(run).values() for one in some[:1]]


def tested(one: Kept) -> Verdict:
    """The loss that was noted in training against that of the weights that are kept, in double
    precision; both may be off by what single precision is off here."""
    update, noted, exact = one.again("float64")
    single = one.again("float32")[2]
    eps = float(np.finfo("f4").eps)
    allowed = 4 * abs(single - exact) + one.settings.steps * eps * max(1.0, abs(exact))
    what = f"loss on sequences not trained on, update {update}"
    return compare(what, noted, exact, allowed, "the kept weights, in double precision")


def caption(run: Pass, losses: Losses, chance: float, task: str, own: str) -> str:
    """When each seed had solved the task, and which training ended before its time."""
    told = []
    for label, some in both(run).items():
        at = [f"{one.solved_at:,}" for one in some if one.solved_at is not None]
        much = f"after {listed(at)} updates" if at else f"by none in {some[0].settings.updates:,}"
        count = f" ({len(at)} of {len(some)} seeds)" if at else ""
        broken = [f"{one.done:,}" for one in some if one.ended]
        end = f", ended by numbers beyond all bounds after {listed(broken)}" if broken else ""
        told.append(f"**{label}**: solved {much}{count}{end}")
    return f"{'; '.join(told)}. Chance is a loss of {number(chance)}."


register(
    Exhibit(
        "States", 90, figures.trials, marks, checks, caption,
        compute=trials,
        arguments=lambda run, *computed: computed,
        fits=lambda run: bool(trial_of(run)),
        setup=lambda run: (
            "from rnnviz.exhibits.losses import trials",
            "losses, chance, task, own = trials(run)",
        ),
        call="losses, chance, task, own",
    )
)  # fmt: skip
