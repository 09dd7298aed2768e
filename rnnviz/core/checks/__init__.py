"""What a run's numbers are checked against: computed, expected, tolerance and verdict."""

from rnnviz.core.checks.check import Check, Unchecked, Verdict

__all__ = ["Check", "Unchecked", "Verdict"]
