"""Training for real, on a small built-in corpus: runs, jobs that are killed, stopped, resumed."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import tolerance

from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.jobs.executors import Threads
from rnnviz.sentiment import ablation, bridge, comparison, data, models, runs, scores
from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.reading import read
from rnnviz.sentiment.settings import Settings, recipe

pytestmark = pytest.mark.training
pytest.importorskip("keras")
SMALL = Settings(cell="lstm", units=8, embedding=8, size=300, epochs=2, length=60)
LONG = replace(SMALL, size=4000, epochs=50)


def until(true, seconds=240.0):
    """Wait for something; fail where it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def jobs(tmp_path):
    """One job at a time, in a folder of the test's own."""
    with ThreadPoolExecutor(1) as executor:
        queue = Jobs(executor, tmp_path)
        yield queue
        for folder in runs.every(tmp_path):
            queue.cancel(folder)


def over(folder):
    return folder.progress()["state"] in runs.OVER


def training(folder):
    return "loss" in folder.progress()


def test_the_same_settings_give_the_same_history_and_the_same_reading(jobs):
    first, second = (jobs.submit(SMALL) for _ in range(2))
    until(lambda: over(first) and over(second))
    assert first.progress()["state"] == "done", first.progress()
    histories = [
        [{k: v for k, v in row.items() if k != "seconds"} for row in folder.history()]
        for folder in (first, second)
    ]
    assert histories[0] == histories[1] and len(histories[0]) == 2
    result = first.result()
    assert result["parameters"] == models.cell_parameters(SMALL, 8) + 8 * (len(first.words()) + 4)
    # The shipped numbers are those of the model: our cells read the test reviews again.
    test = data.load(SMALL).test
    model = bridge.read(first.model)
    said = [read(model, ids[-SMALL.length :]).probabilities[-1] > 0.5 for ids in test.ids[:300]]
    whole = np.mean(np.array(said) == test.labels[:300])
    assert abs(whole - result["test_accuracy"]) < 0.1
    for one in first.examples()["least sure"]:
        reading = read(model, one.ids)
        p, apart = reading.probabilities[-1], tolerance.probability(reading)
        assert apart < 1e-2 and p == pytest.approx(one.probability, abs=apart)
    assert sum(map(sum, result["confusion"])) == result["reviews"] == len(test.labels)
    assert sum(bucket["count"] for bucket in result["by_distance"]) == len(test.labels)


def test_jobs_wait_their_turn_and_stop_at_once(jobs):
    first, second, third = (jobs.submit(LONG) for _ in range(3))
    until(lambda: training(first))
    assert [jobs.place(folder) for folder in (second, third)] == [0, 1]
    assert second.progress()["state"] == "queued"
    jobs.cancel(third)
    assert third.progress()["state"] == "cancelled"
    until(lambda: first.history())
    start = time.monotonic()
    jobs.cancel(first)
    until(lambda: over(first))
    assert time.monotonic() - start < 2
    assert first.progress()["state"] == "cancelled" and first.history()
    until(lambda: second.progress()["state"] == "running")
    jobs.cancel(second)
    until(lambda: over(second))


def test_a_killed_worker_is_shown_and_goes_on_from_its_last_epoch(jobs):
    whole = jobs.submit(replace(SMALL, epochs=3, size=1500))
    until(lambda: over(whole))
    folder = jobs.submit(replace(SMALL, epochs=3, size=1500))
    until(lambda: len(folder.history()) == 1 and training(folder))
    os.kill(folder.progress()["pid"], signal.SIGKILL)
    until(lambda: over(folder))
    progress = folder.progress()
    assert progress["state"] == "failed" and "killed by signal 9" in progress["reason"]
    kept = folder.history()
    assert kept and folder.result() is None
    jobs.resume(folder)
    until(lambda: over(folder))
    assert folder.progress()["state"] == "done", folder.progress()
    assert folder.history()[: len(kept)] == kept
    # What was interrupted ends where what was not ends, to the last digits of single precision.
    last = 8 * tolerance.FLOAT32
    ends = [run.history()[-1]["val_loss"] for run in (folder, whole)]
    assert len(folder.history()) == 3 and ends[0] == pytest.approx(ends[1], rel=last)
    with pytest.raises(ExperimentError, match="must have failed or been cancelled, it is done"):
        jobs.resume(folder)


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_a_worker_dies_with_its_parent(tmp_path, end):
    import subprocess
    import sys

    source = f"""
from pathlib import Path
from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.settings import Settings
import time
folder = Jobs(root=Path({str(tmp_path)!r})).submit(Settings.from_dict({LONG.to_dict()!r}))
while "loss" not in folder.progress():
    time.sleep(0.05)
print(folder.progress()["pid"], flush=True)
input()
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    parent = subprocess.Popen([sys.executable, "-c", source], **pipes)
    pid = int(parent.stdout.readline())
    if end == "killed":
        parent.kill()
    else:
        parent.stdin.write(b"\n")  # the program comes to its own end
    parent.stdin.close()
    parent.wait(5)
    parent.stdout.close()

    def gone():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open(f"/proc/{pid}/stat") as file:
            return file.read().split()[2] == "Z"

    until(gone, 5)


def test_what_goes_wrong_in_a_worker_is_one_sentence(jobs, tmp_path):
    folder = jobs.submit(replace(SMALL, data=str(tmp_path / "missing.csv")))
    until(lambda: over(folder))
    progress = folder.progress()
    assert progress["state"] == "failed"
    assert progress["reason"].startswith("data must be builtin, imdb or a file")


def test_an_executor_runs_cancels_and_tells_of_errors():
    import threading

    threads, hold = Threads(1), threading.Event()
    first, second, third = (threads.submit(call) for call in (hold.wait, lambda: 7, lambda: 1 / 0))
    assert second.cancel()
    hold.set()
    assert first.result(5) and second.cancelled()
    with pytest.raises(ZeroDivisionError):
        third.result(5)


def test_a_bag_of_words_runs_beside(jobs):
    folder = jobs.submit(recipe("modern", "builtin", "bow", size=1000, ngrams=2))
    until(lambda: over(folder))
    assert 0.4 < folder.result()["test_accuracy"] <= 0.72


def test_the_command_writes_the_comparison(tmp_path, capsys):
    words = ["sentiment", "--cells", "gru,bow", "--epochs", "1", "--seed", "2", "--out"]
    small = ["--set", "size=300", "--set", "units=4"]
    assert main([*words, str(tmp_path), *small]) == 0
    rows = json.loads((tmp_path / "comparison.json").read_text())
    assert [row["cell"] for row in rows] == ["gru", "bow"]
    assert all(set(row) == set(comparison.COLUMNS) for row in rows)
    assert "test accuracy" in capsys.readouterr().out
    assert len(runs.every(tmp_path)) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--cells", "cnn"], "cell must be one of"),
        (["--recipe", "best"], "recipe must be one of"),
        (["--set", "evil=1"], "--set must name a setting, got evil"),
        (["--set", "units=x"], "units must be of type int, got x"),
        (["--epochs", "0"], "epochs must be between 1 and 100"),
    ],
)
def test_the_command_refuses_in_one_sentence(tmp_path, capsys, words, sentence):
    assert main(["sentiment", "--out", str(tmp_path), *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


# -- folders ---------------------------------------------------------------------------------------


def test_folders_are_listed_renamed_and_deleted(tmp_path):
    first, second = (runs.create(SMALL, tmp_path) for _ in range(2))
    assert {folder.id for folder in runs.every(tmp_path)} == {first.id, second.id}
    assert first.settings == SMALL and first.name == "lstm on builtin"
    first.rename("  my best  ")
    assert runs.find(first.id, tmp_path).name == "my best"
    with pytest.raises(ExperimentError, match="1 to 60 characters, got 0"):
        first.rename("")
    second.delete()
    assert [folder.id for folder in runs.every(tmp_path)] == [first.id]


@pytest.mark.parametrize("id", ["../../etc", "", "g" * 8, "0" * 8, "a/b", "..", "abcdef0\0"])
def test_a_hostile_id_finds_nothing(tmp_path, id):
    with pytest.raises(ExperimentError, match="run must be one that is kept here"):
        runs.find(id, tmp_path)


def test_broken_folders_get_a_sentence(tmp_path):
    folder = runs.create(SMALL, tmp_path)
    (folder.path / "progress.json").write_text("[" * 10_000)
    assert folder.progress()["state"] == "failed"
    (folder.path / "progress.json").write_text('{"state": "running", "updated": 0, "pid": 1e99}')
    assert folder.progress()["reason"] == "the worker is gone"
    (folder.path / "history.csv").write_text("epoch,loss\nx,y")
    with pytest.raises(ExperimentError, match="must hold numbers"):
        folder.history()
    (folder.path / "settings.json").write_text("{}")
    assert folder.name == folder.id and runs.every(tmp_path)


def test_a_disk_that_refuses_is_one_sentence(tmp_path):
    folder = runs.create(SMALL, tmp_path)
    folder.delete()
    with pytest.raises(ExperimentError, match=r"progress\.json cannot be written: No such file"):
        folder.note("running")


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_wilsons_interval_is_newcombes(right, count, low, high):
    """The examples of Newcombe (1998), table I, method 3."""
    assert scores.interval(right, count) == pytest.approx((low, high), abs=5e-5)


def test_scores_are_scikit_learns():
    from sklearn import metrics

    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 500)
    p = np.clip(labels * 0.3 + random.random(500) * 0.7, 0.01, 0.99)
    result = scores.scores(p, labels)
    assert result["test_accuracy"] == metrics.accuracy_score(labels, p > 0.5)
    assert result["loss"] == pytest.approx(metrics.log_loss(labels, p))
    assert result["confusion"] == metrics.confusion_matrix(labels, p > 0.5).tolist()
    from sklearn.calibration import calibration_curve

    for values in (p, np.round(p, 1)):  # on the edges between bins, too
        bins = scores.scores(values, labels)["calibration"]
        shares, means = calibration_curve(labels, values, n_bins=10)
        assert [row["share"] for row in bins] == pytest.approx(shares)
        assert [row["probability"] for row in bins] == pytest.approx(means)
        assert sum(row["count"] for row in bins) == 500


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_cells_are_matched_by_parameters(cell):
    like = recipe("modern", "imdb", "gru")
    target = models.cell_parameters(like, like.units)
    one = replace(like, cell=cell)
    count = models.cell_parameters(one, models.matched_units(one, target))
    assert abs(count / target - 1) <= 0.02


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_gain_scales_the_recurrent_matrix_at_the_start_and_nothing_else(cell):
    import keras

    def start(gain):
        keras.utils.set_random_seed(3)
        model = models.build(replace(SMALL, cell=cell, gain=gain), 50)
        model.build((None, None))
        return model.get_weights()

    whole, half = start(1.0), start(0.5)
    assert len(whole) == len(half) == 6
    for place, (one, other) in enumerate(zip(whole, half, strict=True)):
        assert np.array_equal(other, one * 0.5 if place == 2 else one)
    # Its rows stand at right angles to one another, as in the layer that Keras makes by itself.
    assert whole[2] @ whole[2].T == pytest.approx(
        np.eye(SMALL.units), abs=4 * SMALL.units * tolerance.FLOAT32
    )
    keras.utils.set_random_seed(3)
    kind = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[cell]
    plain = keras.Sequential([keras.layers.Embedding(50, SMALL.embedding), kind(SMALL.units)])
    plain.build((None, None))
    assert np.array_equal(plain.get_weights()[2], whole[2])


def test_what_ships_opens_and_is_what_it_says():
    kept = {folder.id: folder for folder in runs.included()}
    assert set(kept) == {"rnn", "lstm", "gru", "bow"}
    for cell in ("lstm", "gru"):
        folder = kept[cell]
        assert folder.result()["test_accuracy"] >= 0.98
        assert all(bucket["accuracy"] >= 0.97 for bucket in folder.result()["by_distance"])
        test = data.load(folder.settings).test
        model = bridge.read(folder.model)
        said = [read(model, ids[-folder.settings.length :]).probabilities[-1] > 0.5
                for ids in test.ids[:200]]  # fmt: skip
        assert np.mean(np.array(said) == test.labels[:200]) >= 0.98


def test_every_step_to_the_modern_recipe_can_be_run_by_its_command(monkeypatch, tmp_path):
    import shlex

    asked = []
    from rnnviz.sentiment import command

    monkeypatch.setattr(command, "_follow", lambda folder, settings: None)
    monkeypatch.setattr(Jobs, "submit", lambda self, settings: asked.append(settings))
    monkeypatch.setattr(command.comparison, "rows", lambda folders: [])
    for name, settings in ablation.STEPS.items():
        words = shlex.split(ablation.command(name).replace("\\\n", ""))[3:]
        words[words.index("--out") + 1] = str(tmp_path)
        with suppress(AttributeError):  # nothing was trained, so there is no state to report
            main(words)
        assert asked[-1] == settings, name
