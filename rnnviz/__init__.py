"""rnnviz: see recurrent networks work. Experiment -> run -> Run, with nothing but NumPy.

>>> import rnnviz
>>> list(rnnviz.CELLS)[:3]
['rnn', 'lstm', 'gru']
>>> run = rnnviz.run(rnnviz.Experiment(cell="lstm", seed=7, T_x=40))
>>> run.trace.gates["forget"].shape, run.gradients.states["c"].shape  # (n_a, m, T_x)
((16, 10, 40), (16, 10, 40))
"""

from rnnviz.core import networks
from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.passes import pass_of
from rnnviz.core.run import run, run_many
from rnnviz.core.types import Run

__version__ = "0.1.0"
networks.provide("rnnviz.sentiment.networks")  # read when trained weights are first asked for
networks.provide("rnnviz.tasks.networks")
__all__ = ["CELLS", "Experiment", "ExperimentError", "Run", "pass_of", "run", "run_many"]
