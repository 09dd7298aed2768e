"""What the networks that come along say of many words, computed once, when they are shipped.

A file of arrays by a network's digest: of any other network, or without the file, it is computed
where somebody looks.
"""

import os
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from rnnviz.core.networks import Network
from rnnviz.sentiment import runs

_DIGITS = 16


def path() -> Path:
    """Where it lies."""
    return runs.shipped() / "verdicts.npz"


def kept(network: Network, name: str, shape: tuple[int, ...]) -> np.ndarray | None:
    """An array of a network by its name; None where there is none of this shape."""
    found = _every().get(f"{network.digest[:_DIGITS]}/{name}")
    return found if found is not None and found.shape == shape else None


def write(every: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Write the arrays of networks by their digests, as a whole."""
    arrays = {f"{digest[:_DIGITS]}/{name}": array
              for digest, several in every.items() for name, array in several.items()}  # fmt: skip
    part = path().with_suffix(".part.npz")
    np.savez_compressed(part, **arrays)
    os.replace(part, path())
    _every.cache_clear()


@cache
def _every() -> dict[str, np.ndarray]:
    try:
        with np.load(path()) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return {}
