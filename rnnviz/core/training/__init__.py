"""How parameters follow their gradients: batches, heads, optimisers, the loop and its record."""

from rnnviz.core.training.batches import PROBED, Batch, Key, Learnable, held_out
from rnnviz.core.training.broken import walk_back
from rnnviz.core.training.culprit import Fault
from rnnviz.core.training.flat import Flat
from rnnviz.core.training.gradient_check import Found, gradient_check
from rnnviz.core.training.heads import HEADS, judge, share_right
from rnnviz.core.training.loop import Training
from rnnviz.core.training.mistakes import MISTAKES, Mistake
from rnnviz.core.training.objective import objective
from rnnviz.core.training.optimisers import (
    EPSILONS,
    OPTIMISERS,
    SGD,
    Adam,
    Moments,
    RMSProp,
    epsilon_inside,
    epsilon_outside,
)
from rnnviz.core.training.record import Frames, Record
from rnnviz.core.training.resume import restore, snapshot
from rnnviz.core.training.seen import recurrent_matrix
from rnnviz.core.training.settings import SCHEDULES, Settings
from rnnviz.core.training.still import still
from rnnviz.core.training.still import told as still_told

__all__ = [
    "EPSILONS",
    "HEADS",
    "MISTAKES",
    "OPTIMISERS",
    "PROBED",
    "SCHEDULES",
    "SGD",
    "Adam",
    "Batch",
    "Fault",
    "Flat",
    "Found",
    "Frames",
    "Key",
    "Learnable",
    "Mistake",
    "Moments",
    "RMSProp",
    "Record",
    "Settings",
    "Training",
    "epsilon_inside",
    "epsilon_outside",
    "gradient_check",
    "held_out",
    "judge",
    "objective",
    "recurrent_matrix",
    "restore",
    "share_right",
    "snapshot",
    "still",
    "still_told",
    "walk_back",
]
