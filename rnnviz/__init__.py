"""rnnviz: see recurrent networks work. Experiment -> run -> Run, with nothing but NumPy."""

from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run, run_many
from rnnviz.core.types import Run

__version__ = "0.1.0"
__all__ = ["CELLS", "Experiment", "ExperimentError", "Run", "run", "run_many"]
