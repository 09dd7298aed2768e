"""Every file of a run without numbers holds its arrays bit for bit, and says where it began."""

import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from broken import ALL, NO_WORD, began, run
from PIL import Image
from test_message import read

from rnnviz.core import tidy
from rnnviz.export import capsule, data
from rnnviz.export.film import Film, make
from rnnviz.export.film.labels import _remark
from rnnviz.export.film.scene import Scene
from rnnviz.export.film.view import view
from rnnviz.export.player.message import message

pytestmark = pytest.mark.slow

every_run = pytest.mark.parametrize("name", ALL)
SHORT = [name for name, experiment in ALL.items() if experiment.T_x < 60]


def same(one, other) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)


@every_run
def test_arrays_and_tables_hold_every_number(name):
    one = run(name)
    with np.load(io.BytesIO(data.made(data.npz, one))) as archive:
        assert all(same(archive[key], array) for key, array in tidy.arrays(one).items())
    long = pd.read_parquet(io.BytesIO(data.made(data.parquet, one)))
    drawn = pd.read_csv(io.BytesIO(data.made(data.csv, one)))
    assert len(long) == len(drawn)
    for quantity in ("a", "da", "x", "y"):
        expected = tidy.arrays(one)[quantity].ravel()
        for table in (long, drawn):
            values = table.value[table.quantity == quantity].to_numpy().astype(expected.dtype)
            assert same(values, expected)
    told = json.loads(data.made(data.json, one))
    assert told["sha256"] == tidy.digests(one)


@pytest.mark.parametrize("name", SHORT)
def test_a_capsule_opens_again_with_the_same_bits(name):
    opened = capsule.read(io.BytesIO(data.made(capsule.write, run(name))))
    assert opened.experiment == ALL[name]


@pytest.mark.parametrize("name", SHORT[::4])
def test_the_script_runs_without_a_warning(name, tmp_path):
    path = tmp_path / "script.py"
    path.write_bytes(data.made(data.script, run(name)))
    command = [sys.executable, "-W", "error", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr


@every_run
@pytest.mark.parametrize("way", ["forward", "backward"])
def test_every_picture_of_a_film_is_drawn_and_says_where_it_began(name, way):
    one = run(name)
    seen = view(one, Film(height=360), way)
    scene = Scene(seen)
    fine, T_x = one.trace.finite_steps, one.trace.T_x
    for t in sorted({0, min(fine, T_x - 1), T_x - 1}):
        assert np.asarray(scene.picture(t)).any()
    remark = _remark(seen)
    assert not NO_WORD.search(remark)
    if fine < T_x or (way == "backward" and began(one)):
        assert began(one) in remark
    else:
        assert "finite" not in remark


def test_a_film_is_written(tmp_path):
    path = tmp_path / "film.webp"
    make(run("lstm-float32-first"), Film(height=360), path)
    with Image.open(path) as film:
        assert film.n_frames > 2


@every_run
def test_the_player_is_told_where_it_stops(name):
    one = run(name)
    T_x, m = one.trace.T_x, one.experiment.m
    head, arrays = read(message([one], T_x - 1, m - 1, 0, "backward", False))
    fine, back = one.trace.finite_steps, one.gradients.finite_steps
    assert head["steps"][-1] == max(1, fine) and head["k"] == len(head["steps"]) - 1
    assert not NO_WORD.search(head["note"])
    number = {True: fine + 1, False: T_x - back + 1}[fine < T_x]
    assert (f"t = {number}" in head["note"]) == (min(fine, back) < T_x)
    if fine:
        kept = [arrays[state][:, head["after"]] for state in one.cell.states]
        assert all(np.isfinite(values).all() for values in kept)
    felt = arrays["d_a"][:, head["after"]][:, head["back_to"] :]
    assert np.isfinite(felt).all()
    assert head["back_to"] == (
        0 if back == T_x else len(head["steps"]) if fine < T_x else T_x - back
    )
