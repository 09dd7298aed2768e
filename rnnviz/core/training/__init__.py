"""How parameters follow their gradients."""

from rnnviz.core.training.batches import Batch, Key, Learnable
from rnnviz.core.training.optimisers import Adam, Moments, epsilon_inside, epsilon_outside

__all__ = [
    "Adam",
    "Batch",
    "Key",
    "Learnable",
    "Moments",
    "epsilon_inside",
    "epsilon_outside",
]
