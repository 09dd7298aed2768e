"""`python -m rnnviz train`: a folder that the same command goes on with, and refusals."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from rnnviz import Experiment, ExperimentError, run
from rnnviz.__main__ import main
from rnnviz.core.training import Settings, Training
from rnnviz.export import capsule, duel_capsule
from rnnviz.tasks import TASKS
from rnnviz.tasks.find import Asked, names
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.networks import home_of_trainings
from rnnviz.tasks.runs import NETWORK, Folder, carry_out, prepared
from rnnviz.tasks.runs.again import compared
from rnnviz.tasks.runs.plan import MOST_CELLS, MOST_SEEDS

SMALL = Settings(cell="gru", units=4, steps=6, batch=4, updates=30)


def test_a_folder_is_filled_and_gone_on_with(tmp_path):
    short, long = SMALL, Settings(**SMALL.to_dict() | {"updates": 45})
    one, other = tmp_path / "one", tmp_path / "other"
    for path, settings in ((one, short), (one, long), (other, long)):
        folder = prepared(path, Asked("first-bit"), settings)
        carry_out(folder)
        assert folder.progress() | {"updated": 0} == {
            "state": "done", "updated": 0, "done": settings.updates, "count": settings.updates,
        }  # fmt: skip
    states = [Folder(path).state() for path in (one, other)]
    for state in states:
        assert state.pop("seconds") > 0
    assert states[0].keys() == states[1].keys()
    for name, array in states[0].items():
        assert array.tobytes() == states[1][name].tobytes(), name
    told = json.loads((one / "record.json").read_text(), parse_constant=pytest.fail)
    straight = Training(TASKS["first-bit"], long)
    for _ in straight.run():
        pass
    np.testing.assert_allclose(told["record"]["loss"], straight.record.loss, rtol=1e-4)
    assert told["chance"] == TASKS["first-bit"].chance(6) and told["updates"] == 45
    assert len(told["record"]["lags"]["a"][0]) == 6
    assert told["record"]["frames"]["updates"] == [0, 10, 20, 30, 40]
    assert not told["ended"] and {"eigenvalues", "exponent"} <= set(told["record"]["frames"])


def test_what_is_stopped_ends_between_two_updates_and_goes_on(tmp_path):
    calls = iter([False, False, False, *[True] * 100])
    for name in ("one", "other"):
        folder = prepared(tmp_path / name, Asked("first-bit"), SMALL)
        carry_out(folder, (lambda: next(calls)) if name == "one" else (lambda: False))
        if name == "one":
            assert folder.state()["done"] == 4 == len(folder.state()["record/loss"])
            assert folder.progress()["state"] == "running"
            assert not (folder.path / "record.json").exists()
            carry_out(folder)
    states = [Folder(tmp_path / name).state() for name in ("one", "other")]
    for name, array in states[0].items():
        assert name == "seconds" or array.tobytes() == states[1][name].tobytes(), name


@pytest.mark.parametrize(
    ("asked", "words", "sentence"),
    [
        (Asked("first-bit"), {"units": 5}, "another units in it: 4"),
        (Asked("parity"), {}, "another name in it: first-bit"),
        (Asked("first-bit"), {"schedule": "cosine", "updates": 40}, "another"),
    ],
)
def test_a_folder_of_another_training_is_refused(tmp_path, asked, words, sentence):
    prepared(tmp_path / "there", Asked("first-bit"), SMALL)
    with pytest.raises(ExperimentError, match=sentence):
        prepared(tmp_path / "there", asked, Settings(**SMALL.to_dict() | words))


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ExperimentError, match="must be a new folder"):
        prepared(tmp_path, Asked("parity"), SMALL)


@pytest.mark.parametrize("state", [b"", b"PK", b"not a state"])
def test_a_broken_state_is_one_sentence(tmp_path, state):
    folder = prepared(tmp_path / "there", Asked("parity"), SMALL)
    (folder.path / "state.npz").write_bytes(state)
    with pytest.raises(ExperimentError, match=r"state\.npz must be a state"):
        carry_out(folder)


@pytest.mark.parametrize("name", names())
def test_every_task_is_found_by_its_name(name):
    table = b"u,y\n" + b"1,2\n3,4\n" * 20
    task = Asked(name, delay=3).task(table if name == "columns" else None)
    assert task.name == name
    if name == "characters":
        assert Asked(name).task(b"ab" * 50).n_x == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--task", "flying"], "task must be one of adding"),
        (["--task", "columns"], "columns must come with a CSV file, got none"),
        (["--task", "adding", "--data", __file__], "must be of characters or columns"),
        (["--task", "characters", "--data", "nowhere.txt"], "data must be a file to read"),
        (["--task", "echo", "--delay", "0"], "delay must be between 1 and 1000, got 0"),
        (["--steps", "1"], "steps of Adding must be between 2 and 1000, got 1"),
        (["--units", "0"], "units must be between"),
    ],
)
def test_wrong_words_get_one_sentence(tmp_path, capsys, words, sentence):
    assert main(["train", *words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.strip()
    assert sentence in said and said.startswith("rnnviz train: ") and "\n" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_command_trains_in_a_process_of_its_own(tmp_path, capsys):
    words = ["train", "--task", "echo", "--delay", "2", "--steps", "6", "--units", "4", "--cell"]
    words += ["rnn", "--updates", "60", "--out", str(tmp_path / "out"), "--pictures"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("Echo by 2, RNN, 4 units: the loss at chance is 0.6931")
    assert said.rstrip().endswith("pictures.html") and "solved" in said
    assert "record.json\n" in said and (tmp_path / "out" / "pictures.html").exists()
    assert not (tmp_path / "out" / "log.txt").read_bytes()


def test_what_is_no_number_ends_it(tmp_path):
    words = SMALL.to_dict() | {"optimiser": "sgd", "rate": 100.0, "clip": 0.0, "cell": "rnn"}
    folder = prepared(tmp_path / "out", Asked("adding"), Settings(**words | {"activation": "relu"}))
    carry_out(folder)
    told = folder.read("record.json")
    assert told["updates"] < 30 and told["ended"].startswith(f"update {told['updates'] + 1}: ")


def test_a_capsule_is_trained_again_to_the_same_bits(tmp_path, capsys):
    path = home_of_trainings() / "0000a9a1"
    if not path.exists():
        carry_out(prepared(path, Asked("first-bit"), SMALL))
    file = tmp_path / "capsule.zip"
    with file.open("wb") as out:
        capsule.write(run(Experiment(weights="task-0000a9a1")), out)
    assert main(["train", "--again", str(file), "--out", str(tmp_path / "again")]) == 0
    count = len(Kept.read((path / NETWORK).read_bytes()).weights)
    said = f"all 30 losses and all {count} weights agree to the last bit"
    assert said in capsys.readouterr().out
    assert main(["train", "--again", str(path / NETWORK), "--out", str(tmp_path / "again")]) == 0


def test_a_duels_capsule_is_trained_again_to_the_same_bits(tmp_path, capsys):
    networks = {}
    for seed in (1, 2):
        folder = prepared(tmp_path / f"{seed}", Asked("first-bit"), replace(SMALL, seed=seed))
        carry_out(folder)
        networks[f"{SMALL.cell}-seed-{seed}"] = (folder.path / NETWORK).read_bytes()
    content = duel_capsule.packed(networks, "duel.zip")
    assert content == duel_capsule.packed(networks, "duel.zip")
    file = tmp_path / "duel.zip"
    file.write_bytes(content)
    assert main(["train", "--again", str(file), "--out", str(tmp_path / "again")]) == 0
    assert capsys.readouterr().out.count("weights agree to the last bit") == 2
    for name in networks:
        kept = Kept.read((tmp_path / "again" / name / NETWORK).read_bytes())
        assert kept.settings.seed == int(name[-1])


def test_a_duels_zip_that_is_none_is_read_or_refused(tmp_path, capsys):
    file = tmp_path / "duel.zip"
    assert duel_capsule.MOST == MOST_CELLS * MOST_SEEDS == 15
    for inside in (["networks/../../gru-seed-1.npz"], ["networks/gru-seed-1.npz"],
                  [f"networks/gru-seed-{n}.npz" for n in range(16)]):  # fmt: skip
        with zipfile.ZipFile(file, "w") as archive:
            for name in inside:
                archive.writestr(name, b"none")
        assert main(["train", "--again", str(file), "--out", str(tmp_path / "out" / "x")]) == 2
        told = capsys.readouterr().err
        assert "must" in told and "Traceback" not in told
    assert not (tmp_path / "gru-seed-1").exists()


def test_what_differs_is_said(tmp_path):
    folder = prepared(tmp_path / "one", Asked("first-bit"), SMALL)
    carry_out(folder)
    one = Kept.read((folder.path / NETWORK).read_bytes())
    loss = one.loss.copy()
    loss[7:] *= 1.5
    said = compared(replace(one, loss=loss), folder)
    assert "the first 7 of 30" in said and "33.3% apart" in said
    assert "the first 20 losses agree" in compared(replace(one, loss=one.loss[:20]), folder)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a network", None])
def test_another_file_is_not_trained_again(tmp_path, content, capsys):
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    assert main(["train", "--again", str(tmp_path / "file"), "--out", str(tmp_path / "x")]) == 2
    assert "must be" in capsys.readouterr().err
