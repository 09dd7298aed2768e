"""How parameters follow their gradients."""

from rnnviz.core.training.optimisers import Adam, Moments, epsilon_inside, epsilon_outside

__all__ = ["Adam", "Moments", "epsilon_inside", "epsilon_outside"]
