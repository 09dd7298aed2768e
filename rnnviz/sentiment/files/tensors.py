"""Named arrays out of a .safetensors or .npz file; neither is able to hold code."""

import io
import json
import struct
import zipfile

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files.keras_zip import DAMAGES
from rnnviz.sentiment.files.weights import MOST_ARRAY

_MOST_HEADER, _MOST_TENSORS = 10 * 2**20, 2000
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_INTEGERS = ("I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")  # of counters; left out


def npz(content: bytes) -> dict[str, np.ndarray]:
    """Arrays of floats by name. Raises ExperimentError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            entries = file.infolist()
            _count(len(entries))
            if sum(entry.file_size for entry in entries) > MOST_ARRAY:
                raise ExperimentError(f"a .npz may unpack to {MOST_ARRAY >> 20} MB, got more")
            arrays = {}
            for entry in entries:
                name = entry.filename.removesuffix(".npy")
                arrays[name] = np.lib.format.read_array(
                    io.BytesIO(file.read(entry)), allow_pickle=False
                )
    except ExperimentError:
        raise
    except (*DAMAGES, TypeError, SyntaxError, MemoryError) as error:
        raise ExperimentError(
            f"a .npz must hold plain arrays, got: {shown(str(error))}: save it with "
            "numpy.savez(file, **{name: tensor.numpy() ..})"
        ) from None
    return {name: array for name, array in arrays.items() if array.dtype.kind == "f"}


def safetensors(content: bytes) -> dict[str, np.ndarray]:
    """Tensors of floats by name. Raises ExperimentError."""
    try:
        (length,) = struct.unpack("<Q", content[:8])
        if not 2 <= length <= min(_MOST_HEADER, len(content) - 8):
            raise ValueError(f"a header of {length} bytes")
        header = json.loads(content[8 : 8 + length])
        header.pop("__metadata__", None)
        _count(len(header))
        body = memoryview(content)[8 + length :]
        arrays = {name: _tensor(name, told, body) for name, told in header.items()}
    except ExperimentError:
        raise
    except (struct.error, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ExperimentError(
            f"a .safetensors must hold tensors behind a header, got: {shown(str(error))}"
        ) from None
    return {name: array for name, array in arrays.items() if array is not None}


def _tensor(name: str, told: dict, body: memoryview) -> np.ndarray | None:
    kind, shape, (start, end) = told["dtype"], told["shape"], told["data_offsets"]
    if kind in _INTEGERS:
        return None
    if kind not in _TYPES:
        raise ExperimentError(f"{shown(name)} must be floats, got {shown(kind)}")
    values = np.frombuffer(body[start:end], _TYPES[kind])
    if kind == "BF16":  # the upper half of a float32
        values = (values.astype(np.uint32) << 16).view(np.float32)
    if not all(isinstance(n, int) and n >= 0 for n in shape) or not 0 <= start <= end <= len(body):
        raise ValueError(f"{shown(name)} of shape {shape}")
    return values.reshape(shape)


def _count(number: int) -> None:
    if not 1 <= number <= _MOST_TENSORS:
        raise ExperimentError(f"a file must hold 1 to {_MOST_TENSORS} arrays, got {number}")
