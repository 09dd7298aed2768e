"""The command that makes a file again: every flag of its experiment, whatever the defaults are."""

import shlex
from collections.abc import Iterable, Mapping

from rnnviz.core.cells import CELLS
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import SETTINGS, TRAINED
from rnnviz.exhibits import Showing
from rnnviz.exhibits.base import chosen
from rnnviz.export import choices
from rnnviz.export.dress import Look


def command(one: Experiment, words: Iterable[str]) -> str:
    """`python -m rnnviz export` with the flags of a file, then those of the experiment.

    The numbers of a CSV stand in no command: the file that they came from does, as FILE.csv.
    """
    return shlex.join(["python", "-m", "rnnviz", "export", *words, *_flags(one)])


def of_showing(showing: Showing, look: Look, form: str, scale: float = 1.0) -> str:
    """The command that writes a page's picture again, "" where it shows no experiment."""
    one, beside = _experiments(showing)
    if one is None:
        return ""
    words = ["--out", ".", "--figures", showing.name, *beside, *choices.flags(_followed(showing))]
    return command(one, [*words, *look.flags, "--format", form, "--scale", f"{scale:g}"])


def of_several(
    showings: Mapping[str, Showing], kind: str, look: Look, form: str = "", scale: float = 1.0
) -> str:
    """The command that writes several pictures of one experiment into one file of a kind of
    `pages.KINDS` again; "" where no command has just these."""
    followed: dict = {}
    whose = [_experiments(showing) for showing in showings.values()]
    for showing, (one, _) in zip(showings.values(), whose, strict=True):
        own = _followed(showing)
        unlike = any(followed.get(name, value) != value for name, value in own.items())
        if one is None or one != whose[0][0] or unlike or showing.place:
            return ""
        followed |= own
    one, beside = whose[0]
    assert one is not None, "a picture of no experiment has no command"
    words = ["--out", ".", "--figures", ",".join(showings), *beside, *choices.flags(followed)]
    words += ["--together", kind, *(look.flags if kind != "html" else [])]
    return command(one, [*words, *(["--format", form, "--scale", f"{scale:g}"] if form else [])])


def _experiments(showing: Showing) -> tuple[Experiment | None, list[str]]:
    """Whose picture it is, and the flag of the cells that it is compared with."""
    subject = showing.subject
    if not isinstance(subject, Mapping):
        return getattr(subject, "experiment", None), []
    every = getattr(subject, "experiments", None)
    every = every or {n: one.experiment for n, one in subject.items() if hasattr(one, "experiment")}
    if not every:  # trainings and their histories
        return None, []
    own, first = [*every.values()], next(iter(every.values()))
    if showing.exhibit.page != "Compare":  # a cell of one's own stands behind its origin
        return own[-1] if showing.exhibit.name == "workshop-beside" else first, []
    mine = (one for one in own if one.equations or one.weights != DRAWN)
    cells = [name for name in every if name in CELLS]
    return next(mine, first), ["--beside", ",".join(cells)]


def _followed(showing: Showing) -> dict:
    """Those of the choices that the picture, or what it computes, takes."""
    one = showing.exhibit
    return chosen(one.figure, showing.choices) | chosen(one.compute, showing.choices)


def _flags(one: Experiment) -> list[str]:
    """Every setting that the experiment's weights leave a choice of, and its cell's equations."""
    names = TRAINED if one.weights != DRAWN else [n for n in SETTINGS if n not in TRAINED]
    words = []
    for name in names:
        setting, value = SETTINGS[name], getattr(one, name)
        if setting.kind is tuple or (name in ("equations", "text") and not value):
            continue
        if name == "signal" and one.series:
            value = "FILE.csv"
        if name == "equations":
            value = value.replace("\n", "; ")
        text = repr(value) if setting.kind is float else str(value)
        words += [f"--{(setting.flag or name).replace('_', '-')}", text]
    return words
