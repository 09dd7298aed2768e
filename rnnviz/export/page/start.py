"""What the one HTML file begins with: an experiment that it can compute, as the words of a link."""

from collections.abc import Mapping
from urllib.parse import urlencode

from rnnviz.core.cells.own import NAME
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import Experiment
from rnnviz.core.link import to_link
from rnnviz.core.settings import SETTINGS
from rnnviz.core.versions import DEFAULTS, VERSION

CONTROLS = ("cell", "seed", "n_x", "n_a", "n_y", "m", "T_x", "init", "gain", "forget_bias",
            "signal", "loss", "activation")  # fmt: skip
MOST = {"n_x": 32, "n_a": 64, "n_y": 32, "m": 32, "T_x": 500}  # what a phone computes at once
INPUTS = ("text", "series")  # what signals are made of, in links alone
VIEWS = (
    "Step",
    "States",
    "Gates",
    "Gradients",
    "Compare",
)  # the pages that the file has, as in the dashboard
PLACES = (
    "t",
    "sequence",
    "unit",
    "direction",
    "units",
    "clip",
)  # words of a page that it heeds, too


def check(experiment: Experiment) -> None:
    """Raises ExperimentError for what the file cannot compute."""
    for name in ("weights", *SETTINGS):  # a network fixes the others
        value = getattr(experiment, name)
        if name in MOST and value > MOST[name]:
            raise ExperimentError(f"{name} must be at most {MOST[name]} in one file, got {value}")
        if (
            name not in (*CONTROLS, *INPUTS, "equations", "label")
            and value != DEFAULTS[VERSION][name]
        ):
            raise ExperimentError(
                f"{name} must be {SETTINGS[name].default or 'left out'} in one file, "
                f"got {shown(value)}"
            )
    to_link(experiment)


def words(experiment: Experiment, page: Mapping[str, str]) -> str:
    """The link that stands after "#" where nobody wrote another: the experiment, and what the words
    of a `page` of the dashboard say of where it stands; its title is under "page". Raises
    ExperimentError as `check` does."""
    check(experiment)
    known = (*CONTROLS, *INPUTS, "v", "equations")
    said = {name: word for name, word in to_link(experiment).items() if name in known}
    link = urlencode(said | {name: page[name] for name in PLACES if page.get(name)})
    view = page.get("page", "")
    return f"{view}?{link}" if view in VIEWS else link


def own_cell(experiment: Experiment) -> dict[str, str]:
    """The words of a link that make a person's own cell, which is "own" in the file; of a
    registered one, none."""
    if experiment.cell_name != NAME:
        return {}
    link = to_link(experiment)
    return {name: link[name] for name in ("cell", "equations")}
