"""`python -m rnnviz film`: a run as a film, forward through time and the gradient's way back."""

import argparse
import sys
import time
from pathlib import Path

_EVERY = 0.1  # seconds between two lines of the bar
_WIDTH = 30  # of the bar, in characters


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    from rnnviz.export import add_experiment
    from rnnviz.export.film.choices import BOUNDS, CHOICES, Film

    default = Film()
    one = commands.add_parser(
        "film",
        help="film a run, forward and backward through time",
        usage="rnnviz film --out FILE [the film] [the experiment]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="  python -m rnnviz film --out lstm.webp\n"
        "  python -m rnnviz film --cell gru --steps 200 --seconds 30 --theme dark --out gru.mp4\n"
        "  python -m rnnviz film --direction backward --pace 0.5 --height 720 --out back.gif\n"
        "  python -m rnnviz film --picture both --unit 3 --out cell.webp",
    )
    asked = one.add_argument_group("the film")
    asked.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    asked.add_argument(
        "--format", metavar="NAME",
        help=f"{', '.join(CHOICES['format'])} which takes ffmpeg (as FILE is named)",
    )  # fmt: skip
    for name in ("picture", "direction", "theme"):
        value = getattr(default, name)
        told = f"{', '.join(CHOICES[name])} ({value})"
        asked.add_argument(f"--{name}", default=value, metavar="NAME", help=told)
    asked.add_argument("--sequence", type=int, default=1, metavar="N", help="from 1 (1)")
    asked.add_argument("--unit", type=int, default=1, metavar="N", help="from 1 (1)")
    speed = asked.add_mutually_exclusive_group()
    low, high = BOUNDS["pace"]
    speed.add_argument(
        "--pace", type=float, default=default.pace, metavar="SECONDS",
        help=f"how long a step stays, {low} to {high} ({default.pace})",
    )  # fmt: skip
    speed.add_argument("--frames", type=float, metavar="N", help="the same in pictures a step")
    speed.add_argument("--seconds", type=float, metavar="N", help="length of the whole film")
    for name, words in (("rate", "pictures a second"), ("height", "in pixels, even, as 16:9")):
        low, high = BOUNDS[name]
        value = getattr(default, name)
        told = f"{words}, {low} to {high} ({value})"
        asked.add_argument(f"--{name}", type=int, default=value, metavar="N", help=told)
    asked.add_argument("--once", action="store_true", help="play it once, not again and again")
    add_experiment(one)
    return one


def main(chosen: argparse.Namespace) -> int:
    """Make the film, with a bar where somebody watches. Raises ExperimentError."""
    from rnnviz.core.run import run
    from rnnviz.export import experiment
    from rnnviz.export.film import make

    described = experiment(chosen)
    film = _film(chosen, described.T_x)
    film.check(described)
    make(run(described), film, chosen.out, _Bar() if sys.stderr.isatty() else _silent)
    print(chosen.out)
    return 0


def _film(chosen: argparse.Namespace, T_x: int):
    from rnnviz.export.film.choices import Film, pace_for

    pace = chosen.pace
    if chosen.frames is not None:
        pace = chosen.frames / max(1, chosen.rate)
    elif chosen.seconds is not None:
        pace = pace_for(chosen.seconds, chosen.direction, T_x)
    named = chosen.out.suffix.removeprefix(".").lower()
    ending = {"png": "apng"}.get(named, named)
    return Film(
        picture=chosen.picture,
        direction=chosen.direction,
        sequence=chosen.sequence - 1,
        unit=chosen.unit - 1,
        pace=pace,
        rate=chosen.rate,
        height=chosen.height,
        theme=chosen.theme,
        format=chosen.format or ending,
        loop=not chosen.once,
    )


def _silent(done: int, count: int) -> None:
    pass


class _Bar:
    """How far the film is, on one line of the terminal."""

    def __init__(self):
        self.last = 0.0

    def __call__(self, done: int, count: int) -> None:
        now = time.monotonic()
        if done < count and now - self.last < _EVERY:
            return
        self.last = now
        bar = "#" * (_WIDTH * done // count)
        end = "\n" if done == count else ""
        print(f"\r[{bar:{_WIDTH}}] {done} of {count}", end=end, file=sys.stderr, flush=True)
