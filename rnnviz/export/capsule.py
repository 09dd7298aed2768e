"""A capsule: one zip that holds an experiment, its numbers, its figures and a script; and back.

A capsule is data. Of one that comes in only the settings are read, as JSON, bounded before it is
unpacked and judged by Experiment, and the network, where its weights are trained and not here: as
plain arrays, each bounded, which are kept under a name that is made here. Nothing in it is run or
unpickled.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO

from rnnviz.core.array_files import MOST_BYTES
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN, Weights, find, taken
from rnnviz.core.types import Run
from rnnviz.core.versions import DEFAULTS
from rnnviz.exhibits import of_pass
from rnnviz.export import data, offline
from rnnviz.export.page.page import page
from rnnviz.export.unpacked import SETTINGS, member, settings

ARRAYS, SCRIPT = "arrays.npz", "script.py"
FIGURES, LIVE, NETWORK = "figures.html", "rnnviz.html", "network.npz"
_PACKED = (ARRAYS, NETWORK)


@dataclass(frozen=True)
class Capsule:
    """What a capsule says: its experiment, the program that wrote it, and SHA-256 by array."""

    experiment: Experiment
    program: str
    digests: Mapping[str, str]

    def verdict(self, here: Mapping[str, str]) -> str:
        """One sentence on whether a run here, by its digests, has the bits that were promised."""
        if not self.digests:
            return "The file holds no digests, so there is nothing to compare this run with."
        off = [name for name, digest in here.items() if digest != self.digests.get(name)]
        if not off:
            return f"Computed again on this machine, all {len(here)} arrays agree to the last bit."
        return (
            f"Computed again on this machine, {len(off)} of {len(here)} arrays have other bits "
            f"({shown(', '.join(off))}): another processor, NumPy or rnnviz rounds otherwise."
        )


def write(run: Run, out: BinaryIO) -> None:
    """The capsule of a run; the same run gives the same bytes.

    A network that is too large to be carried stays behind, and so does the file that computes the
    run, where it cannot.
    """
    files = {SETTINGS: data.made(data.json, run), ARRAYS: data.made(data.npz, run)}
    files[SCRIPT] = data.made(data.script, run)
    e, network = run.experiment, run.experiment.network
    whose = f"weights {e.weights}" if network else f"seed {e.seed}"
    about = _ABOUT.format(title=run.cell.title, whose=whose)
    if network:
        try:
            files[NETWORK] = network.pack()
            about += f"\n{NETWORK}   the network: its weights, its words and their vectors\n"
        except ExperimentError as error:
            about += f"\nWithout {NETWORK}: {error}.\n"
    files[FIGURES] = offline.html(of_pass(run).values()).encode()
    try:
        files[LIVE] = page(e).encode()
        about += f"\n{LIVE}    the run in the player, computed by the file itself\n"
    except ExperimentError as error:
        about += f"\nWithout {LIVE}: {error}.\n"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"README.txt": about.encode(), **files}.items():
            # A ZipInfo of its own: it bears no time of day, so that the bytes depend on the run.
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name in _PACKED else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)


def read(file: BinaryIO) -> Capsule:
    """What a capsule, or a file of settings alone, says.

    Raises ExperimentError, one sentence, for anything that is not what this program wrote.
    """
    content = settings(file)
    try:
        given = json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ExperimentError(f"{SETTINGS} must be JSON as this program writes it") from None
    if not isinstance(given, dict) or not isinstance(given.get("experiment"), dict):
        raise ExperimentError(f"{SETTINGS} must hold an experiment as this program writes it")
    version, words = given.get("rnnviz"), given["experiment"]
    if isinstance(version, bool) or str(version) not in DEFAULTS:
        raise ExperimentError(
            f"version of the settings must be one of {', '.join(DEFAULTS)}, got {shown(version)}"
        )
    names = [field.name for field in fields(Experiment)]
    for name in words:
        if name not in names:
            raise ExperimentError(f"experiment must hold {', '.join(names)}, got {shown(name)}")
    words = words | {"weights": _weights(file, words.get("weights", DRAWN), given.get("network"))}
    digests = given.get("sha256", {})
    if not isinstance(digests, dict) or not all(isinstance(one, str) for one in digests.values()):
        raise ExperimentError("sha256 must hold a text for each array")
    return Capsule(
        Experiment(**DEFAULTS[str(version)] | words), shown(given.get("program")), digests
    )


def _weights(file: BinaryIO, word: object, digest: object) -> str:
    """The word of a capsule's weights: its own where that is the same network here, else that of
    the network in the capsule, which is then kept."""
    try:
        here = find(Weights.of(word))
        if here is None or digest in (None, here.digest):
            return str(word)
        gone = ExperimentError(f"weights must be of the capsule's network, got another as {word}")
    except ExperimentError as error:
        gone = error
    content = member(file, NETWORK)
    if content is None:
        raise gone
    kept = taken(content, own=True)
    network = find(Weights.of(kept))
    if network is None or network.digest != digest:
        raise ExperimentError(f"{NETWORK} must hold the network of the settings, got another")
    return kept


def network_of(path: Path) -> bytes:
    """The network in a capsule, or a network's own file. Raises ExperimentError."""
    try:
        with path.open("rb") as file:
            inside = member(file, NETWORK)
            file.seek(0)
            return file.read(MOST_BYTES + 1) if inside is None else inside
    except OSError as error:
        raise ExperimentError(f"again must be a file to read, got: {error.strerror}") from None


def _refuse(constant: str):
    raise ValueError(constant)


_ABOUT = """\
A capsule of rnnviz: {title}, {whose}.

settings.json  the experiment, and a SHA-256 of every array
arrays.npz     every array of the run: numpy.load("arrays.npz")
script.py      the same arrays from NumPy alone: python script.py
figures.html   every figure of it, for a browser, with or without a network

To see it again upload it in the dashboard, or: python -m rnnviz open FILE
"""
