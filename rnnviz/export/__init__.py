"""`python -m rnnviz export`: figures and data of an experiment as files."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np

from rnnviz.core import dynamics, tidy
from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import CHOICES, Experiment
from rnnviz.core.run import run
from rnnviz.core.types import Run

_IMAGES = ("png", "svg", "pdf", "webp")  # through Kaleido and a Chrome
_PLAIN = ("html", "csv", "npz", "json")
FORMATS = (*_IMAGES, *_PLAIN)
_NAMES = {"T_x": "steps"}  # a word that a shell types more easily


def add_experiment(parser: argparse.ArgumentParser) -> None:
    """One flag for each field of Experiment, made from the Experiment itself."""
    default = Experiment()
    for field in fields(Experiment):
        value = getattr(default, field.name)
        if field.name == "series":
            continue
        name = _NAMES.get(field.name, field.name).replace("_", "-")
        choices = CELLS if field.name == "cell" else CHOICES.get(field.name)
        words = f"{', '.join(choices)} " if choices else ""
        parser.add_argument(
            f"--{name}", dest=field.name, type=type(value), default=value, help=f"{words}({value})",
            metavar=type(value).__name__.upper(),
        )  # fmt: skip


def experiment(chosen: argparse.Namespace) -> Experiment:
    """The Experiment that the flags name."""
    given = vars(chosen)
    return Experiment(**{f.name: given[f.name] for f in fields(Experiment) if f.name in given})


def figures_of(result: Run, mode: str = "light") -> dict[str, object]:
    """Every figure of one run by its name."""
    from rnnviz import figures

    steps, few = dynamics.itemised_steps(result), dynamics.jacobian_steps(result)
    items, values = dynamics.itemised(result, steps), dynamics.singular_values(result, 0, few)
    made = {
        "step": figures.step.flow(result, mode=mode),
        "states": figures.states.overview(result, mode=mode),
        "trajectory": figures.states.trajectory(result, mode=mode),
        "saturation": figures.states.saturation(result, mode=mode),
        "gradients": figures.gradients.norms(result, mode=mode),
        "items": figures.gradients.itemised(result, items, steps, mode=mode),
        "singular-values": figures.gradients.singular_values(result, values, few, mode=mode),
    }
    if result.cell.shown_gates:
        made["gates"] = figures.gates.overview(result, mode=mode)
        made["stuck-gates"] = figures.gates.saturation(result, mode=mode)
    if result.cell.memory:
        made["memory"] = figures.gates.memory(result, mode=mode)
    return made


def export(chosen: argparse.Namespace) -> int:
    """Write what was asked for into a folder; returns the exit code."""
    formats = chosen.format.split(",")
    for name in formats:
        if name not in FORMATS:
            raise ExperimentError(f"format must be one of {', '.join(FORMATS)}, got {shown(name)}")
    result = run(experiment(chosen))
    made = figures_of(result, chosen.theme)
    names = list(made) if chosen.figures == "all" else chosen.figures.split(",")
    for name in names:
        if name not in made:
            raise ExperimentError(f"figures must be all or of {', '.join(made)}, got {shown(name)}")
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        written = [*_data(result, chosen.out, formats)]
        for name in names:
            written += _figure(
                made[name], chosen.out / name, formats, result.experiment, chosen.theme
            )
    except OSError as error:
        raise ExperimentError(f"out must be a folder to write to, got: {error.strerror}") from None
    print(*written, sep="\n")
    return 0


def _data(result: Run, out: Path, formats: list[str]):
    stem = f"{result.experiment.cell}-seed{result.experiment.seed}"
    if "csv" in formats:
        with open(out / f"{stem}.csv", "w") as file:
            file.writelines(tidy.csv_lines(result))
        yield out / f"{stem}.csv"
    if "npz" in formats:
        np.savez_compressed(out / f"{stem}.npz", **tidy.arrays(result))
        yield out / f"{stem}.npz"
    if "json" in formats:
        (out / f"{stem}.json").write_text(tidy.settings(result.experiment))
        yield out / f"{stem}.json"


def _figure(fig, path: Path, formats: list[str], e: Experiment, theme: str) -> list[Path]:
    from rnnviz import __version__
    from rnnviz.figures.theme import MODES

    words = (
        f"{e.cell}, seed {e.seed}, n_x {e.n_x}, n_a {e.n_a}, n_y {e.n_y}, m {e.m}, T_x {e.T_x}, "
        f"rnnviz {__version__}"
    )
    ink = MODES[theme]
    subtitle = {"text": words, "font": {"size": 11, "color": ink.quiet}}
    fig.update_layout(
        title_subtitle=subtitle, width=960, paper_bgcolor=ink.ground, plot_bgcolor=ink.ground
    )
    written = []
    for end in formats:
        target = path.with_suffix(f".{end}")
        if end == "html":
            fig.write_html(target, include_plotlyjs=True)
        elif end in _IMAGES:
            try:
                fig.write_image(target, scale=1 if end in ("svg", "pdf") else 2)
            except (RuntimeError, ValueError, ImportError):
                raise ExperimentError(
                    f"{end} needs Kaleido (pip install kaleido) and a Chrome or Chromium; "
                    f"{', '.join(_PLAIN)} need neither"
                ) from None
        else:
            continue
        written.append(target)
    return written


def main(chosen: argparse.Namespace) -> int:
    """Export, or say in one sentence why not."""
    try:
        return export(chosen)
    except ExperimentError as error:
        print(f"rnnviz export: {error}", file=sys.stderr)
        return 2
