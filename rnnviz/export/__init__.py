"""What leaves the program: pictures, pages of pictures and data, as files for other programs."""

from rnnviz.export.flags import add_experiment, experiment

__all__ = ["add_experiment", "experiment"]
