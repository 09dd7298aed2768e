"""`python -m rnnviz dynamics`: where a network settles, and how fast neighbouring states part."""

import argparse
import sys
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    from rnnviz.export import add_experiment

    one = commands.add_parser(
        "dynamics",
        help="find fixed points and Lyapunov exponents",
        usage="rnnviz dynamics [what is asked] [the experiment]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="the pictures of it: rnnviz export --pages dynamics --held ..\n\n"
        "  python -m rnnviz dynamics --cell gru --n-a 8\n"
        "  python -m rnnviz dynamics --weights run-rnn --held neutral --format json\n"
        "  python -m rnnviz dynamics --what lyapunov --format csv --out exponents.csv",
    )
    asked = one.add_argument_group("what is asked")
    asked.add_argument("--what", default="fixed-points,lyapunov", metavar="LIST",
                       help="in json and csv: %(default)s")  # fmt: skip
    asked.add_argument("--held", default="zero", metavar="WHAT", help="what comes in: zero, mean, "
                       "constant, driven, or a word of a trained network (zero)")  # fmt: skip
    asked.add_argument("--value", type=float, default=1.0, metavar="N",
                       help="every input, with --held constant (%(default)s)")  # fmt: skip
    asked.add_argument("--format", default="text", metavar="NAME", help="text, json, csv (text)")
    asked.add_argument("--out", type=Path, metavar="FILE", help="file to write (standard output)")
    add_experiment(one)
    return one


def main(chosen: argparse.Namespace) -> int:
    """Find and print them; raises ExperimentError."""
    from rnnviz.core.errors import ExperimentError
    from rnnviz.core.run import run
    from rnnviz.export import dynamics
    from rnnviz.export.flags import experiment

    if not abs(chosen.value) < float("inf"):
        raise ExperimentError(f"value must be finite, got {chosen.value}")
    done = run(experiment(chosen))
    what, between = chosen.what.split(","), _Counted() if sys.stderr.isatty() else _silent
    content = dynamics.told(done, chosen.held, chosen.value, what, chosen.format, between)
    if isinstance(between, _Counted):
        print(file=sys.stderr)
    if chosen.out is None:
        print(content)
        return 0
    try:
        chosen.out.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise ExperimentError(f"out must be a file to write, got: {error.strerror}") from None
    print(chosen.out)
    return 0


class _Counted:
    """Says how far the search has come."""

    def __init__(self):
        self.rounds = 0

    def __call__(self, share: float | None) -> None:
        self.rounds += 1
        print(f"\rsearching, round {self.rounds}", end="", file=sys.stderr, flush=True)


def _silent(share: float | None) -> None:
    pass
