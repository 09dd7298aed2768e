"""What the player's keys ask for, so that a demonstration needs no side panel: a cell, a seed."""

from dataclasses import replace

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import notebook_cells
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import SETTINGS
from rnnviz.ui.controls.scenes import hear_scene, scene_keys
from rnnviz.ui.controls.session import store

SEED = "seed"


def demo_keys() -> list[dict[str, str]]:
    """What the player may ask for: the key, the word that comes back, and what it is called."""
    first = enumerate(notebook_cells()[:3], 1)
    keys = [{"key": f"{n}", "asks": cell, "label": CELLS[cell].title} for n, cell in first]
    return [*keys, {"key": "s", "asks": SEED, "label": "new seed"}, *scene_keys()]


def hear_asked(key: str) -> None:
    """Take what a component's trigger `asked` said: one of the notebook's cells, or the next seed,
    or a scene.

    Anything else is not ours, and is left out; so is a cell whose run would not fit, and a seed
    where the weights come from none.
    """
    said, kept = st.session_state.get(key, {}).get("asked"), store()
    if isinstance(said, str) and hear_scene(said):
        return
    experiment = kept.experiment
    if said == SEED and experiment.weights == DRAWN:
        most = SETTINGS["seed"].bounds[1]
        experiment = replace(experiment, seed=experiment.seed % most + 1)
    elif isinstance(said, str) and said in notebook_cells():
        try:
            experiment = experiment.in_cells([said]).get(said, experiment)
        except ExperimentError:
            return
    kept.adopted |= experiment != kept.experiment
    kept.experiment = experiment
