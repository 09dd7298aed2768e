"""`python -m rnnviz sentiment`: train some cells on one dataset, one after the other."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import comparison, data
from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.runs import OVER, Folder
from rnnviz.sentiment.settings import Settings, recipe

_WIDTH = 30  # of the bar, in characters
_OF_A_FILE = ("text_column", "label_column", "header", "positive", "threshold")


def train(chosen) -> int:
    """Carry the command's words out; returns the exit code. Raises ExperimentError on bad ones."""
    changed = dict(_setting(word) for word in chosen.set) | {"seed": chosen.seed}
    changed |= {name: value for name in _OF_A_FILE if (value := getattr(chosen, name))}
    if chosen.epochs is not None:
        changed["epochs"] = chosen.epochs
    asked = [
        recipe(chosen.recipe, chosen.data, cell, **changed) for cell in chosen.cells.split(",")
    ]
    if chosen.data not in ("builtin", "imdb") and not chosen.data.endswith(".npz"):
        for said in data.load(asked[0]).told:  # what is wrong is said before anything runs
            print(said)
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExperimentError(f"out must be a folder, got: {error.strerror}") from None
    with ThreadPoolExecutor(1) as executor:
        jobs, done = Jobs(executor, chosen.out), []
        try:
            for settings in asked:
                folder = jobs.submit(settings)
                _follow(folder, settings)
                done.append(folder)
        except KeyboardInterrupt:
            jobs.cancel(folder)
            return 130
    failed = [folder for folder in done if folder.progress()["state"] != "done"]
    rows = comparison.rows(done)
    (chosen.out / "comparison.json").write_text(json.dumps(rows, indent=1))
    print(comparison.table(rows))
    print(comparison.verdict(rows))
    for folder in failed:
        print(f"{folder.name}: {folder.progress().get('reason', 'failed')}", file=sys.stderr)
    return 1 if failed else 0


def _setting(word: str) -> tuple[str, object]:
    """NAME=VALUE as a field of Settings."""
    name, _, value = word.partition("=")
    kinds = {field.name: field.type for field in fields(Settings)}
    if name not in kinds or name in ("data", "cell", "recipe"):
        raise ExperimentError(f"--set must name a setting, got {shown(name)}")
    if kinds[name] is bool:
        if value not in ("true", "false"):
            raise ExperimentError(f"{name} must be true or false, got {shown(value)}")
        return name, value == "true"
    try:
        return name, kinds[name](value)
    except ValueError:
        raise ExperimentError(
            f"{name} must be of type {kinds[name].__name__}, got {shown(value)}"
        ) from None


def _follow(folder: Folder, settings: Settings) -> None:
    """Print a bar until the run is over; one line a run where the output is no terminal."""
    live = sys.stdout.isatty()
    while (progress := folder.progress())["state"] not in OVER:
        if live:
            print(f"\r{_bar(settings, progress)}", end="", flush=True)
        time.sleep(0.2)
    end = f"{settings.cell:5}{progress['state']}"
    print(f"\r{end:{_WIDTH + 50}}" if live else f"{end} ({folder.id})")


def _bar(settings: Settings, progress: dict) -> str:
    epochs, batches = progress.get("epochs", settings.epochs), progress.get("batches", 1)
    share = (progress.get("epoch", 0) + progress.get("batch", 0) / batches) / max(1, epochs)
    bar = "#" * round(_WIDTH * min(1, share))
    words = progress.get("stage", progress["state"])
    if "loss" in progress:
        words = f"loss {progress['loss']:.3f} accuracy {progress['accuracy']:.3f}"
        words += f" {progress['seconds_left']:.0f} s left"
    return f"{settings.cell:5}[{bar:{_WIDTH}}] {words:40}"
