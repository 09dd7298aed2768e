"""Trained models as numbers of our own: layers that read, a head, classes; and a review's way
through them, with the gradient's way back."""

from rnnviz.sentiment.network import classes
from rnnviz.sentiment.network.model import Model, Recurrent, Way
from rnnviz.sentiment.network.pointwise import Dense, Normed, Pointwise, Scaled, Squashed
from rnnviz.sentiment.network.walk import Walk, embed, masked, walk

__all__ = [
    "Dense",
    "Model",
    "Normed",
    "Pointwise",
    "Recurrent",
    "Scaled",
    "Squashed",
    "Walk",
    "Way",
    "classes",
    "embed",
    "masked",
    "walk",
]
