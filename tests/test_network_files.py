"""A network in a file: capsules carry it to where its run is not, and no file is more than data."""

import io
import json
import pickle
import re
import shutil
import tracemalloc
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core import array_files, networks, tidy
from rnnviz.export import capsule, data
from rnnviz.jobs import shelf
from rnnviz.jobs.folder import home
from rnnviz.sentiment import runs

REVIEW = "the plot is for some people dull but the music is lovely"


def arrays_of(cell="gru"):
    """The arrays of a network of our own form, and what else it says."""
    return array_files.unpacked(rnnviz.Experiment(weights=f"run-{cell}").network.pack())


@contextmanager
def run_of_ones_own():
    folder = home() / "0b0b0b0b"
    shutil.copytree(runs.find("gru").path, folder, dirs_exist_ok=True)
    settings = folder / "settings.json"
    settings.write_text(settings.read_text().replace('"name": ""', '"name": "mine"'))
    yield rnnviz.Experiment(weights="run-0b0b0b0b", review=REVIEW, label=1)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def here():
    """A run of one's own, which may go."""
    with run_of_ones_own() as experiment:
        yield experiment


@pytest.fixture(scope="module")
def sent():
    """The capsule of a run that is not here any more."""
    with run_of_ones_own() as experiment:
        return packed(experiment)


def opened(content):
    return capsule.read(io.BytesIO(content))


def packed(experiment):
    return data.made(capsule.write, rnnviz.run(experiment))


def changed(content, **members):
    """A zip with some members put in place or, for None, left out."""
    out, members = io.BytesIO(), {name.replace("__", "."): m for name, m in members.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, part in members.items():
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


@pytest.mark.slow
def test_a_capsule_opens_as_its_run_where_that_is(here):
    content = packed(here)
    assert opened(content).experiment == here and content == packed(here)
    assert "agree to the last bit" in opened(content).verdict(tidy.digests(rnnviz.run(here)))


@pytest.mark.slow
def test_a_capsule_carries_its_network_to_where_the_run_is_not(here):
    content, digests = packed(here), tidy.digests(rnnviz.run(here))
    runs.find("0b0b0b0b").delete()
    with pytest.raises(rnnviz.ExperimentError, match="kept here, got 0b0b0b0b"):
        opened(data.made(data.json, rnnviz.run(rnnviz.Experiment())).replace(
            b'"cell": "lstm"', b'"weights": "run-0b0b0b0b", "cell": "lstm"'))  # fmt: skip
    there = opened(content)
    assert there.experiment.weights.startswith("file-") and there.experiment.review == REVIEW
    assert there.experiment.label == 1 and there.experiment.network.title == "mine"
    assert "agree to the last bit" in there.verdict(digests)
    assert tidy.digests(rnnviz.run(there.experiment)) == digests
    assert replace(there.experiment, review="the film is good").T_x == 5  # it reads words as before


@pytest.mark.slow
def test_a_capsule_of_a_run_that_was_trained_again_opens_as_it_was(here):
    content = packed(here)
    other = runs.find("gru").path.parent / "lstm"
    for name in ("model.keras", "settings.json"):
        shutil.copy(other / name, home() / "0b0b0b0b" / name)
    there = opened(content).experiment
    assert there.cell == "gru" and there.weights.startswith("file-")


@pytest.mark.slow
def test_every_file_of_a_capsule_is_told(here):
    archive = zipfile.ZipFile(io.BytesIO(packed(here)))
    names = {"README.txt", "settings.json", "arrays.npz", "script.py", "figures.html"}
    names |= {"network.npz"}
    assert set(archive.namelist()) == names
    about = archive.read("README.txt").decode()
    assert "weights run-0b0b0b0b" in about
    (left_out,) = re.findall("Without .*", about)
    assert left_out == "Without rnnviz.html: weights must be drawn in one file, got run-0b0b0b0b."
    with np.load(io.BytesIO(archive.read("network.npz")), allow_pickle=False) as stored:
        network = here.network
        for name, param in network.params.items():
            np.testing.assert_array_equal(stored[name], param)
        np.testing.assert_array_equal(stored["vectors"], network.vectors)
    assert str(Path.home()) not in archive.read("settings.json").decode()


@pytest.mark.slow
def test_a_network_too_large_to_be_carried_stays_behind_with_a_word(here, monkeypatch):
    monkeypatch.setattr(array_files, "MOST_BYTES", 10)
    archive = zipfile.ZipFile(io.BytesIO(packed(here)))
    assert "network.npz" not in archive.namelist() and "script.py" in archive.namelist()
    assert "Without network.npz: " in archive.read("README.txt").decode()


# -- hostile files ---------------------------------------------------------------------------------


def npy(array):
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asarray(array), allow_pickle=True)
    return out.getvalue()


def header(shape, descr="<f4"):
    """An array that claims a shape and holds nothing."""
    out = io.BytesIO()
    claimed = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(out, claimed)
    return out.getvalue()


def reads(**more):
    """What a network says of itself, changed."""
    said = json.dumps(arrays_of()[1] | more).encode()
    return npy(np.frombuffer(said, np.uint8))


class Trap:
    def __reduce__(self):
        return Path.touch, (Path("sprung"),)


def hostile():
    good = rnnviz.Experiment(weights="run-gru").network.pack()
    own = zipfile.ZipFile(io.BytesIO(good))
    shape = np.load(io.BytesIO(own.read("Wr.npy"))).shape
    yield "a pickle", pickle.dumps(Trap())
    yield "a .keras file", runs.find("gru").model.read_bytes()
    yield "half of it", good[: len(good) // 2]
    yield "an object", changed(good, Wr__npy=npy(np.array([Trap()], object)))
    yield "a pickle inside", changed(good, Wr__npy=pickle.dumps(Trap()))
    yield "a path", changed(good, **{"../Wr__npy": npy(np.zeros(shape))})
    yield "a full path", changed(good, **{"/tmp/Wr__npy": npy(np.zeros(shape))})
    yield "no array", changed(good, **{"evil__py": b"import os"})
    yield "an array more", changed(good, We__npy=npy(np.zeros(shape, "f4")))
    yield "an array less", changed(good, Wr__npy=None)
    yield "no word of how it reads", changed(good, reads__npy=None)
    yield "a claim of 4 TB", changed(good, Wr__npy=header((10**6, 10**6)))
    yield "a claim of minus one", changed(good, Wr__npy=header((-1, 4)))
    yield "a claim without numbers", changed(good, Wr__npy=header(shape))
    yield "a claim beyond whole numbers", changed(good, Wr__npy=header((10**40, 10**40)))
    yield "another shape", changed(good, Wr__npy=npy(np.zeros((3, 3), "f4")))
    yield "no numbers", changed(good, Wr__npy=npy(np.full(shape, np.nan, "f4")))
    yield "text", changed(good, Wr__npy=npy(np.full(shape, "evil")))
    yield "complex numbers", changed(good, Wr__npy=npy(np.zeros(shape, complex)))
    yield "a bomb", changed(good, Wr__npy=None) + b""
    for name, value in (
        ("cell", "../../evil"), ("cell", ["gru"]), ("cell", None), ("cell", "lstm"),
        ("activation", "eval"), ("pool", "all"), ("masked", "yes"), ("words", 7), ("words", [7]),
        ("words", ["x" * 10_000]), ("title", 5), ("title", "x" * 10_000),
        ("length", -1), ("length", "9"), ("padding", "both"), ("length", 10**9),
    ):  # fmt: skip
        yield f"{name} {value!s:.9}", changed(good, reads__npy=reads(**{name: value}))
    for what, text in (("a list", b"[]"), ("a nest", b"[" * 9000), ("no JSON", b"\xff")):
        yield what, changed(good, reads__npy=npy(np.frombuffer(text, np.uint8)))


HOSTILE = dict(hostile())


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_network_gets_one_sentence_and_leaves_nothing(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path / "runs"))
    with pytest.raises(rnnviz.ExperimentError) as error:
        networks.taken(HOSTILE[what], own=True)
    assert str(error.value).isprintable() and 20 < len(str(error.value)) < 300
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_a_capsule_with_a_hostile_network_changes_nothing(what, sent):
    with pytest.raises(rnnviz.ExperimentError):
        opened(changed(sent, network__npz=HOSTILE[what]))


@pytest.mark.slow
def test_a_capsule_with_another_network_than_it_says_is_refused(sent):
    other = rnnviz.Experiment(weights="run-lstm").network.pack()
    content = changed(sent, network__npz=other)
    with pytest.raises(rnnviz.ExperimentError, match=r"network\.npz must hold the network of"):
        opened(content)


@pytest.mark.slow
def test_a_bomb_is_not_unpacked(sent):
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        claimed = header((200_000_000,))
        archive.writestr("Wr.npy", claimed + bytes(200_000_000))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("network.npz", bytes(200_000_000))
        archive.writestr("settings.json", zipfile.ZipFile(io.BytesIO(sent)).read("settings.json"))
    tracemalloc.start()
    for content, open_it in (
        (zeros.getvalue(), lambda one: networks.taken(one, own=True)),
        (out.getvalue(), opened),
    ):
        with pytest.raises(rnnviz.ExperimentError, match=r"must .* at most 64 MB"):
            open_it(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30_000_000


def test_the_shelf_keeps_the_last_thirty(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    names = [f"{number:016x}" for number in range(33)]
    for name in names:
        shelf.keep(name, b"content")
    assert len(list((tmp_path / "networks").iterdir())) == 30
    assert shelf.find(names[-1]).read_bytes() == b"content"
    for name in ("../../etc/passwd", "0" * 15, "0" * 17, "G" * 16, "", "0" * 16 + "\n"):
        with pytest.raises(rnnviz.ExperimentError):
            shelf.find(name)


def test_a_shelf_that_was_tampered_with_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    word = networks.taken(runs.find("gru").model.read_bytes())
    path = tmp_path / "networks" / f"{word.removeprefix('file-')}.npz"
    path.write_bytes(rnnviz.Experiment(weights="run-lstm").network.pack())
    with pytest.raises(
        rnnviz.ExperimentError, match="must be of the file that was opened, got another"
    ):
        rnnviz.Experiment(weights=word)


# -- the command line ------------------------------------------------------------------------------


def test_a_file_on_the_command_line_is_its_network(tmp_path, capsys):
    path = tmp_path / "mine.keras"
    shutil.copy(runs.find("lstm").model, path)
    words = ["--weights", str(path), "--review", "1 14 22 16", "--label", "1"]
    assert main(["export", *words, "--format", "npz,json", "--out", str(tmp_path / "out")]) == 0
    (made,) = (tmp_path / "out").glob("lstm-file-*.npz")
    with np.load(made) as stored:
        expected = rnnviz.run(
            rnnviz.Experiment(weights=made.stem[5:], review="1 14 22 16", label=1)
        )
        for name, array in tidy.arrays(expected).items():
            np.testing.assert_array_equal(stored[name], array)
    assert str(tmp_path) not in (made.with_suffix(".json")).read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--weights", "no/such.keras"], "weights must be a file to read"),
        (["--weights", "lstm"], "weights must be drawn, run- and the id"),
        (["--weights", "run-lstm", "--seeds", "1-3"], "seeds must be of drawn weights"),
        (["--review", "good"], "review needs the weights of a trained network"),
        (["--weights", "run-lstm", "--label", "3"], "label must be between 1 and 2, got 3"),
    ],
)
def test_a_command_that_cannot_be_carried_out_gets_one_sentence(words, sentence, tmp_path, capsys):
    assert main(["export", "--format", "json", "--out", str(tmp_path / "x"), *words]) == 2
    assert sentence in capsys.readouterr().err
