"""`python -m rnnviz dynamics`: where a network settles, whether neighbouring states part, how long
it remembers, and what becomes of it over its settings."""

import argparse
import sys
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    from rnnviz.export import add_experiment

    one = commands.add_parser(
        "dynamics",
        help="fixed points, Lyapunov exponents, diagrams over gain and bias, memory",
        usage="rnnviz dynamics [what is asked] [--run DIR | the experiment]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="the pictures of it: rnnviz export --pages dynamics --held ..\n\n"
        "  python -m rnnviz dynamics --cell gru --n-a 8\n"
        "  python -m rnnviz dynamics --weights run-rnn --input neutral --format json\n"
        "  python -m rnnviz dynamics --cell gru --input 0.5,-1,2\n"
        "  python -m rnnviz dynamics --run flip-flop --what fixed-points --format csv\n"
        "  python -m rnnviz dynamics --what lyapunov --format csv --out exponents.csv\n"
        "  python -m rnnviz dynamics --what phase --window 2500 --format svg --out phase.svg\n"
        "  python -m rnnviz dynamics --what bifurcation --along forget_bias\n"
        "  python -m rnnviz dynamics --weights run-rnn --input neutral --what bifurcation\n"
        "  python -m rnnviz dynamics --what bifurcation,memory --format html --out both.html",
    )
    asked = one.add_argument_group("what is asked")
    asked.add_argument("--what", default="fixed-points,lyapunov", metavar="LIST",
                       help="fixed-points, lyapunov, bifurcation, phase, memory; one of them in "
                       "csv and svg (%(default)s)")  # fmt: skip
    asked.add_argument("--run", type=Path, metavar="DIR", help="of a trained network: a folder "
                       "of rnnviz sentiment or of rnnviz train")  # fmt: skip
    asked.add_argument("--input", "--held", dest="held", default="zero", metavar="WHAT",
                       help="what comes in: zero, mean, constant, driven, a word of a trained "
                       "network, or n_x numbers such as 0.5,-1,2 (zero)")  # fmt: skip
    asked.add_argument("--value", type=float, default=1.0, metavar="N",
                       help="every input, with --input constant (%(default)s)")  # fmt: skip
    asked.add_argument("--unit", type=int, default=1, metavar="N",
                       help="whose bifurcation is told, from 1 (%(default)s)")  # fmt: skip
    asked.add_argument("--along", default="gain", metavar="WHAT",
                       help="what its bifurcation is over: gain, forget_bias, input, or a number "
                       "of a parameter such as Waa[1,2] or ba[3] (%(default)s); of trained weights "
                       "the gain is a factor, the forget bias a shift")  # fmt: skip
    asked.add_argument("--window", default="500", metavar="N",
                       help="steps of many networks: 500 or 2500 (%(default)s)")  # fmt: skip
    asked.add_argument("--format", default="text", metavar="NAME",
                       help="text, json, csv, html, svg (%(default)s)")  # fmt: skip
    asked.add_argument("--out", type=Path, metavar="FILE", help="file to write (standard output)")
    add_experiment(one)
    return one


def main(chosen: argparse.Namespace) -> int:
    """Find and print them; raises ExperimentError."""
    from rnnviz.core.dynamics import WINDOWS
    from rnnviz.core.errors import ExperimentError, check_choice
    from rnnviz.export import dynamics

    if not abs(chosen.value) < float("inf"):
        raise ExperimentError(f"value must be finite, got {chosen.value}")
    check_choice("window", chosen.window, [str(steps) for steps in WINDOWS])
    done = _run(chosen)
    if not 1 <= chosen.unit <= done.trace.n_a:
        most = done.trace.n_a
        raise ExperimentError(f"unit must be between 1 and {most}, got {chosen.unit}")
    said = {"held": chosen.held, "value": chosen.value, "window": int(chosen.window)}
    said |= {"unit": chosen.unit - 1, "along": chosen.along}
    what, between = chosen.what.split(","), _Counted() if sys.stderr.isatty() else _silent
    content = dynamics.told(done, said, what, chosen.format, between)
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


def _run(chosen: argparse.Namespace):
    """The Run of the flags, or the Pass of a trained network in a folder."""
    from rnnviz.core.errors import ExperimentError, shown
    from rnnviz.core.run import run
    from rnnviz.export.flags import experiment
    from rnnviz.sentiment import networks
    from rnnviz.tasks.runs.passes import pass_of_run

    if chosen.run is None:
        return run(experiment(chosen))
    if chosen.weights != "drawn":
        raise ExperimentError(f"weights must not be given beside a run, got {chosen.weights}")
    if not chosen.run.is_dir():
        raise ExperimentError(
            f"run must be a folder of rnnviz sentiment or train, got {shown(str(chosen.run))}"
        )
    if not (chosen.run / "model.keras").exists():
        return pass_of_run(chosen.run)
    chosen.weights = networks.of_folder(chosen.run)
    return run(experiment(chosen))


class _Counted:
    """Says how far the work has come: the share that is done, or the round of a search."""

    def __init__(self):
        self.rounds, self.said = 0, ""

    def __call__(self, share: float | None) -> None:
        self.rounds += 1
        told = (
            f"searching, round {self.rounds}" if share is None else f"many networks, {share:4.0%}"
        )
        if told != self.said:
            self.said = told
            print(f"\r{told:30}", end="", file=sys.stderr, flush=True)


def _silent(share: float | None) -> None:
    pass
