"""How one step moves the state, and how far each step's loss reaches back; of any Pass.

Everything here is the cell's own chain rule (`engine.StepsBack`), fed other gradients than the
loss's.
"""

from rnnviz.core.dynamics.by_loss_step import (
    gradients_by_loss_step,
    itemised,
    itemised_steps,
)
from rnnviz.core.dynamics.jacobian import (
    jacobian_steps,
    jacobians,
    mean_stretch,
    singular_values,
    terms,
)

__all__ = [
    "gradients_by_loss_step",
    "itemised",
    "itemised_steps",
    "jacobian_steps",
    "jacobians",
    "mean_stretch",
    "singular_values",
    "terms",
]
