"""The Training page's parts: what learns what and how, and the pictures that follow it."""

from rnnviz.ui.learning.choose import choose
from rnnviz.ui.learning.follow import follow

__all__ = ["choose", "follow"]
