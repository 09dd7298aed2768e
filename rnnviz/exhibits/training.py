"""Training: how does a memory come into being?"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks import training as checks
from rnnviz.core.checks.check import plural
from rnnviz.core.phrases import number
from rnnviz.core.training import Training
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Note, across, cells, line, log_line, on, upright
from rnnviz.figures import theme
from rnnviz.figures import training as figures
from rnnviz.tasks.runs import Folder


@dataclass(frozen=True, eq=False)
class Watched:
    """A training as far as it is, what its task's numbers mean, and a `key` that tells it from
    every other one, and from itself at another moment.

    `goal` is the loss that solves the task, where it is a loss; `solved_at` the update of the first
    test that found it solved; `of` the words of the footer.
    """

    one: Training
    title: str
    chance: float
    goal: float | None
    solved_at: int | None
    seconds: float | None
    key: str
    of: str

    @property
    def network(self) -> str:
        """The cell's name, as sentences have it."""
        return self.one.cell.title

    @property
    def largest_norm(self) -> float:
        """Of the whole gradients of all batches, before clipping; NaN before any is kept."""
        norms = np.array(self.one.record.norms, float)
        return float(np.sqrt((norms**2).sum(axis=1)).max()) if norms.size else float("nan")


def of_folder(path: Path) -> tuple[Training, str, float]:
    """The training in a folder as its last state has it, its task's title, and the loss at chance.

    Raises ExperimentError where a file is broken.
    """
    one, task = Folder(path).opened()
    return one, task.title, task.chance(one.settings.steps)


def now_of(one: Watched, frame: int) -> int | None:
    """The update of a frame; None at the last one, where no line is drawn."""
    frames = one.one.record.frames
    return None if frame in (-1, len(frames.rows) - 1) else frames.updates[frame]


def loss_marks(one: Watched, now: int | None = None) -> list[Item]:
    """Every batch's loss, every test's, and the levels of chance and of the goal."""
    record = one.one.record
    values = np.array(record.loss or [np.nan])
    at = figures.drawn(len(values))
    batches = log_line(values[at], at + 1, 0, name="batches")
    tests = np.array([test[:2] for test in record.tests] or [(0, np.nan)])
    held_out = log_line(tests[:, 1], tests[:, 0], 1, name="not trained on")
    marks: list[Item] = [*on(("updates", "loss"), batches, held_out)]
    levels = [(one.chance, "chance"), (one.goal, "solved")]
    for level, name in levels:
        if level is not None:
            marks += [across(level), Note(f"{name} {number(level)}", None, level)]
    fault = one.one.fault
    return [*marks, *([] if now is None else [upright(now)]),
            *([Note(fault.sentence[:1] + fault.sentence[1:])] if fault else [])]  # fmt: skip


def loss_caption(one: Watched, now: int | None = None) -> str:
    """When it was solved, how long it took, and what chance is; of an update `now` how far it was
    by then."""
    record, fault = one.one.record, one.one.fault
    if now is not None and now < len(record.loss):
        return _told_at(one, now)
    done, chance = len(record.loss), number(one.chance)
    if fault:
        return f"**{one.network} ended: {fault.sentence}.** Chance is {chance}."
    took = f", {one.seconds:.1f} s" if one.seconds is not None else ""
    if one.solved_at is not None and one.goal is not None:
        return (f"**{one.network} below {number(one.goal)} after {one.solved_at} updates**{took}; "
                f"chance is {chance}.")  # fmt: skip
    if one.solved_at is not None:
        return (f"**{one.network} solved it after {one.solved_at} updates**{took}; the loss at "
                f"chance is {chance}.")  # fmt: skip
    if not done:
        return f"{one.network} before the first update; chance is {chance}."
    last = number(float(np.mean(record.loss[-10:])))
    stands = f"**{one.network}: loss {last} after {plural(done, 'update')}**{took}"
    return f"{stands}; chance is {chance}, and it is not solved."


def _told_at(one: Watched, now: int) -> str:
    chance, solved = number(one.chance), one.solved_at
    there = "not yet solved"
    if solved is not None and solved <= now:
        there = f"solved since update {solved}"
    if not now:
        return f"{one.network} before the first update; chance is {chance}."
    loss = number(float(np.mean(one.one.record.loss[max(0, now - 10) : now])))
    after = plural(now, "update")
    return f"**{one.network}: loss {loss} after {after}**, {there}; chance is {chance}."


def lags_marks(one: Watched, state: str = "a", now: int | None = None) -> list[Item]:
    """The norms by lag and update as powers of ten, the numbers themselves on hovering."""
    updates, norms = figures.by_lag(one.one.record, state)
    shades, _ = figures.decades(norms)
    rows, deep = np.arange(norms.shape[1]), float(theme.DECADES)
    heat = cells(shades.T, updates, (0.0, deep), rows, hover=norms.T, bar="norm")
    return [*on(("updates", "steps back"), heat), *([] if now is None else [upright(now)])]


def lags_caption(one: Watched, state: str = "a", now: int | None = None) -> str:
    """How strongly the farthest step back is felt, against the nearest, at the end or at an update
    `now`, and at the start."""
    updates, norms = figures.by_lag(one.one.record, state)
    at = -1 if now is None else max(0, int(np.searchsorted(updates, now, side="right")) - 1)
    near, far = (float(norms[at, lag]) for lag in (0, -1))
    first = float(norms[0, -1]) / float(norms[0, 0]) if norms[0, 0] else 0.0
    share = far / near if near else 0.0
    back = norms.shape[1] - 1
    when = "" if now is None else f"At update {now}: "
    return (f"{when}{back} steps back the last answer is felt {number(share, 2)} times as strongly "
            f"as at the last step; at the start {number(first, 2)}.")  # fmt: skip


def answers_marks(one: Watched, frame: int = -1) -> list[Item]:
    """Of the probe's first sequence the target and the answer, an output a row."""
    given, wanted, mask = figures.answered(one.one, frame, 0)
    t, marks = np.arange(1, given.shape[1] + 1), list[Item]()
    rows = min(len(given), figures.MOST_OUTPUTS)
    word = figures.word_of(one.one)
    for row in range(rows):
        axes = ("time step t", word if rows == 1 else f"{word} {row + 1}")
        due = line(np.where(mask, wanted[row], np.nan), t, 1, name="target")
        marks += on(axes, due, line(given[row], t, 0, name="answer"))
    return marks


def eigenvalues_marks(one: Watched, frame: int = -1) -> list[Item]:
    """The unit circle, the eigenvalues at the start, and those at the frame."""
    record, turn = one.one.record, np.linspace(0, 2 * np.pi, 97)
    axes = ("real part", "imaginary part")
    marks: list[Item] = [*on(axes, line(np.sin(turn), np.cos(turn)))]
    update = record.frames.updates[frame]
    start, now = one.one.eigenvalues(0), one.one.eigenvalues(frame)
    assert start is not None and now is not None
    each = (("at the start", start), (f"at update {update}", now))
    for index, (name, values) in enumerate(each):
        marks += on(axes, line(values.imag, values.real, index, name=name))
    largest = number(float(np.abs(now).max()))
    exponent = number(float(record.frames.rows[frame]["exponent"]))
    return [*marks, Note(f"largest |eigenvalue| {largest}, λ₁ {exponent}")]


def _frame_checks(check):
    """Of a frame that keeps its weights; while a training runs the first and the last do."""

    def checked(one: Watched, frame: int = -1) -> list[Verdict]:
        if one.one.fault:
            return [Unchecked("its numbers", f"it ended at {one.one.fault.sentence}")]
        return check(one.one, frame)

    return checked


def is_one(subject: object) -> bool:
    """Whether a picture of one training can show a subject."""
    return isinstance(subject, Watched)


loss = register(
    Exhibit(
        page="Training", of=None, place=70, figure=figures.loss, fits=is_one,
        arguments=lambda one: (one.one, one.chance, one.goal),
        marks=loss_marks, checks=lambda one: checks.first_loss(one.one), caption=loss_caption,
    )
)  # fmt: skip
lags = register(
    Exhibit(
        page="Training", of=None, place=71, figure=figures.lags, share=1 / 2,
        fits=is_one,
        arguments=lambda one: (one.one,),
        marks=lags_marks, checks=lambda one: checks.lags(one.one), caption=lags_caption,
    )
)  # fmt: skip
answers = register(
    Exhibit(
        page="Training", of=None, place=72, figure=figures.answers, share=1 / 2,
        fits=is_one,
        arguments=lambda one: (one.one,),
        marks=answers_marks, checks=_frame_checks(checks.answers),
    )
)  # fmt: skip
eigenvalues = register(
    Exhibit(
        page="Training", of=None, place=73, figure=figures.eigenvalues, share=1 / 2,
        arguments=lambda one: (one.one,),
        fits=lambda one: is_one(one) and one.one.eigenvalues() is not None,
        marks=eigenvalues_marks, checks=_frame_checks(checks.eigenvalues),
    )
)  # fmt: skip
