"""Training: the path of a probe's states, and where they would stay."""

from collections.abc import Sequence

import numpy as np

from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks import training as checks
from rnnviz.core.phrases import listed
from rnnviz.core.training import Training, still, still_told
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, line, on
from rnnviz.exhibits.training import Watched, is_one
from rnnviz.figures import answer_plane
from rnnviz.figures.dynamics import KINDS

# Numbers of a state: a search takes some thousandths of a second for each frame that is played,
# some hundredths for one that somebody looks at.
_SMALL, _LARGE = 16, 128


def phase_marks(
    one: Watched, frame: int = -1, still: Sequence[answer_plane.Still] = ()
) -> list[Item]:
    """The path through the plane of the answer, pale where it starts, and the fixed points."""
    along, up = answer_plane.plane(one.one, frame)
    time = np.arange(1, len(along) + 1)
    axes = ("W a + b, the first answer", "beside it")
    marks: list[Item] = [*on(axes, line(up, along, hover=time, tint=time, bar="t"))]
    for kind in KINDS:
        some = [point for point in still if point.kind == kind]
        places = ([point.across for point in some], np.array([point.up for point in some]))
        marks += on(axes, line(places[1], places[0], name=kind)) if some else []
    return marks


def phase_checks(
    one: Watched, frame: int = -1, still: Sequence[answer_plane.Still] = ()
) -> list[Verdict]:
    """The states by hand, and that the fixed points stay where they are."""
    if one.one.fault:
        return [Unchecked("its numbers", f"it ended at {one.one.fault.sentence}")]
    held = checks.still(one.one, frame, resting(one.one, frame)[0]) if still else []
    return [*checks.states(one.one, frame), *held]


def phase_caption(one: Watched, frame: int = -1, still: Sequence[answer_plane.Still] = ()) -> str:
    """How many fixed points there are, where any were found."""
    if not still:
        return ""
    kinds = [point.kind for point in still]
    told = [f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds]
    return f"Where nothing comes in, {listed(told)} fixed points lie near the path."


def resting(one: Training, frame: int) -> tuple[np.ndarray, list[str]]:
    """The fixed points (N, count) while nothing comes in that a search from the probe's states
    finds, and their kinds: those of the record where it has any of this update."""
    row, update = one.record.frames.rows[frame], one.record.frames.updates[frame]
    if update in one.record.points.updates:
        return still_told(one.record.points.rows[one.record.points.updates.index(update)])
    visited = np.concatenate(row["states"])
    found = still(one.cell, one.weights(row["weights"]), visited).points
    states = np.array([point.state for point in found]).reshape(len(found), len(visited)).T
    return states, [point.kind for point in found]


def still_points(one: Watched, frame: int, moving: bool = False) -> tuple[answer_plane.Still, ...]:
    """The same in the plane of the answer; none of a network that ended, and of one that nobody
    would wait for: while pictures are `moving`, as they do while it learns, that is a smaller
    one."""
    most = _SMALL if moving or one.seconds is None else _LARGE
    if one.one.fault or len(one.one.cell.states) * one.one.settings.units > most:
        return ()
    states, kinds = resting(one.one, frame)
    units = one.one.settings.units
    first = one.one.cell.states.index("a") * units
    places = zip(*answer_plane.plane(one.one, frame, states[first : first + units]), strict=True)
    both = zip(kinds, places, strict=True)
    return tuple(answer_plane.Still(kind, float(x), float(y)) for kind, (x, y) in both)


def still_while_moving(one: Watched, frames: Sequence[int]) -> list[tuple[answer_plane.Still, ...]]:
    """The fixed points of several frames; of a kind that a frame has none of, one nowhere, so that
    all have as many lines."""
    every = [still_points(one, frame, moving=True) for frame in frames]
    kinds = [kind for kind in KINDS if any(p.kind == kind for points in every for p in points)]

    def nowhere(points: Sequence[answer_plane.Still]) -> list[answer_plane.Still]:
        missing = [kind for kind in kinds if kind not in {p.kind for p in points}]
        return [answer_plane.Still(kind, float("nan"), float("nan")) for kind in missing]

    return [(*points, *nowhere(points)) for points in every]


phase = register(
    Exhibit(
        page="Training", of=None, place=74, figure=answer_plane.phase, share=1 / 2,
        fits=is_one,
        arguments=lambda one: (one.one,),
        marks=phase_marks, checks=phase_checks, caption=phase_caption,
    )
)  # fmt: skip
