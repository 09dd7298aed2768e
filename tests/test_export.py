"""What is taken away is what was computed: read again by other programs."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from kinds import KINDS

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core import tidy
from rnnviz.export import data

every_cell = pytest.mark.parametrize("cell", KINDS)
SMALL = {"n_a": 4, "T_x": 6, "m": 3}


@every_cell
def test_the_arrays_come_back_to_the_last_bit(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, **SMALL))
    with np.load(io.BytesIO(data.made(data.npz, run)), allow_pickle=False) as archive:
        assert set(archive.files) == set(tidy.arrays(run))
        for name, state in run.trace.states.items():
            assert (archive[name] == state).all() and archive[name].shape == (4, 3, 6)
            assert (archive[f"d{name}"] == run.gradients.states[name]).all()
        for name, gate in run.trace.gates.items():
            assert (archive[name] == gate).all()
        for name, param in run.params.items():
            assert (archive[name] == param).all()
            assert (archive[f"d{name}"] == run.gradients.params[name]).all()


@every_cell
def test_the_long_table_is_read_by_pandas(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, **SMALL))
    table = pd.read_csv(io.StringIO("".join(tidy.csv_lines(run))))
    assert tuple(table.columns) == tidy.COLUMNS
    for name, array in {**run.trace.states, **run.trace.gates, "dx": run.gradients.x}.items():
        rows = (
            table[table.quantity == name].set_index(["unit", "sequence", "step"]).value.sort_index()
        )
        assert len(rows) == array.size
        assert rows[(2, 3, 5)] == pytest.approx(array[1, 2, 4], rel=1e-15)
        assert rows.to_numpy().sum() == pytest.approx(array.sum())


def test_the_settings_make_the_same_run_again():
    experiment = rnnviz.Experiment(cell="gru", gain=1.25, **SMALL)
    written = json.loads(tidy.settings(experiment))
    assert rnnviz.Experiment(**written["experiment"]) == experiment


@every_cell
def test_the_command_writes_figures_and_data(cell, tmp_path, capsys):
    words = ["export", "--cell", cell, "--steps", "7", "--n-a", "3", "--out", str(tmp_path)]
    assert (
        main([*words, "--format", "html,csv,npz,json", "--theme", "dark", "--pages", "step"]) == 0
    )
    said = capsys.readouterr().out.split()
    assert sorted(said) == sorted(str(path) for path in tmp_path.iterdir())
    run = rnnviz.run(rnnviz.Experiment(cell=cell, T_x=7, n_a=3))
    with np.load(tmp_path / f"{cell}-seed1.npz", allow_pickle=False) as archive:
        assert (archive["a"] == run.trace.states["a"]).all()
    assert not zipfile.ZipFile(tmp_path / f"{cell}-seed1.npz").testzip()
    step = (tmp_path / "step-flow.html").read_text()
    assert f"{cell}, seed 1, n_x 3, n_a 3, n_y 2, m 10, T_x 7, init orthogonal, " in step


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--n-a", "0"], "n_a must be between 1 and 256, got 0"),
        (["--cell", "x"], "cell must be one of"),
        (["--format", "exe"], "format must be one of png"),
        (["--figures", "evil"], "figures must be all or of step-flow"),
    ],
)
def test_the_command_refuses_in_one_sentence(tmp_path, capsys, words, sentence):
    assert main(["export", "--out", str(tmp_path / "new"), *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.browser
def test_an_exported_picture_opens_offline(browser, tmp_path):
    assert (
        main(["export", "--steps", "5", "--figures", "gates-overview", "--out", str(tmp_path)]) == 0
    )
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "gates-overview.html").as_uri())
    page.wait_for_selector(".main-svg", timeout=20_000)
    drawn = page.evaluate("() => document.querySelector('.js-plotly-plot').calcdata[0][0].z.length")
    assert drawn == rnnviz.Experiment().n_a
    assert page.evaluate("() => typeof Plotly") == "object"
    context.close()
