"""A network that learned a task is an Experiment like any other: run, checked, linked, carried."""

import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import tolerance
from test_pages import charts, open_page

import rnnviz
from rnnviz import ExperimentError
from rnnviz.core import array_files, networks
from rnnviz.core.checks import Check
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.training import Key, Settings
from rnnviz.exhibits import of_run
from rnnviz.export import capsule, data
from rnnviz.tasks import TASKS
from rnnviz.tasks.find import Asked
from rnnviz.tasks.networks import home_of_trainings, kept
from rnnviz.tasks.runs import NETWORK, Folder, carry_out, prepared

SMALL = Settings(cell="gru", units=5, steps=8, batch=4, updates=12)
OWN = "a = tanh(W_h @ a_prev + W_x @ x + b)"
EACH = {  # a head, an endless stream and a person's own cell
    "0000ad01": (Asked("adding"), SMALL),
    "0000c0b1": (Asked("copy"), SMALL),
    "0000ec01": (Asked("echo", delay=3), replace(SMALL, cell="lstm")),
    "0000f1b1": (Asked("flip-flop"), replace(SMALL, cell="rnn", equations=OWN)),
}
every = pytest.mark.parametrize("name", EACH)


def trained(name) -> rnnviz.Experiment:
    folder = home_of_trainings() / name
    if not (folder / NETWORK).exists():
        carry_out(prepared(folder, *EACH[name]))
    return rnnviz.Experiment(weights=f"task-{name}")


def loss_by_hand(head, z, target):
    """Of one answer z (n_y,), as the textbooks have it, in double precision."""
    if head == "softmax":
        return np.log(np.exp(z).sum()) - z[target]
    if head == "binary":
        p = 1 / (1 + np.exp(-z))
        return -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean()
    return ((z - target) ** 2).mean()


@every
def test_its_loss_is_that_of_the_tasks_probe(name):
    one, (asked, settings) = trained(name), EACH[name]
    run, task = rnnviz.run(one), asked.task()
    if task.endless:  # two batches of a stream, of which the second counts
        each = [task.draw(Key(1, number, "probe"), 4, settings.steps) for number in (0, 1)]
        x = np.concatenate([batch.x for batch in each], axis=-1)
        target = np.concatenate([batch.target for batch in each], axis=-1)
        mask = np.arange(16) >= 8
    else:
        x, target, mask = task.draw(Key(1, 0, "probe"), 4, settings.steps)
        mask = mask[0]
    assert np.array_equal(run.trace.x[:, 0], x[:, 0].astype("f4"))
    W, b = (run.params[n].astype(float) for n in run.cell.readout)
    for t in range(run.trace.T_x):
        z = W @ run.trace.states["a"][:, 0, t] + b[:, 0]
        expected = mask[t] * loss_by_hand(task.head, z, target[..., 0, t]) / mask.sum()
        # Sums of as many products as units, and a few roundings of the loss of them.
        assert run.losses[t] == pytest.approx(expected, rel=64 * tolerance.FLOAT32, abs=1e-7)
    assert np.array_equal(Folder(home_of_trainings() / name).state()["weights"], kept(name).weights)


@every
def test_it_travels_in_links_capsules_and_scripts(name, tmp_path):
    one = trained(name)
    for words in (to_link(one), {"x": to_token(one)}):
        assert from_link(words) == (one, [])
    run, out = rnnviz.run(one), io.BytesIO()
    capsule.write(run, out)
    assert capsule.read(out).experiment == one
    word = networks.taken(one.network.pack(), own=True)
    sent = rnnviz.Experiment(weights=word)
    assert sent.network.digest == one.network.digest
    assert np.array_equal(rnnviz.run(sent).trace.states["a"], run.trace.states["a"])
    (tmp_path / "script.py").write_bytes(data.made(data.script, run))
    (tmp_path / "arrays.npz").write_bytes(data.made(data.npz, run))
    said = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True)
    apart = float(said.stdout.split(b": ")[1].split()[0])
    assert apart < 64 * tolerance.FLOAT32, said


def test_other_sequences_and_lengths_are_read():
    one = trained("0000ad01")
    other = replace(one, review="2, length 20")
    assert (other.review, other.T_x, other.label) == ("sequence 2, length 20", 20, one.label)
    x = TASKS["adding"].draw(Key(1, 0, "probe"), 4, 20).x
    assert np.array_equal(rnnviz.run(other).trace.x[:, 0], x[:, 1].astype("f4"))
    for bad in ("5", "good", "1, length 1", "1, length 5000", "1" * 50):
        with pytest.raises(ExperimentError):
            replace(one, review=bad)


def test_networks_of_other_cells_that_learned_the_same_stand_beside():
    one = trained("0000ad01")
    carry_out(
        prepared(home_of_trainings() / "0000ad02", Asked("adding"), replace(SMALL, cell="rnn"))
    )
    assert one.in_cells()["rnn"].weights == "task-0000ad02"
    assert "task-0000ad01" in networks.offered()


@pytest.mark.parametrize(
    "change",
    [
        {"weights": np.zeros(3, "f4")},
        {"weights": None},
        {"weights": "double"},
        {"weights": "infinite"},
        {"more": np.zeros(3)},
        {"tests": np.zeros(3)},
    ],
)
def test_a_file_that_does_not_fit_is_refused(change):
    arrays, reads = array_files.unpacked(trained("0000ad01").network.pack())
    own = arrays["weights"]
    named = {"double": own.astype(float), "infinite": np.full_like(own, np.inf)}
    arrays |= {n: named.get(v, v) if isinstance(v, str) else v for n, v in change.items()}
    arrays = {name: array for name, array in arrays.items() if array is not None}
    with pytest.raises(ExperimentError, match="all of its weights"):
        networks.taken(array_files.packed(arrays, reads))


@pytest.mark.parametrize(
    "settings", [3, [], {"units": "many"}, {"cell": ["gru"]}, {"unknown": 1}, {"units": 10**9}]
)
def test_settings_that_do_not_fit_are_refused(settings):
    arrays, reads = array_files.unpacked(trained("0000ad01").network.pack())
    bad = reads["settings"] | settings if isinstance(settings, dict) else settings
    for words in ({"settings": bad}, {"task": settings}, {"task": {"name": "x"} | reads["task"]}):
        if words.get("task") != reads["task"]:
            with pytest.raises(ExperimentError):
                networks.taken(array_files.packed(arrays, reads | words))


def test_what_is_gone_is_told_in_a_sentence():
    for name in ("0000dead", "none", "0" * 16, "x" * 40, "../secret"):
        _, problems = from_link({"v": "2", "weights": f"task-{name}"})
        assert len(problems) == 1 and "weights" in problems[0]


@pytest.mark.slow
@every
def test_every_picture_is_drawn_and_checked(name):
    run = rnnviz.run(trained(name))
    for title, one in of_run(run).items():
        red = [v for v in one.checks() if isinstance(v, Check) and not v.passed]
        assert not red, (title, red)
        assert f"task-{name}" in one.footer


@pytest.mark.slow
@pytest.mark.parametrize("page", ["2_States", "3_Gates", "4_Gradients", "5_Dynamics"])
def test_pages_show_it(page):
    one = trained("0000ec01")
    app = open_page(f"pages/{page}.py", **to_link(one))
    assert not app.exception and not app.error and charts(app)
    (box,) = (area for area in app.text_area if area.label == "Sequence")
    assert box.value == "sequence 1"
    assert not [menu for menu in app.selectbox if menu.label == "Its label"]
