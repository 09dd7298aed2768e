"""What trained networks say many words later, and under one word: against other ways to it."""

import re

import numpy as np
import pytest
from picture_laws import drawn, hovered, in_view
from test_pages import charts, open_page

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics, glossary, networks
from rnnviz.core.checks import Check
from rnnviz.exhibits import named, verdicts
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.lessons import LESSONS
from rnnviz.sentiment import said
from rnnviz.sentiment import verdicts as read
from rnnviz.sentiment.corpus import BAD, GOOD
from rnnviz.sentiment.held import heard
from rnnviz.ui.chart import axis_titles

pytestmark = pytest.mark.slow
CELLS = ("rnn", "lstm", "gru")
# Right after 60, 1,000 and 3,000 words more, as a prototype of its own counted them.
PROTOTYPE = {"rnn": (0.995, 0.995, 0.99), "lstm": (1, 1, 0.81), "gru": (1, 0.99, 0.895)}


@pytest.fixture(scope="module")
def shown():
    """Both pictures of each network, computed once; the first is of all three together."""
    one = {cell: rnnviz.run(rnnviz.Experiment(weights=f"run-{cell}")) for cell in CELLS}
    every = named("verdicts-lasting").show(one["rnn"])
    made = {"lasting": every, "computed": every.computed}
    return made | {cell: named("verdicts-held_words").show(run) for cell, run in one.items()}


@pytest.mark.parametrize("name", ["lasting", *CELLS])
def test_the_pictures_draw_and_prove_what_they_say(shown, name):
    one = shown[name]
    assert not drawn(one, {}) and not in_view(one, {}) and not hovered(one, {})
    verdicts = one.checks()
    assert len(verdicts) >= 3 and all(check.passed for check in verdicts)
    assert all(len(column) for column in one.table().values())
    assert None not in {glossary.of_axis(title) for title in axis_titles(one.draw())}


def test_verdicts_last_as_long_as_a_prototype_found(shown):
    counts, odds, good, known = shown["lasting"].computed
    assert known == 60 and good.sum() == 50
    for cell, due in PROTOTYPE.items():
        for at, share in zip((60, 1000, 3000), due, strict=True):
            told = odds[cell][:, list(counts).index(at)]
            right = np.mean([(z > 0) == g for z, g in zip(told, good, strict=True)])
            assert right == pytest.approx(share, abs=0.06), (cell, at)  # of 100: 3 in a root of 3


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_said_is_what_a_run_of_the_whole_text_says(shown, cell):
    counts, odds, good, _ = shown["lasting"].computed
    texts, _ = read.reviews(read.REVIEWS)
    short = sorted(range(len(texts)), key=lambda j: len(texts[j].words))[:3]
    for j in short:
        for at in (1, 5, 60):
            text = " ".join([*texts[j].words, *read.after()[j][:at]])
            run = rnnviz.run(rnnviz.Experiment(weights=f"run-{cell}", review=text))
            assert run.trace.T_x == len(texts[j].words) + at + 1  # nothing is cut
            first, second = run.trace.y[:, 0, -1]
            told = odds[cell][j, list(counts).index(at)]
            assert told == pytest.approx(np.log(second / first), rel=1e-4)  # it runs in float32
        assert good[j] == (texts[j].label == 1)


@pytest.mark.parametrize("cell", CELLS)
def test_what_comes_along_is_what_is_computed(cell, monkeypatch):
    """A part of it once more: none of these networks lets rounding grow."""
    network = networks.find(networks.Weights("run", cell))
    kept = dynamics.exhausted(read.lasting(network))
    assert said.kept(network, "lasting", kept.shape) is kept  # of these very weights
    monkeypatch.setattr(read, "MOST", 200)
    some = dynamics.exhausted(read.followed(network))
    np.testing.assert_allclose(kept[:, : some.shape[1]], some, rtol=1e-6, atol=1e-6)
    assert some.shape[1] == (read.COUNTS <= 200).sum()
    words = ("good", "neutral", "terrible")
    held = {one.word: one for one in dynamics.exhausted(read.held_words(network))}
    for one in dynamics.exhausted(read.led(network, words)):
        there = held[one.word]
        np.testing.assert_allclose(there.said, one.said, rtol=1e-5, atol=1e-5)
        order = [np.argsort(read.log_odds(network, each.ends)) for each in (there, one)]
        np.testing.assert_allclose(there.ends[:, order[0]], one.ends[:, order[1]], atol=1e-9)


def test_without_the_file_it_is_computed_where_somebody_looks(monkeypatch, tmp_path):
    network = networks.find(networks.Weights("run", "rnn"))
    monkeypatch.setattr(said, "path", lambda: tmp_path / "verdicts.npz")
    said._every.cache_clear()
    assert said.kept(network, "lasting", (100, len(read.COUNTS))) is None
    said.write({network.digest: {"lasting": np.ones((2, 3))}})
    assert said.kept(network, "lasting", (2, 3)).all()
    assert said.kept(network, "lasting", (2, 4)) is None
    (tmp_path / "verdicts.npz").write_bytes(b"PK no")
    said._every.cache_clear()
    assert said.kept(network, "lasting", (2, 3)) is None
    monkeypatch.undo()
    said._every.cache_clear()


def test_no_two_reviews_are_followed_by_the_same_words_and_none_judges():
    every = read.after()
    assert len({*every}) == read.REVIEWS and {len(one) for one in every} == {read.MOST}
    assert not {*GOOD, *BAD} & {word for one in every for word in one}


def test_each_word_that_judges_leaves_the_rnn_one_end(shown):
    names, said, good, ends, times, points = shown["rnn"].computed
    assert names == [*GOOD, "neutral", *BAD] and times == 1000 and good.sum() == 6
    for name, told, each in zip(names, said, ends, strict=True):
        if name == "neutral":
            shares = 1 / (1 + np.exp(-np.sort(each)))
            assert shares == pytest.approx([0.011, 0.966], abs=0.005)
            assert min(told) == pytest.approx(min(each)) and max(told) == pytest.approx(max(each))
        else:
            assert len(each) == 1 and (each[0] > 0) == (name in GOOD)
            assert told == pytest.approx(np.full(12, each[0]), abs=1e-9)
    params = shown["rnn"].subject.params
    network = shown["rnn"].subject.experiment.network
    for name, states in zip(names[::5], points[::5], strict=True):
        x = network.vectors[network.read(name).ids[-1]] if name != "neutral" else None
        for state in states.T if x is not None else ():
            z = params["Waa"].astype(float) @ state + params["Wax"].astype(float) @ x
            assert np.abs(np.tanh(z + params["ba"][:, 0]) - state).max() < 1e-6


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_remember_without_settling(shown, cell):
    names, said, _, ends, _, _ = shown[cell].computed
    place = names.index("neutral")
    assert not len(ends[place]) and np.ptp(said[place]) > 1
    assert "it **remembers without settling**" in shown[cell].caption()


def test_a_sentence_counts_and_chooses(shown):
    counts, odds, good, known = shown["lasting"].computed
    shares = []
    for at in (60, 1000, 3000):
        each = [np.mean((odds[cell][:, list(counts).index(at)] > 0) == good) for cell in CELLS]
        rnn, lstm, gru = (f"{round(100 * share)}%" for share in each)
        shares.append(f"after {at:,} words more by the RNN {rnn}, LSTM {lstm}, GRU {gru}")
    front = f"Of 100 reviews of the built-in corpus are judged rightly {'; '.join(shares)}. "
    front += "Training had at most 60 words between what decides and the end. Far beyond, "
    end = " That is one network of each cell: another seed may forget sooner or later."
    caption = shown["lasting"].caption()
    assert caption == f"{front}the LSTM and the GRU **forget**, and the RNN does not.{end}"
    lasting, subject = verdicts.lasting_caption, shown["lasting"].subject
    steady = {cell: np.repeat(z[:, :1], len(counts), 1) for cell, z in odds.items()}
    told = lasting(subject, counts, steady, good, known)
    assert "Far beyond, the RNN, the LSTM and the GRU still say the same." in told
    one = {**steady, "lstm": np.where(counts > 60, -1.0, 1.0) * np.where(good, 1, -1)[:, None]}
    told = lasting(subject, counts, one, good, known)
    assert "Far beyond, the LSTM **forgets**, and the RNN and the GRU do not." in told
    alone = {"lstm": one["lstm"]}
    assert "Far beyond, the LSTM **forgets**." in lasting(subject, counts, alone, good, known)
    said = f"Judged rightly after 3,000 words more: {shares[-1].split('by the ')[1]}."
    assert shown["lasting"].draw().layout.meta["description"] == said


def test_a_sentence_counts_ends(shown):
    told = shown["rnn"].caption()
    assert told.startswith(
        "Held for ever, 10 of 10 good words have good ends alone, and 10 have made every review "
        "good after 1,000 steps; 10 of 10 bad words have bad ends alone, and 10 have made every "
        "review bad after 1,000 steps. Under the mean neutral word it has 2 stable points, at "
    )
    for cell in ("lstm", "gru"):
        names, said, _, ends, _, _ = shown[cell].computed
        for kind, words, sign in (("good", GOOD, 1), ("bad", BAD, -1)):
            at = [names.index(word) for word in words]
            own = sum(len(ends[k]) > 0 and all(sign * z > 0 for z in ends[k]) for k in at)
            agree = sum(all(sign * z > 0 for z in said[k]) for k in at)
            clause = f"{own} of 10 {kind} words have {kind} ends alone, and {agree} have made every"
            assert clause in shown[cell].caption()


def test_a_mistake_is_noticed(shown):
    one = shown["lasting"]
    counts, odds, good, known = one.computed
    for wrong in (
        (counts, {**odds, "rnn": odds["rnn"] + 1e-3}, good, known),
        (counts, odds, ~good, known),
        (counts, odds, good, 61),
    ):
        other = named("verdicts-lasting").show(one.subject, wrong)
        figure = other.draw()
        faults = [c for c in one.checks() if isinstance(c, Check)]
        assert all(check.passed for check in faults)
        assert not all(check.passed for check in as_drawn(figure, one.marks(), "light"))
    moved = named("verdicts-lasting").show(
        one.subject, (counts, {**odds, "rnn": odds["rnn"] + 1e-3}, good, known)
    )
    assert not all(check.passed for check in moved.checks())
    *first, points = shown["rnn"].computed
    off = named("verdicts-held_words").show(
        shown["rnn"].subject, (*first, [one + 1e-6 for one in points])
    )
    assert not all(check.passed for check in off.checks())


def test_only_networks_that_judge_are_shown():
    assert not verdicts.judges(rnnviz.run(rnnviz.Experiment(T_x=4)))
    assert verdicts.judges(rnnviz.run(rnnviz.Experiment(weights="run-gru")))


def test_its_lines_make_the_same_picture(shown):
    one = shown["rnn"]
    names = {"run": one.subject, "figures": figures}
    exec("\n".join(one.lines()), names)
    assert names["fig"].to_json() == one.draw().to_json()


def test_the_page_of_a_trained_network_has_them_behind_the_portrait():
    app = open_page("pages/5_Dynamics.py", v="2", weights="run-rnn")
    assert not app.exception and not app.error
    titles = [fig["layout"]["title"]["text"] for fig in charts(app)]
    assert titles[2:4] == ["How long a verdict lasts", "One word, over and over"]


def test_the_lesson_counts_where_reviews_end():
    """From another loop over the same reviews, and the points that a prototype found."""
    lesson = LESSONS["decides"]
    run = rnnviz.run(lesson.experiment)
    P = {name: np.asarray(param, float) for name, param in run.params.items()}
    network, ends = run.experiment.network, []
    x = [heard(network, "neutral")] * 1000
    texts, good = read.reviews(40)
    for one in texts:
        a = np.zeros(32)
        for v in [*network.vectors[network.read(" ".join(one.words)).ids], *x]:
            a = np.tanh(P["Waa"] @ a + P["Wax"] @ v + P["ba"][:, 0])
        z = P["Wya"] @ a + P["by"][:, 0]
        ends.append(z[1] > z[0])
    right = [sum(e for e, g in zip(ends, good, strict=True) if g == kind) for kind in (1, 0)]
    told = " ".join(lesson.explanation(run, **lesson.choices).split())
    counts = f"Of 20 good reviews {right[0]} end where it says positive, of 20 bad ones {right[1]}."
    assert counts in told and right[0] > 15 > 5 > right[1]
    low, high, middle = map(float, re.findall(r"0\.\d+", told)[:3])
    assert (low, high) == pytest.approx((0.011, 0.966), abs=0.005)
    assert middle == pytest.approx(0.27, abs=0.05)
    for word in ("superb", "boring"):
        told = " ".join(lesson.explanation(run, held=word).split())
        side = 20 if word in GOOD else 0
        assert f"of 20 bad ones {side}." in told and "stable points: **1**, where" in told
        assert lesson.answer(run, held=word).startswith("To one point")
