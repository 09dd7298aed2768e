"""A run's numbers as files that other programs read: NumPy's, CSV, Parquet, JSON, and a script."""

import io
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

import rnnviz
from rnnviz.core import tidy
from rnnviz.core.types import Run
from rnnviz.export.script import numpy_script


def npz(run: Run, out: BinaryIO) -> None:
    """Every array by name, compressed, without pickles."""
    arrays: dict = tidy.arrays(run)
    np.savez_compressed(out, **arrays)


def csv(run: Run, out: BinaryIO) -> None:
    """The long table as CSV."""
    text = io.TextIOWrapper(out, "utf-8", newline="")
    text.writelines(tidy.csv_lines(run))
    text.detach()  # writes what is left, and leaves `out` open


def parquet(run: Run, out: BinaryIO) -> None:
    """The long table as Parquet: a row group for each quantity, the settings as metadata."""
    kind = pa.from_numpy_dtype(run.experiment.dtype)
    types = (pa.int32(), pa.int32(), pa.int32(), pa.dictionary(pa.int32(), pa.string()), kind)
    schema = pa.schema(
        list(zip(tidy.COLUMNS, types, strict=True)),
        metadata={"rnnviz": tidy.settings(run.experiment)},
    )
    with ParquetWriter(out, schema, compression="zstd") as writer:
        for part in tidy.parts(run):
            name = part["quantity"][0]
            codes = np.zeros(len(part["value"]), np.int32)
            part["quantity"] = pa.DictionaryArray.from_arrays(codes, [str(name)])
            writer.write_table(pa.table(part, schema))


def json(run: Run, out: BinaryIO) -> None:
    """The settings, with the version of the program and a SHA-256 of every array."""
    more = {"program": rnnviz.__version__, "sha256": tidy.digests(run)}
    if network := run.experiment.network:
        more["network"] = network.digest
    out.write(tidy.settings(run.experiment, **more).encode())


def script(run: Run, out: BinaryIO) -> None:
    """NumPy alone, forward and back."""
    out.write(numpy_script(run.experiment).encode())


def made(write: Callable[[Run, BinaryIO], None], run: Run) -> bytes:
    """What one of these functions writes."""
    out = io.BytesIO()
    write(run, out)
    return out.getvalue()
