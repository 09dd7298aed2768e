"""A capsule holds the whole experiment, opens again, and is never more than data."""

import hashlib
import io
import json
import os
import pickle
import random
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from urllib.parse import parse_qsl, urlparse

import numpy as np
import pytest
import tolerance
from kinds import KINDS
from minimal import registered
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core import tidy
from rnnviz.core.link import to_link, to_token
from rnnviz.exhibits import of_pass
from rnnviz.export import capsule, data

ROOT = Path(__file__).parent.parent
WORDS = {
    "lstm": {},
    "gru": {"signal": "csv", "series": ((1.5, -2.0), (0.25, 1e-9), (3.0, 4.0)), "n_x": 2, "T_x": 3},
    "rnn": {"activation": "relu", "gain": 0.5, "dtype": "float32"},
    "mgu": {"loss": "upstream_every"},
}


@pytest.fixture(autouse=True)
def mgu():
    with registered():
        yield


def run(cell, **more):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **({"n_a": 4, "T_x": 8} | WORDS[cell] | more)))


def opened(content):
    return capsule.read(io.BytesIO(content))


def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def packed(made):
    return data.made(capsule.write, made)


def settings_of(made):
    return data.made(data.json, made)


@pytest.mark.parametrize("cell", WORDS)
def test_every_file_of_a_capsule_is_read_by_other_programs(cell, tmp_path):
    made = run(cell)
    archive = zipfile.ZipFile(io.BytesIO(packed(made)))
    assert archive.testzip() is None
    names = {"README.txt", "settings.json", "arrays.npz", "script.py", "figures.html"}
    live = set(archive.namelist()) - names
    assert live == (set() if made.experiment.dtype == "float32" else {"rnnviz.html"})
    about = archive.read("README.txt").decode()
    assert "\nrnnviz.html " in about if live else "\nWithout rnnviz.html: " in about
    archive.extractall(tmp_path)
    page = (tmp_path / "figures.html").read_text(encoding="utf-8")
    assert all(f'<figure id="{name}">' in page for name in of_pass(made))
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as stored:
        there = {name: stored[name] for name in stored.files}
    assert set(there) == set(tidy.arrays(made))
    for name, array in tidy.arrays(made).items():
        np.testing.assert_array_equal(there[name], array)
    given = json.loads((tmp_path / "settings.json").read_text())
    assert rnnviz.Experiment(**given["experiment"]) == made.experiment
    for name, array in there.items():
        content = f"{array.dtype.str} {array.shape}".encode() + array.tobytes(order="C")
        assert given["sha256"][name] == hashlib.sha256(content).hexdigest()
    done = subprocess.run(
        [sys.executable, "-I", "script.py"],
        capture_output=True, text=True, timeout=60, cwd=tmp_path,
    )  # fmt: skip
    said = done.stdout.split("largest difference from arrays.npz: ")[1].split()[0]
    apart = tolerance.apart(made.experiment)  # the script says differences relative beyond 1
    most = max(apart[name] / max(1, np.abs(array).max()) for name, array in there.items())
    assert float(said) <= most, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("cell", WORDS)
def test_a_capsule_opens_as_its_experiment(cell):
    made = run(cell)
    for content in (packed(made), settings_of(made)):
        capsule_read = opened(content)
        assert (
            capsule_read.experiment == made.experiment
            and capsule_read.program == rnnviz.__version__
        )
        assert capsule_read.verdict(tidy.digests(made)) == (
            f"Computed again on this machine, all {len(tidy.arrays(made))} arrays agree to the "
            "last bit."
        )
    other = run(cell, seed=2)
    assert f"of {len(tidy.arrays(made))} arrays have other bits (" in capsule_read.verdict(
        tidy.digests(other)
    )
    assert packed(made) == packed(made)


def test_settings_without_digests_or_fields_are_read_as_their_version_meant_them():
    capsule_read = opened(b'{"rnnviz": 1, "experiment": {"cell": "gru", "T_x": 7}}')
    assert capsule_read.experiment == rnnviz.Experiment(
        cell="gru", n_a=5, T_x=7, init="notebook", forget_bias=0.0
    )
    assert "no digests" in capsule_read.verdict(tidy.digests(rnnviz.run(capsule_read.experiment)))


@pytest.mark.slow
def test_the_longest_series_fits():
    rows = tuple(map(tuple, np.random.default_rng(0).standard_normal((5000, 256)) * 1e-200))
    long = rnnviz.Experiment(signal="csv", n_x=256, T_x=5000, m=1, n_a=1, series=rows)
    assert opened(tidy.settings(long).encode()).experiment == long


# -- a fresh process -------------------------------------------------------------------------------

AGAIN = """
import json, sys
from urllib.parse import parse_qsl
import rnnviz
from rnnviz.core import tidy
from rnnviz.core.link import from_link
from rnnviz.export import capsule
kind, what = sys.argv[1:]
if kind == "link":
    experiment, problems = from_link(dict(parse_qsl(what)))
    assert not problems
else:
    with open(what, "rb") as file:
        experiment = capsule.read(file).experiment
print(json.dumps(tidy.digests(rnnviz.run(experiment))))
"""


def in_a_fresh_process(kind, what):
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, kind, what],
        capture_output=True, text=True, timeout=120, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("size", [{}, {"n_a": 64, "m": 32, "n_x": 16, "T_x": 40}])
def test_a_fresh_process_has_the_same_bits(cell, size, tmp_path):
    experiment = rnnviz.Experiment(cell=cell, seed=11, loss="cross_entropy_every", **size)
    made = rnnviz.run(experiment)
    words = "&".join(f"{name}={word}" for name, word in to_link(experiment).items())
    (tmp_path / "one").write_bytes(settings_of(made) if size else packed(made))
    promised = opened((tmp_path / "one").read_bytes()).digests
    assert promised == tidy.digests(made)
    assert in_a_fresh_process("link", words) == promised
    assert in_a_fresh_process("link", f"x={to_token(experiment)}") == promised
    assert in_a_fresh_process("capsule", str(tmp_path / "one")) == promised


# -- hostile files ---------------------------------------------------------------------------------


class Trap:
    """Unpickling this would write a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def end_of_zip(entries, size):
    return b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, entries, entries, size, 0, 0)


def hostile():
    good = settings_of(run("lstm"))
    words = json.loads(good)

    def experiment(**changed):
        return json.dumps(words | {"experiment": words["experiment"] | changed}).encode()

    locked = bytearray(zipped({"settings.json": good}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + place] |= 1  # "under a password"
    yield "nothing", b""
    yield "no zip", b"MZ" + bytes(500)
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(500)
    yield "an empty zip", zipped({})
    yield "another zip", zipped({"setup.py": b"import os"})
    yield "half a zip", zipped({"settings.json": good})[:-60]
    yield "the end of a zip", end_of_zip(1, 46)
    yield "a directory of 4 GB", zipped({"settings.json": good})[:-22] + end_of_zip(1, 2**32 - 1)
    yield "locked", bytes(locked)
    yield "another packing", zipped({"settings.json": good}, zipfile.ZIP_LZMA)
    yield "a path", zipped({"../settings.json": good})
    yield "a full path", zipped({"/etc/settings.json": good})
    yield "a bomb", zipped({"settings.json": b" " * 60_000_000})
    yield "a nest", b"[" * 5_000
    yield "a nest in an object", b'{"experiment":' * 5_000
    yield (
        "a deep nest",
        b'{"rnnviz": 1, "experiment": {"series": ' + b"[" * 5_990 + b"]" * 5_990 + b"}}",
    )
    yield "many lists", b'{"rnnviz": 1, "experiment": {"series": [' + b"[]," * 2_000_000 + b"[]]}}"
    yield "a pickle", pickle.dumps(words)
    yield "a pickle in a zip", zipped({"settings.json": pickle.dumps(words)})
    yield "no text", zipped({"settings.json": b"\xff\xfe\x00"})
    yield "a list", b"[]" + b" " * 9
    yield "no experiment", b'{"rnnviz": 1}'
    yield "an experiment of text", b'{"rnnviz": 1, "experiment": "lstm"}'
    yield "no version", json.dumps({"experiment": words["experiment"]}).encode()
    for version in (3, 0, True, None, "one", [1], 1e999, -(10**4000)):
        yield f"version {version!s:.9}", json.dumps(words | {"rnnviz": version}).encode()
    yield "digests of numbers", json.dumps(words | {"sha256": {"a": 5}}).encode()
    yield "a list of digests", json.dumps(words | {"sha256": ["a"]}).encode()
    yield "an unknown field", experiment(evil="x" * 10_000)
    yield "nan", experiment(gain=float("nan"))
    yield "infinity", experiment(gain=float("inf"))
    yield "beyond a float", good.replace(b'"gain": 1.0', b'"gain": 1e999')
    yield "a long number", experiment(gain=10**400)
    yield "a longer number", good.replace(b'"seed": 1', b'"seed": ' + b"9" * 10_000)
    for name, value in (
        ("n_a", -1), ("n_a", 2.5), ("n_a", "5"), ("n_a", None), ("n_a", True), ("n_a", [5]),
        ("cell", "../../evil"), ("cell", ["lstm"]), ("cell", {}), ("init", 7), ("dtype", "object"),
        ("series", 3), ("series", [["x"]]), ("series", [[1]]), ("series", {"a": 1}),
        ("series", [[10**400] * 3] * 50), ("T_x", 10**300), ("m", 256), ("seed", -1),
    ):  # fmt: skip
        more = {"n_a": 256, "T_x": 5000} if name == "m" else {}
        more |= {"signal": "csv"} if name == "series" else {}
        yield f"{name} {value!s:.12}", experiment(**more, **{name: value})


def many_names():
    """Thirty thousand files: packed only where it is read."""
    names = dict.fromkeys(map(str, range(30_000)), b"")
    return zipped(names | {"settings.json": settings_of(run("lstm"))})


HOSTILE = dict(hostile())
MANY_NAMES = "many names"


@pytest.mark.parametrize("what", [*HOSTILE, pytest.param(MANY_NAMES, marks=pytest.mark.slow)])
def test_a_hostile_file_gets_one_sentence(what):
    content = many_names() if what == MANY_NAMES else HOSTILE[what]
    with pytest.raises(rnnviz.ExperimentError) as error:
        opened(content)
    said = str(error.value)
    assert said.isprintable() and 20 < len(said) < 330


@pytest.mark.slow
def test_a_bomb_is_not_unpacked():
    bomb = zipped({"settings.json": b" " * 200_000_000})
    assert len(bomb) < 400_000
    tracemalloc.start()
    with pytest.raises(rnnviz.ExperimentError, match="must have at most"):
        opened(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 120_000_000


def test_a_large_file_is_not_read_whole(tmp_path):
    path = tmp_path / "large.zip"
    with open(path, "wb") as file:
        file.truncate(2**30)
    tracemalloc.start()
    with open(path, "rb") as file, pytest.raises(rnnviz.ExperimentError, match="got neither"):
        capsule.read(file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000


def test_nothing_but_the_settings_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trap = tmp_path / "sprung"
    files = {
        "../../escaped.txt": b"x", "/escaped.txt": b"x", "arrays.npz": pickle.dumps(Trap(trap)),
        "script.py": f"open({str(trap)!r}, 'w')".encode(), "settings.json": settings_of(run("gru")),
    }  # fmt: skip
    assert opened(zipped(files)).experiment == run("gru").experiment
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_file_that_was_cut_or_changed_anywhere_is_read_or_refused():
    good, luck = packed(run("lstm")), random.Random(1)
    outcomes = set()
    for _ in range(400):
        bad = bytearray(good)
        # Where it hurts: the settings in front, and the directory at the end.
        near = luck.choice((range(2_500), range(len(good) - 400, len(good))))
        for _ in range(luck.randint(1, 4)):
            bad[luck.choice(near)] = luck.randrange(256)
        if luck.random() < 0.2:
            del bad[luck.randrange(len(bad)) :]
        try:
            outcomes.add(type(opened(bytes(bad)).experiment))
        except rnnviz.ExperimentError as error:
            outcomes.add(type(error))
            assert str(error).isprintable()
    assert outcomes == {rnnviz.Experiment, rnnviz.ExperimentError}


# -- the command and the dashboard -----------------------------------------------------------------


@pytest.mark.slow
def test_the_command_says_what_it_is_and_serves_its_link(tmp_path, capsys, monkeypatch):
    served = []
    monkeypatch.setattr(os, "execve", lambda path, words, said: served.append(words[1:]))
    monkeypatch.setattr(subprocess, "call", lambda words, env: 0)  # to which it comes only here
    (tmp_path / "one.zip").write_bytes(packed(run("gru")))
    assert main(["open", str(tmp_path / "one.zip"), "--port", "8600"]) == 0
    what, verdict, link = capsys.readouterr().out.splitlines()
    assert what == (
        "GRU, seed 1, n_x 2, n_a 4, n_y 2, m 10, T_x 3, gain 1.0, forget_bias 1.0; "
        f"written by rnnviz {rnnviz.__version__}"
    )
    assert verdict.endswith("agree to the last bit.")
    said = urlparse(link)
    assert (said.scheme, said.netloc, said.path) == ("http", "127.0.0.1:8600", "/")
    assert dict(parse_qsl(said.query)) == to_link(run("gru").experiment)
    assert served == [["-m", "rnnviz.server", "127.0.0.1", "8600"]]
    assert main(["open", str(tmp_path / "one.zip"), "--port", "8600", "--print-link"]) == 0
    assert capsys.readouterr().out == f"{link}\n"
    assert len(served) == 1


@pytest.mark.parametrize("what", ["no zip", "a bomb", "unknown", "folder"])
def test_the_command_refuses_in_one_sentence(tmp_path, capsys, what):
    path = tmp_path / "one.zip"
    if what == "folder":
        path.mkdir()
    elif what != "unknown":
        path.write_bytes(HOSTILE.get(what, b""))
    assert main(["open", str(path)]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("rnnviz open: ") and said.err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "mgu"])
def test_the_export_command_writes_what_the_page_gives(tmp_path, capsys, cell):
    words = ["export", "--cell", cell, "--steps", "5", "--n-a", "3", "--out", str(tmp_path)]
    assert main([*words, "--format", "csv,parquet,npz,json,script,capsule"]) == 0
    made = rnnviz.run(rnnviz.Experiment(cell=cell, T_x=5, n_a=3))
    name = f"{cell}-seed1"
    for end, write in {
        ".csv": data.csv, ".parquet": data.parquet, ".npz": data.npz, ".json": data.json,
        ".py": data.script, "-capsule.zip": capsule.write,
    }.items():  # fmt: skip
        assert (tmp_path / f"{name}{end}").read_bytes() == data.made(write, made)
    assert len(list(tmp_path.iterdir())) == 6
    assert main(["open", str(tmp_path / f"{name}-capsule.zip"), "--print-link"]) == 0
    assert f"cell={cell}&seed=1&n_x=3&n_a=3" in capsys.readouterr().out


def upload_page():
    import streamlit as st

    from rnnviz import ui

    ui.page("Home")
    run = ui.run(ui.experiment())
    st.text(run.experiment)
    ui.open_capsule()


def test_an_upload_is_the_experiment_until_a_control_moves():
    page = AppTest.from_function(upload_page, default_timeout=60).run()
    made = run("rnn", seed=9)
    page.file_uploader[0].set_value(("my.zip", packed(made), "application/zip")).run()
    assert not page.exception and not page.error
    assert page.text[0].value == str(made.experiment)
    assert (
        "my.zip was opened" in page.success[0].value and "to the last bit" in page.success[0].value
    )
    assert page.sidebar.slider(key="control_gain").value == 0.5
    page.sidebar.slider(key="control_gain").set_value(0.75).run()
    assert page.text[0].value == str(run("rnn", seed=9, gain=0.75).experiment)
    assert not page.success
    page.file_uploader[0].set_value(
        ("again.json", settings_of(run("gru")), "application/json")
    ).run()
    assert page.text[0].value == str(run("gru").experiment)


def test_a_hostile_upload_changes_nothing():
    page = AppTest.from_function(upload_page, default_timeout=60).run()
    before = page.text[0].value
    page.file_uploader[0].set_value(("evil.zip", HOSTILE["a pickle"], "application/zip")).run()
    assert not page.exception and page.text[0].value == before
    assert page.error[0].value.startswith("evil.zip: ")


@pytest.mark.browser
def test_a_capsule_is_uploaded_on_home(browser, server, tmp_path):
    made = rnnviz.run(rnnviz.Experiment(cell="gru", seed=3, T_x=33, signal="sine"))
    (tmp_path / "mine.zip").write_bytes(packed(made))
    (tmp_path / "evil.zip").write_bytes(HOSTILE["a pickle in a zip"])
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(server)
    tab.get_by_role("button", name="Skip", exact=True).click(timeout=60_000)  # a first visit
    tab.get_by_role("button", name="Open a capsule", exact=True).click(timeout=60_000)
    file = tab.locator("[data-testid=stMain] input[type=file]")
    file.set_input_files(tmp_path / "mine.zip")
    tab.get_by_text("mine.zip was opened").wait_for(timeout=60_000)
    tab.get_by_text("arrays agree to the last bit").wait_for()
    tab.wait_for_url("**cell=gru*")
    words = dict(parse_qsl(urlparse(tab.url).query))
    assert words.items() >= to_link(made.experiment).items()
    assert tab.get_by_role("slider", name="Time steps T_x").input_value() == "33"
    file.set_input_files(tmp_path / "evil.zip")
    tab.get_by_text("evil.zip: settings.json must be JSON").wait_for(timeout=60_000)
    assert dict(parse_qsl(urlparse(tab.url).query)) == words
    context.close()
