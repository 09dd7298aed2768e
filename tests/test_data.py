"""A run's files, read again by other programs: pandas, pyarrow, NumPy, json."""

import hashlib
import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from minimal import registered

import rnnviz
from rnnviz.core import tidy
from rnnviz.core.versions import VERSION
from rnnviz.export import data


@pytest.fixture(params=[*rnnviz.CELLS, "mgu"])
def run(request):
    with registered():
        yield rnnviz.run(rnnviz.Experiment(cell=request.param, n_a=4, T_x=6, m=3, n_x=2))


def table(run, form):
    content = io.BytesIO(data.made(getattr(data, form), run))
    return pd.read_csv(content) if form == "csv" else pd.read_parquet(content)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_long_table_holds_every_number_at_its_place(run, form):
    read_back = table(run, form)
    assert list(read_back.columns) == ["sequence", "unit", "step", "quantity", "value"]
    shown = {name: array for name, array in tidy.arrays(run).items() if array.ndim == 3}
    assert list(read_back.quantity.unique()) == list(shown) and len(shown) >= 6
    for name, array in shown.items():
        rows = read_back[read_back.quantity == name]
        again = np.full(array.shape, np.nan)
        again[rows.unit - 1, rows.sequence - 1, rows.step - 1] = rows.value
        assert (again == array).all()
        assert len(rows) == array.size


def test_parquet_is_small_groups_with_the_settings_on_top(run):
    file = pq.ParquetFile(io.BytesIO(data.made(data.parquet, run)))
    assert file.num_row_groups == sum(array.ndim == 3 for array in tidy.arrays(run).values())
    settings = json.loads(file.schema_arrow.metadata[b"rnnviz"])
    assert rnnviz.Experiment(**settings["experiment"]) == run.experiment


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_parquet_keeps_the_type_of_the_numbers(dtype):
    run = rnnviz.run(rnnviz.Experiment(dtype=dtype, T_x=4))
    read_back = table(run, "parquet")
    assert read_back.value.dtype == dtype
    rows = read_back[
        (read_back.quantity == "a") & (read_back.unit == 2) & (read_back.sequence == 3)
    ]
    assert (rows.value.to_numpy() == run.trace.states["a"][1, 2]).all()


def test_what_is_no_number_stays_so():
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", activation="relu", gain=100.0, T_x=400, m=1))
    for form in ("csv", "parquet"):
        read_back = table(run, form)
        values = read_back[read_back.quantity == "a"].value.to_numpy()
        states = run.trace.states["a"].ravel()
        assert not np.isfinite(states).all()
        np.testing.assert_array_equal(values, states)


def test_npz_holds_every_array_without_pickles(run):
    with np.load(io.BytesIO(data.made(data.npz, run)), allow_pickle=False) as archive:
        for name, array in tidy.arrays(run).items():
            assert archive[name].dtype == array.dtype
            np.testing.assert_array_equal(archive[name], array)
        assert set(archive.files) == set(tidy.arrays(run))


def test_the_settings_name_the_version_and_a_digest_of_every_array(run):
    settings = json.loads(data.made(data.json, run))
    assert settings["rnnviz"] == int(VERSION) and settings["program"] == rnnviz.__version__
    assert rnnviz.Experiment(**settings["experiment"]) == run.experiment
    for name, array in tidy.arrays(run).items():
        content = f"{array.dtype.str} {array.shape}".encode() + array.tobytes(order="C")
        assert settings["sha256"][name] == hashlib.sha256(content).hexdigest()
    assert len(settings["sha256"]) == len(tidy.arrays(run))


@pytest.mark.parametrize("form", ["csv", "parquet", "npz", "json"])
def test_the_same_run_gives_the_same_bytes(run, form):
    again = rnnviz.run(run.experiment)
    assert data.made(getattr(data, form), run) == data.made(getattr(data, form), again)
