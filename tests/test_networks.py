"""A trained network is an Experiment like any other: on every page, in every link, to the bit."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import h5py
import numpy as np
import pytest
import tolerance
from test_pages import ROOT, RUNNERS, charts, open_page

import rnnviz
from rnnviz.core import array_files, networks
from rnnviz.core.checks import Check
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.losses import LOSSES, head
from rnnviz.exhibits import of_run
from rnnviz.exhibits.by_cell import beside_note
from rnnviz.jobs.folder import home
from rnnviz.sentiment import bridge, runs, typed, word_files
from rnnviz.sentiment import networks as trained_networks
from rnnviz.sentiment.reading import read
from rnnviz.ui import cache

CELLS = ("rnn", "lstm", "gru")
TURNED = "the film is not for most viewers really good later the hero meets the dog in the garden"
every_cell = pytest.mark.parametrize("cell", CELLS)


def trained(cell, review=TURNED, **more):
    return rnnviz.Experiment(weights=f"run-{cell}", review=review, **more)


def reading(cell, text=TURNED):
    """What Inside makes of a review."""
    folder = runs.find(cell)
    ids, words = typed.as_trained(folder.settings, *typed.from_words(text, folder.words()))
    return read(bridge.read(folder.model), ids, padding=folder.settings.padding), words


@every_cell
def test_a_review_has_the_arrays_of_inside_to_the_bit(cell):
    run, (inside, words) = rnnviz.run(trained(cell)), reading(cell)
    here, there = run.trace, inside.run.trace
    assert run.words == tuple(words) and np.array_equal(here.x, there.x)
    for name in ("states", "gates", "preactivations"):
        ours, theirs = getattr(here, name), getattr(there, name)
        assert ours.keys() == theirs.keys()
        assert all(np.array_equal(ours[one], theirs[one]) for one in ours), name
    for name in {*inside.run.params} - {*run.cell.readout}:
        assert np.array_equal(run.params[name], inside.run.params[name])
    # One sigmoid and a softmax of two: each rounds its exponentials, and the log-odds before them.
    terms = tolerance.FLOAT32 * (here.n_a + 4) * np.abs(run.params[run.cell.readout[0]]).sum()
    np.testing.assert_allclose(here.y[1, 0], inside.probabilities, rtol=0, atol=terms)


@every_cell
@pytest.mark.parametrize("label", [1, 2])
def test_the_loss_is_that_of_the_head_and_its_gradient_that_of_the_log_odds_times_p(cell, label):
    """-log P(label) has dL/dz = p - [label is positive], and Inside carries dz back."""
    run, (inside, _) = rnnviz.run(trained(cell, label=label)), reading(cell)
    z = inside.log_odds if label == 2 else -inside.log_odds
    eps, terms = tolerance.FLOAT32, inside.run.trace.n_a + 2
    moved = eps * terms * float(np.abs(run.params[run.cell.readout[0]]).sum())
    assert run.loss == pytest.approx(np.log1p(np.exp(-z)), abs=moved)
    assert np.count_nonzero(run.losses) == 1
    share = -1 / (1 + np.exp(z)) if label == 2 else 1 / (1 + np.exp(z))
    for name, felt in inside.run.gradients.states.items():
        expected = share * felt
        # The share is off by what moves z, the walk back by its products, step by step.
        apart = (moved + 2 * terms * len(run.words) * eps) * np.abs(expected).max()
        np.testing.assert_allclose(run.gradients.states[name], expected, rtol=0, atol=apart)


@every_cell
def test_the_row_that_a_sigmoid_does_not_have_feels_nothing(cell):
    run = rnnviz.run(trained(cell))
    for name in run.cell.readout:
        assert not run.params[name][0].any() and not run.gradients.params[name][0].any()
        assert run.gradients.params[name][1].any()


@pytest.mark.parametrize("pool", ["last", "max"])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("classes", [1, 2, 4])
def test_a_heads_gradient_is_the_slope_of_its_loss(pool, empty, classes):
    sigmoid, random = classes == 1, np.random.default_rng(7)
    n_y = max(2, classes)
    a, W, b = random.normal(size=(3, 2, 5)), random.normal(size=(n_y, 3)), random.normal(size=n_y)
    b = b[:, None]
    if empty:
        a[0] = -np.abs(a[0])  # a unit whose maximum is the empty state's
    if sigmoid:
        W[0], b[0] = 0, 0
    target, loss = np.array([0, 1]), head(pool, empty, sigmoid)
    felt = loss.evaluate(a, W, b, target)

    def value():
        return loss.evaluate(a, W, b, target).losses.sum()

    p = np.exp(-value())
    assert 0 < p < 1
    h = 1e-6  # whose square, times the third derivative of about 1, is far below what is allowed
    for array, slopes in ((a, felt.upstream), (W, felt.dW), (b, felt.db)):
        for at in np.ndindex(array.shape):
            old = array[at]
            ends = []
            for array[at] in (old - h, old + h):
                ends.append(value())
            array[at] = old
            assert slopes[at] == pytest.approx((ends[1] - ends[0]) / (2 * h), abs=1e-8)
    assert loss.name not in LOSSES


def test_a_sure_head_loses_no_digits():
    """-log(1 - e-9) in single precision: a difference from 1 would be 0."""
    a, W = np.ones((1, 1, 1), np.float32), np.array([[0], [20]], np.float32)
    felt = head("last", sigmoid=True).evaluate(a, W, np.zeros((2, 1), np.float32), np.array([1]))
    exact = np.log1p(np.exp(-20.0))
    assert felt.losses[0] == pytest.approx(exact, rel=4 * tolerance.FLOAT32)
    assert felt.db[1, 0] == pytest.approx(-1 / (1 + np.exp(20.0)), rel=4 * tolerance.FLOAT32)


@pytest.mark.slow
@every_cell
def test_every_picture_of_a_trained_network_is_drawn_and_checked(cell):
    run = rnnviz.run(trained(cell, label=1))
    for name, one in of_run(run).items():
        for mode in ("light", "dark"):
            red = [v for v in one.checks(mode) if isinstance(v, Check) and not v.passed]
            assert not red, (name, red)
        assert one.table() and f"run-{cell}" in one.footer
    assert "compare-band" not in of_run(run)  # no seed leads to trained weights


@every_cell
def test_words_stand_on_the_time_axis_where_there_is_room(cell):
    short, long = rnnviz.run(trained(cell)), rnnviz.run(trained(cell, f"{TURNED} " * 5))
    for run in (short, long):
        for name in ("states-overview", "gradients-norms", "compare-states"):
            fig = of_run(run)[name].draw()
            (axis,) = [one for one in fig.select_xaxes() if one.ticktext]
            named = [run.words[t - 1] for t in axis.tickvals]
            assert list(axis.ticktext) == named
            assert len(named) == len(run.words) if run is short else 15 <= len(named) <= 30
    drawn = rnnviz.run(rnnviz.Experiment(cell=cell))
    assert not any(one.ticktext for one in of_run(drawn)["states-overview"].draw().select_xaxes())


def test_what_a_network_fixes_is_fixed_and_what_it_has_no_use_for_stays_at_its_default():
    one = trained("gru")
    other = replace(one, seed=9, n_a=7, cell="rnn", gain=2.0, loss="upstream_every", T_x=3, m=4)
    assert other == one
    assert (one.cell, one.n_x, one.n_a, one.n_y, one.m) == ("gru", 16, 32, 2, 1)
    assert one.T_x == len(TURNED.split()) + 1 and one.dtype == "float32"
    assert replace(one, label=1) != one


def test_a_review_is_the_same_however_it_is_written():
    one = trained("lstm", "The film -- is NOT for most; really good!")
    assert one.review == "the film is not for most really good"
    vocabulary = runs.find("lstm").words()
    ids = typed.from_words(one.review, vocabulary)[0]
    assert trained("lstm", "ids: " + " ".join(map(str, ids))) == one
    unknown = trained("lstm", "ids: 1 2 5")  # which no words lead to
    assert unknown.review == "ids: 1 2 5" and rnnviz.run(unknown).words[1] == "(?)"
    assert rnnviz.Experiment(weights="run-lstm").review  # one of its own


@every_cell
def test_networks_stand_beside_those_that_were_trained_alike(cell):
    each = trained(cell, label=1).in_cells()
    assert {name: one.weights for name, one in each.items()} == {c: f"run-{c}" for c in CELLS}
    assert {(one.review, one.label) for one in each.values()} == {(TURNED, 1)}
    assert "trained on the same reviews" in beside_note({n: rnnviz.run(e) for n, e in each.items()})


def test_a_file_stands_beside_drawn_cells_that_are_given_its_numbers():
    word = networks.taken(runs.find("gru").model.read_bytes())
    each = rnnviz.Experiment(weights=word, review="1 14 22 16").in_cells()
    done = {name: rnnviz.run(one) for name, one in each.items()}
    assert [one.weights for one in each.values()] == ["drawn", "drawn", word]
    for run in done.values():
        assert np.array_equal(run.trace.x, done["gru"].trace.x)
    assert "GRU was trained; the RNN and LSTM are drawn" in beside_note(done)
    assert beside_note({"rnn": rnnviz.run(rnnviz.Experiment(cell="rnn"))}) == ""


def test_a_file_is_named_by_its_content_and_read_as_it_stands():
    content = runs.find("lstm").model.read_bytes()
    word = networks.taken(content)
    assert word == networks.taken(content) and word.startswith("file-") and len(word) == 21
    one = rnnviz.Experiment(weights=word, review="1 14 22 16")
    theirs = read(bridge.read(content), [1, 14, 22, 16]).run.trace.states
    run = rnnviz.run(one)
    assert run.words == ("1", "14", "22", "16")
    assert all(np.array_equal(run.trace.states[name], theirs[name]) for name in theirs)
    again = networks.taken(one.network.pack())  # in this program's own form
    assert again == word
    with pytest.raises(rnnviz.ExperimentError, match=r"ids must be between 0 and"):
        replace(one, review="1 999999")
    with pytest.raises(rnnviz.ExperimentError, match="whole numbers such as 1 14 22 16"):
        replace(one, review="the film")


@pytest.mark.parametrize("label", [1, 2])
def test_links_give_the_network_its_review_and_its_label_back(label):
    word = networks.taken(runs.find("gru").model.read_bytes())
    several = [trained(cell, label=label) for cell in CELLS]
    several += [trained("lstm", "Ein schöner Film, 好看!", label=label)]
    several += [rnnviz.Experiment(weights=word, review="1 14 22", label=label)]
    for one in several:
        assert from_link(to_link(one)) == (one, [])
        assert from_link({"x": to_token(one)}) == (one, [])
        assert len(to_token(one)) < 1000
    assert {"weights", "review", "label"}.isdisjoint(to_link(rnnviz.Experiment()))


def test_a_review_too_long_for_a_link_says_so():
    with pytest.raises(rnnviz.ExperimentError, match=r"^review must fit into 6000 characters"):
        to_link(trained("lstm", "good " * 2000))


HOSTILE = [
    {"weights": "run-00000000"}, {"weights": "run-../../etc"}, {"weights": "file-" + "0" * 16},
    {"weights": "file-/etc/passwd"}, {"weights": "drawn\0"}, {"weights": "run-bow"},
    {"weights": "run-lstm", "review": "!!!"}, {"weights": "run-lstm", "review": "ids: 1 99999"},
    {"weights": "run-lstm", "review": "x" * 30_000}, {"weights": "run-lstm", "label": "3"},
    {"weights": "run-lstm", "label": "-1"}, {"weights": "RUN-LSTM"}, {"weights": "run-" + "a" * 99},
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_a_network_that_is_not_here_leaves_drawn_weights_and_one_sentence(words):
    rest = {"v": "2", "cell": "gru", "T_x": "9"}
    experiment, problems = from_link(words | rest)
    (problem,) = problems
    assert problem.isprintable() and len(problem) < 300
    if experiment.weights == "drawn":
        assert experiment == rnnviz.Experiment(cell="gru", T_x=9)
    else:
        assert experiment == rnnviz.Experiment(weights="run-lstm")  # its own review, and label


@pytest.mark.parametrize("name", ["review", "label"])
def test_only_a_network_has_a_review_and_a_label(name):
    given = {"review": "good"} if name == "review" else {"label": 1}
    with pytest.raises(rnnviz.ExperimentError, match=f"^{name} needs the weights of a trained"):
        rnnviz.Experiment(**given)
    words = {"v": "2"} | {key: str(value) for key, value in given.items()}
    assert from_link(words) == (rnnviz.Experiment(), [])


def test_no_seeds_lead_to_trained_weights():
    with pytest.raises(rnnviz.ExperimentError, match=r"^seeds must be of drawn weights, got"):
        rnnviz.run_many(trained("gru"), range(3))


def moved(model: bytes) -> bytes:
    """A .keras file whose head has another bias."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "model.weights.h5":
                weights = io.BytesIO(part)
                with h5py.File(weights, "r+") as file:
                    file["layers/dense/vars/1"][...] += 1
                part = weights.getvalue()
            new.writestr(name, part)
    return out.getvalue()


def test_a_run_that_is_trained_again_is_another_network_under_its_name():
    folder = home() / "0a0a0a0a"
    shutil.copytree(runs.find("gru").path, folder)
    one = rnnviz.Experiment(weights="run-0a0a0a0a", review=TURNED)
    before, digest = cache.run(one), one.network.digest
    assert digest == trained("gru").network.digest and cache.run(one) is before
    (folder / "model.keras").write_bytes(moved((folder / "model.keras").read_bytes()))
    os.utime(folder / "model.keras", (1, 1))
    after = cache.run(one)
    assert one.network.digest != digest and after is not before
    assert after.params["by"][1] == before.params["by"][1] + 1
    shutil.rmtree(folder)
    with pytest.raises(rnnviz.ExperimentError, match="kept here, got 0a0a0a0a"):
        replace(one)


def test_no_network_takes_keras_or_tensorflow():
    code = (
        "import sys, rnnviz\nrnnviz.run(rnnviz.Experiment())"
        "\nprint('rnnviz.sentiment' in sys.modules)"
        "\nrnnviz.run(rnnviz.Experiment(weights='run-lstm'))"
        "\nprint({'keras', 'tensorflow', 'pandas', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split("\n")[:2] == ["False", "set()"], done.stderr


@pytest.mark.parametrize("page", RUNNERS)
@every_cell
def test_every_page_shows_a_trained_network(page, cell):
    app = open_page(page, **to_link(trained(cell, label=1)))
    assert not app.exception and not app.warning and not app.error
    assert app.query_params["review"] == TURNED and app.query_params["weights"] == f"run-{cell}"
    shown = {one.label: one for one in [*app.sidebar.selectbox, *app.sidebar.slider]}
    assert shown["Cell"].value == cell and shown["Cell"].disabled
    assert shown["Hidden units n_a"].value == 32 and shown["Hidden units n_a"].disabled
    assert not shown["Weights"].disabled and "Seed" not in {b.label for b in app.number_input}
    assert app.sidebar.text_area(key="control_review").value == TURNED
    assert charts(app) or page == "app.py"


def test_the_review_the_label_and_the_weights_are_controls():
    app = open_page("pages/2_States.py", seed="5", n_a="6")
    app.sidebar.selectbox(key="control_weights").select("run-gru").run()
    assert app.query_params["weights"] == "run-gru" and app.query_params["review"]
    app.sidebar.text_area(key="control_review").set_value("the plot is lovely").run()
    assert app.query_params["review"] == "the plot is lovely" and app.query_params["T_x"] == "5"
    app.sidebar.selectbox(key="control_label").select(1).run()
    assert app.query_params["label"] == "1"
    app.sidebar.selectbox(key="control_weights").select("run-lstm").run()
    assert app.query_params["review"] == "the plot is lovely"
    assert app.sidebar.selectbox(key="control_cell").value == "lstm"
    app.sidebar.text_area(key="control_review").set_value("...").run()
    assert ["at least one word" in box.value for box in app.error] == [True]
    app.sidebar.selectbox(key="control_weights").select("drawn").run()
    assert not app.error and not app.exception
    assert app.query_params["seed"] == "5" and app.query_params["n_a"] == "6"
    assert "weights" not in app.query_params


def test_a_page_says_that_a_network_is_gone_and_opens_the_default():
    app = open_page("pages/2_States.py", weights="run-00000000", review="good", cell="gru")
    (warning,) = app.warning
    assert "00000000" in warning.value and "drawn from the seed" in warning.value
    assert not app.exception and charts(app) and app.query_params["cell"] == "gru"


def test_a_network_that_goes_while_it_is_shown_leaves_its_shapes(monkeypatch):
    app = open_page("pages/2_States.py", **to_link(trained("gru")))

    def gone(weights):
        if weights.name:
            raise rnnviz.ExperimentError("run must be one that is kept here, got gru")

    monkeypatch.setattr(sys.modules["rnnviz.core.experiment"], "find", gone)
    app.run()
    assert not app.exception and charts(app)
    assert ["is kept here" in box.value for box in app.warning] == [True]
    assert app.query_params["n_a"] == "32" and "weights" not in app.query_params


def opening(app, page):
    """Where the links beside trained models lead that open them on a page."""
    links = [link.proto for link in app.get("page_link")]
    return [dict(parse_qsl(one.query_string)) for one in links if one.label == f"in {page}"]


def test_inside_opens_its_reviews_on_the_pages_of_runs():
    app = open_page("pages/7_Inside.py", run="rnn", pair="surest and wrong")
    kept = runs.find("rnn").examples()["surest and wrong"]
    pair = [next(one for one in kept if one.label == label) for label in (1, 0)]
    for page in ("Step", "States", "Gradients", "Compare"):
        links = opening(app, page)
        assert len(links) == 2
        for link, one in zip(links, pair, strict=True):
            experiment, problems = from_link(link)
            assert not problems and experiment.label == one.label + 1
            folder = runs.find("rnn")
            ids, _ = typed.as_trained(folder.settings, one.ids, ["?"] * len(one.ids))
            there = read(bridge.read(folder.model), ids).run.trace.states["a"]
            assert np.array_equal(rnnviz.run(experiment).trace.states["a"], there)
    assert opening(app, "Gates") == []  # an RNN has none


def test_a_typed_review_opens_against_what_the_model_says_of_it():
    app = open_page("pages/7_Inside.py", run="lstm", pair="not")
    experiments = [from_link(link)[0] for link in opening(app, "Gates")]
    assert [one.label for one in experiments] == [2, 1]
    assert experiments[1].review == TURNED


def test_a_file_opens_on_the_pages_of_runs_or_says_why_not():
    app = open_page("pages/7_Inside.py", run="gru")
    content = runs.find("lstm").model.read_bytes()
    app.file_uploader[0].set_value(("mine.keras", content, "application/octet-stream")).run()
    app.text_area[0].set_value("1 14 22 16").run()
    (link,) = opening(app, "States")
    experiment, problems = from_link(link)
    assert not problems and experiment.review == "1 14 22 16"
    there = read(bridge.read(content), [1, 14, 22, 16]).run.trace.states["a"]
    assert np.array_equal(rnnviz.run(experiment).trace.states["a"], there)
    app = open_page("pages/2_States.py", **link)
    assert not app.exception and not app.warning and app.query_params["weights"] == link["weights"]


def of_words(beside):
    """A model that reads words, its content, and its vocabulary: inside or `beside` it."""
    folder = Path(__file__).parent / "keras2"
    if not beside:
        content = (folder / "2.15_of_words.keras").read_bytes()
        return content, bridge.read(content), b""
    content = runs.find("lstm").model.read_bytes()
    model = bridge.read(content)
    rows = len(model.embedding)
    return content, model, "\n".join(["<pad>", "<unk>", *map(spelled, range(2, rows))]).encode()


def spelled(number):
    """A word for a number, of letters alone."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@pytest.mark.parametrize("beside", [False, True])
def test_a_files_own_words_and_padding_go_with_it(beside):
    _, model, words = of_words(beside)
    vocabulary = word_files.read(words, len(model.embedding)) if beside else model.vocabulary
    kept = trained_networks.of_content(b"", model, vocabulary if beside else None)
    word = f"file-{trained_networks.keep(kept)}"
    known = list(vocabulary.index)[:3]
    text = " ".join([known[2], known[0], "xyzzy", known[1]])
    one = rnnviz.Experiment(weights=word, review=text)
    padding, _ = typed.guessed(model)
    row, _ = typed.as_asked(model.masked, padding, vocabulary.read(text))
    zeros = [] if beside else ["·", "·"]  # as six ids are read, unmasked
    assert list(rnnviz.run(one).words) == [known[2], known[0], "(xyzzy)", known[1], *zeros]
    there = read(model, row).run.trace.states
    assert all(np.array_equal(rnnviz.run(one).trace.states[n], there[n]) for n in there)
    as_ids = replace(one, review=f"ids: {' '.join(map(str, row))}")
    assert np.array_equal(rnnviz.run(as_ids).trace.states["a"], there["a"])
    padded = [vocabulary.index[known[0]], *([0] * 5)]
    told = replace(one, review=f"ids: {' '.join(map(str, padded))}").review
    assert told == ("ids: " + " ".join(map(str, padded)) if beside else known[0])
    shorter = replace(one, review=f"ids: {vocabulary.index[known[1]]}")  # no padding by itself
    assert rnnviz.run(shorter).words == (known[1],)
    assert networks.taken(one.network.pack()) == word  # a capsule takes both along
    assert replace(one, weights=word).review == one.review
    if not beside:
        assert "first 6 ids and padded behind" in one.network.note


def test_inside_opens_a_file_with_its_words():
    app = open_page("pages/7_Inside.py")
    content, *_ = of_words(beside=False)
    app.file_uploader[0].set_value(("mine.keras", content, "application/octet-stream")).run()
    app.text_area[0].set_value("Not a GOOD film").run()
    assert not app.exception and not app.error
    link = opening(app, "States")[0]
    experiment, problems = from_link(link)
    assert not problems
    assert rnnviz.run(experiment).words[:4] == ("not", "(?)", "good", "film")
    app = open_page("pages/2_States.py", **link)
    told = " ".join(caption.value for caption in app.sidebar.caption)
    assert not app.exception and "cut to their first 6 ids and padded behind" in told


@pytest.mark.parametrize("given", [
    {"vocabulary": 3}, {"vocabulary": {"index": {"a": -1}, "unknown": 1, "start": None}},
    {"vocabulary": {"index": {"a": 2}, "unknown": "b", "start": None}},
    {"vocabulary": {"index": {"a": 2}, "unknown": 1, "start": None, "split": "x",
                    "standardize": None}},
    {"padded": ["sideways", 3, False]}, {"padded": 3}, {"padded": ["front", 10**9, False]},
])  # fmt: skip
def test_a_file_of_our_own_that_reads_otherwise_is_refused(given):
    arrays, reads = array_files.unpacked(rnnviz.Experiment(weights="run-lstm").network.pack())
    reads = {name: reads[name] for name in reads if name not in ("length", "padding")}
    with pytest.raises(rnnviz.ExperimentError):
        networks.taken(array_files.packed(arrays, reads | given))


def test_sentiment_opens_every_trained_model():
    links = opening(open_page("pages/6_Sentiment.py"), "States")
    assert [link["weights"] for link in links] == [f"run-{cell}" for cell in CELLS]
    assert all(from_link(link)[1] == [] for link in links)
