"""A run's numbers as files that other programs read: NumPy's, CSV, Parquet, JSON."""

import io
from typing import BinaryIO

import numpy as np

from rnnviz.core import tidy
from rnnviz.core.types import Run


def npz(run: Run) -> bytes:
    """Every array by name, compressed, without pickles."""
    out = io.BytesIO()
    np.savez_compressed(out, **tidy.arrays(run))
    return out.getvalue()


def csv(run: Run) -> bytes:
    """The long table as CSV."""
    out = io.BytesIO()
    text = io.TextIOWrapper(out, "utf-8", newline="")
    text.writelines(tidy.csv_lines(run))
    text.flush()
    return out.getvalue()


def parquet(run: Run) -> bytes:
    """The long table as Parquet: a row group for each quantity, the settings as metadata."""
    out = io.BytesIO()
    write_parquet(run, out)
    return out.getvalue()


def write_parquet(run: Run, out: BinaryIO) -> None:
    """The same into a file, quantity by quantity."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

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


def json(run: Run) -> bytes:
    """The settings, with the version of the program and a SHA-256 of every array."""
    from rnnviz import __version__

    more = {"program": __version__, "sha256": tidy.digests(run)}
    return tidy.settings(run.experiment, **more).encode()
