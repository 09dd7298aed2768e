"""Every check of an experiment, by the name of the exhibit under which it stands."""

import rnnviz
from rnnviz.core.checks import Check
from rnnviz.exhibits import every
from rnnviz.exhibits.base import itself
from rnnviz.exhibits.by_cell import ByCell
from rnnviz.exhibits.step import player_checks


def choices_of(run: rnnviz.Run) -> dict:
    """Choices of every kind, none of them the first one that there is."""
    e, size = run.experiment, run.gradients.param_norm
    return {
        "t": e.T_x - 1,
        "sequence": e.m - 1,
        "unit": e.n_a - 1,
        "units": [*range(1, min(e.n_a, 4))] or [0],
        "lag": e.T_x // 2,
        "clip": size / 3 if 0 < size < float("inf") else 1.0,
        "seeds": 3,
    }


def showings(experiment: rnnviz.Experiment, runs: dict | None = None, **changed) -> dict:
    """Every exhibit of a run by name; that of all cells with this one alone, or of the `runs`."""
    runs = runs or {experiment.cell_name: rnnviz.run(experiment)}
    run = runs[experiment.cell_name]
    choices = choices_of(run) | changed
    given = {itself: run, ByCell: runs}
    makers = {one.of for one in every() if one.of}
    made = {of: given[of] if of in given else of(run) for of in makers}
    subjects = {one: made[one.of] for one in every() if one.of}
    return {
        one.name: one.show(subject, **choices)
        for one, subject in subjects.items()
        if one.fits(subject)
        and not one.asked  # tests/test_diagrams.py has these, of fewer networks
        and (one.name != "compare-band" or experiment.T_x <= 100)
    }


def everything(experiment: rnnviz.Experiment, only: str = "", without: str = "") -> dict[str, list]:
    """All verdicts on a run, and on the same of all cells side by side; of `only` one picture, or
    `without` those of a page."""
    shown = showings(experiment).items()
    makers = {name: one.checks for name, one in shown if one.exhibit.page != without}
    makers["player"] = lambda: player_checks(rnnviz.run(experiment), experiment.m - 1)
    return {name: make() for name, make in makers.items() if only in ("", name)}


def red(verdicts: dict[str, list]) -> list[tuple]:
    """The checks that disagree, with the exhibit's name."""
    return [
        (name, one)
        for name, rows in verdicts.items()
        for one in rows
        if isinstance(one, Check) and not one.passed
    ]
