"""How steps move the state, and how far each step's loss reaches back.

Of a Pass: the cell's own chain rule (`engine.StepsBack`), fed other gradients than the loss's. Of a
network without a run, as a map of its state (`engine.StepMap`): where it settles, and how fast
neighbouring states part.
"""

from rnnviz.core.dynamics import phase
from rnnviz.core.dynamics.basins import basins
from rnnviz.core.dynamics.bifurcation import bifurcation
from rnnviz.core.dynamics.by_loss_step import (
    gradients_by_loss_step,
    itemised,
    itemised_steps,
)
from rnnviz.core.dynamics.diagrams import (
    PREVIEW,
    WINDOWS,
    Bifurcation,
    Phase,
    bifurcation_diagram,
    has_forget_bias,
    phase_diagram,
    place_of,
)
from rnnviz.core.dynamics.fixed_points import fixed_points, starts
from rnnviz.core.dynamics.growth import growth
from rnnviz.core.dynamics.held import HELD, Heard, under
from rnnviz.core.dynamics.jacobian import (
    jacobian_steps,
    jacobians,
    mean_stretch,
    singular_values,
    terms,
)
from rnnviz.core.dynamics.lyapunov import Spectrum, lyapunov, spectrum
from rnnviz.core.dynamics.memory import PUSH, felt, half_life, pushed
from rnnviz.core.dynamics.newton import AtOnce, at_once
from rnnviz.core.dynamics.parting import exponents_of
from rnnviz.core.dynamics.parts import exhausted
from rnnviz.core.dynamics.plane import Plane, arrows, box, nullclines, plane
from rnnviz.core.dynamics.points import FixedPoint, FixedPoints
from rnnviz.core.dynamics.readout import RIDGE, decoded, ridge
from rnnviz.core.dynamics.resting import resting
from rnnviz.core.dynamics.settling import Settling, settle, settling
from rnnviz.core.dynamics.slices import apart
from rnnviz.core.dynamics.space import Space, space
from rnnviz.core.dynamics.surgery import Surgery, distance, operated
from rnnviz.core.engine import StepMap

__all__ = [
    "HELD",
    "PREVIEW",
    "PUSH",
    "RIDGE",
    "WINDOWS",
    "AtOnce",
    "Bifurcation",
    "FixedPoint",
    "FixedPoints",
    "Heard",
    "Phase",
    "Plane",
    "Settling",
    "Space",
    "Spectrum",
    "StepMap",
    "Surgery",
    "apart",
    "arrows",
    "at_once",
    "basins",
    "bifurcation",
    "bifurcation_diagram",
    "box",
    "decoded",
    "distance",
    "exhausted",
    "exponents_of",
    "felt",
    "fixed_points",
    "gradients_by_loss_step",
    "growth",
    "half_life",
    "has_forget_bias",
    "itemised",
    "itemised_steps",
    "jacobian_steps",
    "jacobians",
    "lyapunov",
    "mean_stretch",
    "nullclines",
    "operated",
    "phase",
    "phase_diagram",
    "place_of",
    "plane",
    "pushed",
    "resting",
    "ridge",
    "settle",
    "settling",
    "singular_values",
    "space",
    "spectrum",
    "starts",
    "terms",
    "under",
]
