"""Networks as files: arrays and words in one .npz without pickles.

What is read is hostile until checked: of the zip only members of known names, each bounded before
it is unpacked, each an array of a known type whose size is what its header says.
"""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np

from rnnviz.core.errors import ExperimentError, shown

MOST_BYTES = 64 * 2**20  # of a network that is kept or sent, packed or not
_MOST_READS = 20 * 2**20  # bytes of JSON, words among it
_READS = "reads"  # the member that holds JSON, as bytes
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,31})\.npy")
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, RuntimeError, ValueError, OverflowError, SyntaxError),
)


def packed(arrays: Mapping[str, np.ndarray], reads: Mapping[str, object]) -> bytes:
    """The file: arrays of float by name, and what else there is to know, as JSON; the same content
    gives the same bytes. Raises ExperimentError where they are too many.

    >>> arrays, reads = unpacked(packed({"W": np.ones((2, 3))}, {"title": "mine"}))
    >>> arrays["W"].shape, reads["title"]
    ((2, 3), 'mine')
    """
    size = sum(array.nbytes for array in arrays.values())
    if size > MOST_BYTES:
        raise ExperimentError(
            f"a network that is kept must have at most {MOST_BYTES >> 20} MB, got {size >> 20} MB"
        )
    text = np.frombuffer(json.dumps(reads, sort_keys=True).encode(), np.uint8)
    if text.nbytes > _MOST_READS:
        raise ExperimentError(
            f"the words of a network must have at most {_MOST_READS >> 20} MB, got more"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted({**arrays, _READS: text}.items()):
            member = io.BytesIO()
            plain = np.array(array, order="K")  # the order of axes decides how products round
            np.lib.format.write_array(member, plain, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")  # without the time of day
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return out.getvalue()


def unpacked(content: bytes) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    """What `packed` was given. Raises ExperimentError for any other file.

    >>> unpacked(packed({"b": np.zeros(2)}, {}))
    ({'b': array([0., 0.])}, {})
    """
    if len(content) > MOST_BYTES:
        raise ExperimentError(
            f"a network may have {MOST_BYTES >> 20} MB, got {len(content) >> 20} MB"
        )
    arrays, left = {}, MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                name = _NAME.fullmatch(info.filename)
                if not name or name[1] in arrays:
                    raise ExperimentError(
                        f"a network's file must hold arrays by name, got {shown(info.filename)}"
                    )
                arrays[name[1]] = _array(archive, info, left)
                left -= arrays[name[1]].nbytes
        reads = json.loads(arrays.pop(_READS).tobytes())
    except ExperimentError:
        raise
    except (*_DAMAGES, KeyError, RecursionError):
        raise ExperimentError(
            "a network's file must be arrays as this program packs them, got a damaged one"
        ) from None
    if not isinstance(reads, dict):
        raise ExperimentError("a network's file must say how it reads, got no object")
    return arrays, reads


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> np.ndarray:
    """One array, of a header that is read first: it must be of numbers, and as long as it says."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    most = _MOST_READS if info.filename == f"{_READS}.npy" else left
    with archive.open(info) as member:
        if np.lib.format.read_magic(member) != (1, 0):
            raise ValueError
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(member)
        size = dtype.itemsize
        for length in shape:  # whole numbers of Python's own: no product overflows
            size *= length
        if dtype.kind not in "fu" or dtype.itemsize > 8 or not 0 <= size <= most:
            raise ExperimentError(
                f"{shown(info.filename)} must be plain numbers of at most {most >> 20} MB, got "
                f"{shown(f'{dtype} {shape}')}"
            )
        data = member.read(size + 1)  # whatever size the zip claims
    if len(data) != size:
        raise ValueError
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")


def is_packed(content: bytes) -> bool:
    """Whether a file is one of these, rather than another zip.

    >>> is_packed(packed({}, {})), is_packed(b"no zip")
    (True, False)
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return f"{_READS}.npy" in archive.namelist()
    except _DAMAGES:
        return False


def source_of(content: bytes) -> str:
    """The source of networks that reads a file: "file", unless it is packed and names another.

    >>> source_of(packed({}, {"source": "task"})), source_of(b"of Keras")
    ('task', 'file')
    """
    reads = unpacked(content)[1] if is_packed(content) else {}
    return str(reads.get("source", "file"))
