"""What leaves the program: pictures, pages of pictures and data, as files for other programs."""

from rnnviz.export.choices import add_choices
from rnnviz.export.flags import add_experiment, experiment

__all__ = ["add_choices", "add_experiment", "experiment"]
