"""What pictures of a run may be chosen of: the flags of a command line, and what they make."""

import argparse
from collections.abc import Mapping
from typing import Any

from rnnviz.core.dynamics import PREVIEW, WINDOWS
from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.experiment import Experiment

_WHICH = {  # by flag: the choice, which counts from 0, and the sizes that bound it
    "at": ("t", "T_x", "the step that is shown"),
    "sequence": ("sequence", "m", "the sequence that is shown"),
    "unit": ("unit", "n_a", "the unit that is followed"),
}
_WINDOWS = [str(steps) for steps in WINDOWS]
_PLAIN = (
    ("lag", "lag"),
    ("clip", "clip"),
    ("since", "since"),
    ("band", "seeds"),
    ("window", "window"),
)


def add_choices(parser: argparse.ArgumentParser) -> None:
    """The flags, as a group of their own; all count from 1."""
    group = parser.add_argument_group("what they show")
    for flag, (_, _, words) in _WHICH.items():
        group.add_argument(f"--{flag}", type=int, metavar="N", help=f"{words}, from 1 (1)")
    group.add_argument(
        "--units", default="", metavar="LIST", help="units drawn as lines, such as 1,4 (1)"
    )
    group.add_argument("--lag", type=int, metavar="N", help="steps that each loss is carried back")
    group.add_argument("--clip", type=float, metavar="NORM", help="norm at which gradients are cut")
    group.add_argument(
        "--held",
        metavar="WHAT",
        help="what Dynamics lets in: zero, constant, mean, "
        "driven, or a word of a trained network (zero)",
    )
    group.add_argument("--value", type=float, metavar="N", help="the input of --held constant (1)")
    group.add_argument(
        "--window",
        metavar="N",
        help=f"steps of Dynamics' diagrams of many networks: {' or '.join(_WINDOWS)} ({PREVIEW})",
    )
    group.add_argument(
        "--surgery",
        metavar="WHAT",
        help="what Dynamics does to a run: push, silence, a gate held: f-0, f-0.25, .. (push)",
    )
    group.add_argument(
        "--along",
        metavar="WHAT",
        help="what Dynamics' bifurcation is over: gain, forget_bias, input, a number such as "
        "Waa[1,2] (gain)",
    )
    group.add_argument("--since", type=int, metavar="T", help="the step from which on (T_x / 3)")
    group.add_argument("--band", type=int, metavar="N", help="seeds of Compare's band (20)")


def choices(chosen: argparse.Namespace, one: Experiment) -> dict[str, Any]:
    """What was chosen of an experiment's pictures, by the names that exhibits know, only what was
    said. Raises ExperimentError."""
    said: dict[str, Any] = {}
    for flag, (name, size, _) in _WHICH.items():
        value = getattr(chosen, flag)
        if value is not None:
            said[name] = _counted(flag, value, getattr(one, size))
    if chosen.units:
        said["units"] = [_counted("units", word, one.n_a) for word in chosen.units.split(",")]
    if chosen.lag is not None:
        said["lag"] = _counted("lag", chosen.lag, one.T_x) + 1
    if chosen.clip is not None:
        if not 0 < chosen.clip < float("inf"):
            raise ExperimentError(f"clip must be above 0, got {shown(chosen.clip)}")
        said["clip"] = chosen.clip
    said |= {
        n: v
        for n in ("held", "value", "surgery", "since", "along")
        if (v := getattr(chosen, n)) is not None
    }
    if not abs(said.get("value", 0.0)) < float("inf"):
        raise ExperimentError(f"value must be finite, got {shown(said['value'])}")
    if chosen.band is not None:
        if not 2 <= chosen.band <= 100:
            raise ExperimentError(f"band must be between 2 and 100, got {shown(chosen.band)}")
        said["seeds"] = chosen.band
    if chosen.window is not None:
        check_choice("window", chosen.window, _WINDOWS)
        said["window"] = int(chosen.window)
    return said


def flags(said: Mapping[str, Any]) -> list[str]:
    """The flags that make the same choices again; what pictures alone may choose is left out."""
    words = []
    for flag, (name, _, _) in _WHICH.items():
        if said.get(name) is not None:
            words += [f"--{flag}", str(said[name] + 1)]
    if "units" in said:
        words += ["--units", ",".join(str(unit + 1) for unit in said["units"])]
    if said.get("held", "zero") != "zero":
        words += ["--held", said["held"]]
        words += ["--value", repr(said["value"])] if said["held"] == "constant" else []
    words += ["--surgery", said["surgery"]] if said.get("surgery", "push") != "push" else []
    words += ["--along", said["along"]] if said.get("along", "gain") != "gain" else []
    for flag, name in _PLAIN:
        if said.get(name) is not None:
            words += [f"--{flag}", repr(said[name])]
    return words


def yes(name: str, word: str) -> bool:
    """Whether a flag says yes. Raises ExperimentError."""
    check_choice(name, word, ("yes", "no"))
    return word == "yes"


def _counted(flag: str, value: int | str, most: int) -> int:
    """A number from 1 to `most`, from 0."""
    number = int(value) if isinstance(value, int) or value.isdecimal() else 0
    if not 1 <= number <= most:
        raise ExperimentError(f"{flag} must be between 1 and {most}, got {shown(value)}")
    return number - 1
