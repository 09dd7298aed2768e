"""One thread for a product of matrices: a server has a session for each of its cores already.

NumPy's OpenBLAS shares a product out over all cores, whose threads then wait for one another at
full speed. Where sessions, or other programs, want the same cores, that costs ten times the work.
"""

import ctypes
import os
from functools import cache
from pathlib import Path

import numpy as np

_SETTER = "scipy_openblas_set_num_threads64_"  # as the wheels of NumPy name it
_FOLDERS = ("../numpy.libs", ".dylibs")  # where they carry it


def library() -> ctypes.CDLL | None:
    """The OpenBLAS that NumPy came with; None where it computes with another."""
    home = Path(np.__file__).parent
    files = (file for folder in _FOLDERS for file in (home / folder).glob("*openblas*"))
    for file in files:
        found = ctypes.CDLL(str(file))
        if hasattr(found, _SETTER):
            return found
    return None


@cache
def one_thread() -> None:
    """Let products of matrices run in the thread that asks, from now on in the whole process.

    What OPENBLAS_NUM_THREADS says holds.
    """
    found = None if "OPENBLAS_NUM_THREADS" in os.environ else library()
    if found is not None:
        getattr(found, _SETTER)(1)
