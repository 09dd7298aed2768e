"""Duels and mistakes: the same batches, drawn and told by their own numbers; longer sequences."""

import json
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from test_pages import charts, open_page
from test_training_page import LINK, SMALL, done, queue, replays, watched  # noqa: F401

from rnnviz import CELLS
from rnnviz.core.checks import Check
from rnnviz.core.engine import forward
from rnnviz.core.phrases import number
from rnnviz.core.training import MISTAKES, Key, Training, gradient_check
from rnnviz.exhibits import duel
from rnnviz.exhibits.duel import Contestant, Duel
from rnnviz.exhibits.replay import replay_duel
from rnnviz.export.duel_capsule import networks_of
from rnnviz.export.film.duel import DuelLearning, Side
from rnnviz.export.film.learning import film
from rnnviz.export.film.training_jobs import TrainingFilms
from rnnviz.figures.duel import MEAN_OF, median, running
from rnnviz.tasks import TASKS
from rnnviz.tasks.runs import NETWORK, plan
from rnnviz.tasks.runs.beyond import CHANCE, STILL, WORSE, Length, beyond, outcome
from rnnviz.ui import cache


def side(name, hue, solved=(), **words):
    """Seeds that solved the task at some updates (None: not)."""
    each = [watched(done(seed=n, **words)) for n in range(1, len(solved) + 1)]
    each = [replace(one, solved_at=at) for one, at in zip(each, solved, strict=True)]
    return Contestant(name, hue, each)


def of(*sides, mistake=""):
    return Duel(sides, 1 / 6, 0.01, 31, "key", "of", mistake)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_duel_draws_each_seed_and_their_median(mode):
    one = of(side("RNN", "rnn", (None, 20), cell="rnn"), side("GRU", "gru", (10, 30)))
    showing = duel.losses.show(one)
    verdicts = showing.checks(mode)
    assert all(isinstance(v, Check) and v.passed for v in verdicts)
    assert len(verdicts) == 3 + 4  # as drawn, and the first loss of every seed
    fig = showing.draw(mode)
    assert [trace.name for trace in fig.data] == ["", "", "RNN", "", "", "GRU"]
    losses = np.array([w.one.record.loss for w in one.sides[1].each])
    by_hand = [losses[:, max(0, n - MEAN_OF) : n].mean(axis=1).mean() for n in range(1, 32)]
    np.testing.assert_allclose(fig.data[5].y, by_hand, rtol=1e-12)  # of two the median is the mean
    one.sides[0].each[1].one.record.loss[3] *= 1.1
    assert not all(v.passed for v in replace_marks(showing, fig, mode))


def replace_marks(showing, fig, mode):
    """What is drawn already, against the subject as it is now."""
    from rnnviz.exhibits.as_drawn import as_drawn

    return as_drawn(fig, showing.marks(), mode)


def test_a_mean_is_of_ten_and_a_long_line_is_thinned():
    at, values = running(np.arange(5000.0))
    assert len(at) <= 600 and at[0] == 1
    np.testing.assert_allclose(values[at > MEAN_OF], at[at > MEAN_OF] - 1 - (MEAN_OF - 1) / 2)
    assert np.isnan(median([np.array([]), np.ones(3)])[1]).all()


def test_who_was_first_is_told_of_the_middle_seed():
    late, early = side("LSTM", "lstm", (30, 20, None)), side("GRU", "gru", (10, 31, 11))
    none = side("RNN", "rnn", (None, None, 5), cell="rnn")
    one = of(none, late, early)
    assert one.first is early and duel.middle(early) == 11 and duel.middle(late) == 30
    said = duel.losses.show(one).caption()
    assert "**GRU** after 10 to 31 updates (3 of 3 seeds)" in said
    assert "**LSTM** after 20 to 30 updates (2 of 3 seeds)" in said
    assert "**RNN** after 5 updates (1 of 3 seeds); " in said
    assert of(side("RNN", "rnn", (None,))).first is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [(20, 30, "hides"), (20, 31, "shows"), (20, None, "shows"), (None, 20, "tells nothing")],
)
def test_the_page_says_what_the_curve_hides(right, wrong, said):
    one = of(side("right", 0, (right,)), side("wrong", 1, (wrong,)), mistake="bias-once")
    assert said in duel.losses.show(one).caption()
    running_still = [replace(w, seconds=None) for w in one.sides[1].each]
    assert not duel.curve_says(one.sides[0], replace(one.sides[1], each=running_still))


def test_longer_sequences_are_judged_by_the_formula():
    one = done(dtype="float64")
    lengths = beyond(one, TASKS["adding"])
    assert [n.steps for n in lengths] == [6, 12, 24]
    for n in lengths:
        batch = TASKS["adding"].draw(Key(1, 0, "test"), 128, n.steps)
        a = forward(one.cell, one.params.views, batch.x).states["a"][..., -1]
        y = one.params.views["Wy"] @ a + one.params.views["by"]
        assert n.loss == pytest.approx(np.mean((y - batch.target[..., -1]) ** 2), rel=1e-12)
    chance = 1 / 6
    told = [outcome(Length(9, loss, np.nan, chance), TASKS["adding"]) for loss in (0.01, 0.1, 0.16)]
    assert told == [STILL, WORSE, CHANCE]


def test_a_duel_on_the_page(queue):  # noqa: F811
    app = open_page("pages/5_Training.py", training=f"{LINK}~view-duel~cells-rnn.gru~seeds-2")
    assert not app.exception and len(charts(app)) == 3
    (guess,) = [one for one in app.radio if "first" in one.label]
    assert guess.options == ["RNN", "GRU", "None of them"]
    guess.set_value("GRU").run()
    app.button(key="training-start").click().run()
    app.run()
    assert not app.exception and not app.error and len(queue.futures) == 4
    fig = charts(app)[0]
    assert [trace["name"] for trace in fig["data"]] == ["", "", "RNN", "", "", "GRU"]
    text = [one.value for one in app.markdown]
    assert any("**RNN** not within 31 updates; **GRU** not within 31 updates" in t for t in text)
    assert any("You chose “GRU”; it is **“None of them”**" in t for t in text)
    for cell, seed, folder in zip(("rnn", "gru") * 2, (1, 1, 2, 2), queue.futures, strict=True):
        other = open_page("pages/5_Training.py", **app.query_params)
        other.button(key=f"single-{cell}-{seed}").click().run()
        assert not other.exception and len(charts(other)) == 5  # a training by itself
        one, problems = plan.read(other.query_params["training"])
        assert not problems and one.view == "one" and one.settings.seed == seed
        assert queue.find(one.asked, one.settings).id == folder
        assert other.button(key="training-start").label == "Train again"


def test_a_duel_plays_with_the_sentences_of_each_update(queue):  # noqa: F811
    one = of(side("RNN", "rnn", (None, 12), cell="rnn"), side("GRU", "gru", (20, 25)))
    played = replay_duel(one, "light")
    assert [frame["update"] for frame in played["frames"]] == list(range(32))
    assert set(played["lines"]) == {"duel-losses", "training-lags-0", "training-lags-1"}
    for update, said in played["says"][1:-1]:
        for contestant in one.sides:
            losses = [w.one.record.loss[max(0, update - MEAN_OF) : update] for w in contestant.each]
            loss = number(np.median([np.mean(each) for each in losses]))
            solved = sum(at <= update for at in contestant.solved)
            share = f", solved by {solved} of 2 seeds" if solved else ""
            plural = "update" if update == 1 else "updates"
            told = f"**{contestant.name}** loss {loss} after {update} {plural}{share}"
            assert f"{told};" in said["duel-losses"] or f"{told}." in said["duel-losses"]
        assert f"At update {update}: 5 steps back" in said["training-lags-1"]
    assert "before the first update" in played["says"][0][1]["duel-losses"]
    assert played["says"][-1][1]["duel-losses"] == duel.losses.show(one).caption()

    app = open_page("pages/5_Training.py", training=f"{LINK}~view-duel~cells-rnn.gru~seeds-2")
    app.button(key="training-start").click().run()
    app.run()
    assert not replays(app)
    app.button(key="training-play").click().run()
    (sent,) = (json.loads(one.bytes) for one in replays(app))
    assert set(sent["lines"]) == set(played["lines"]) and not app.exception
    app.session_state.store.answers["training plays"] = ""  # it is over
    app.run()
    assert not replays(app) and not app.exception

    app.select_slider[0].set_value(20).run()  # all networks at one update
    for fig in charts(app):
        shapes = fig["layout"]["shapes"]
        assert [one["x0"] for one in shapes if one["x0"] == one["x1"]] == [20]
    told = [one.value for one in app.markdown if "after 20 updates" in one.value]
    assert len(told) == 1 and app.query_params["update"] == "20"
    sent = charts(open_page("pages/5_Training.py", **app.query_params))[0]
    assert sent["layout"]["shapes"] == charts(app)[0]["layout"]["shapes"]


def test_mistakes_on_the_page(queue):  # noqa: F811
    app = open_page("pages/5_Training.py", training=f"{LINK}~view-mistake~mistake-bias-once")
    assert not app.exception and len(charts(app)) == 3
    app.button(key="training-start").click().run()
    app.button(key="training-all").click().run()
    app.run()
    assert not app.exception and not app.error
    made = [n for n, one in MISTAKES.items() if "rnn" in one.cells]
    assert len(queue.futures) == len(made) + 1
    (table,) = [one.value for one in app.markdown if one.value.startswith("| mistake")]
    rows = {row.split(" | ")[0].strip("| "): row.split(" | ") for row in table.split("\n")[2:]}
    assert rows.keys() == {MISTAKES[name].title for name in made}
    for name in made:
        words = replace(plan.read(LINK)[0].settings, mistake=name)
        found = gradient_check(TASKS["adding"], words)
        assert rows[MISTAKES[name].title][1].startswith(f"{found.tensor} ".rstrip())
        one = Training(TASKS["adding"], words)
        for _ in one.run():
            pass
        largest = max(np.sqrt(np.square(norms, dtype=float).sum()) for norms in one.record.norms)
        assert rows[MISTAKES[name].title][3].startswith(f"{largest:.2g}")


def test_a_cell_without_mistakes_says_so():
    app = open_page("pages/5_Training.py", training="adding~cell-mingru~view-mistake")
    assert not app.exception and not charts(app)
    assert any("RNN, LSTM and GRU" in one.value for one in app.info)


def test_what_is_predicted_of_longer_sequences_is_asked_first(queue):  # noqa: F811
    app = open_page("pages/5_Training.py", training=LINK)
    app.button(key="training-start").click().run()
    app.run()
    (guess,) = [one for one in app.radio if one.label == "Your prediction"]
    assert not any("| at chance |" in one.value for one in app.markdown)
    guess.set_value(STILL).run()
    app.button(key="beyond-see").click().run()
    assert any("| at chance |" in one.value for one in app.markdown)
    assert any(f"You chose “{STILL}”" in one.value for one in app.markdown)


def test_how_many_updates_is_asked_first_and_answered_with_the_runs_own(queue):  # noqa: F811
    app = open_page("pages/5_Training.py", training=LINK)
    assert not any("Measured" in one.value for one in app.caption)
    app.number_input(key="training-updates-guess").set_value(400).run()
    app.button(key="training-start").click().run()
    app.run()
    said = "You said 400 updates; it was **not solved within 31 updates**."
    assert not app.exception and any(one.value == said for one in app.markdown)
    assert "training-updates-guess" not in [one.key for one in app.number_input]

    word = "first-bit~cell-lstm~units-8~steps-6~updates-150"
    app = open_page("pages/5_Training.py", training=word)
    app.number_input(key="training-updates-guess").set_value(60).run()
    app.button(key="training-start").click().run()
    app.run()
    one = plan.read(word)[0]
    folder = queue.find(one.asked, one.settings).id
    rows = json.loads((queue.root / folder / "record.json").read_text())["record"]["tests"]
    at = next(row["update"] for row in rows if row["right"] >= 0.99)
    assert any(f"You said 60 updates; it is **{at} updates**" in one.value for one in app.markdown)


def test_what_others_measured_is_told_after_the_end(queue):  # noqa: F811
    app = open_page("pages/5_Training.py", training="adding")
    told = f"Measured with these settings: {plan.read('adding')[0].expected}."
    assert not any(told in one.value for one in app.caption)
    app.button(key="training-start").click().run()
    app.run()
    assert not app.exception and any(told in one.value for one in app.caption)


def test_a_whole_duel_is_filmed_and_kept(queue, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    films, given = TrainingFilms(), {}
    monkeypatch.setattr(cache, "training_films", lambda: films)
    monkeypatch.setattr(
        st, "download_button", lambda label, content, *_, **__: given.update({label: content})
    )
    link = f"{LINK}~view-duel~cells-rnn.gru~seeds-2"
    app = open_page("pages/5_Training.py", training=link)
    app.button(key="training-start").click().run()
    app.session_state["drawer Film"] = app.session_state["drawer Capsule"] = True
    app.run()
    assert not app.exception and any("32 pictures" in one.value for one in app.caption)
    app.button(key="film make").click().run()
    (future,) = films.futures.values()
    future.result(60)
    app.run()
    (label,) = (label for label in given if label.startswith("Download ("))
    one = plan.read(link)[0]
    every = one.duel(TASKS["adding"])
    folders = {cell: [queue.find(one.asked, s) for s in some] for cell, some in every.items()}
    sides = [Side(CELLS[cell].title, cell, [f.opened()[0] for f in some])
             for cell, some in folders.items()]  # fmt: skip
    film(DuelLearning(sides, "Adding", 1 / 6), tmp_path / "film.webp")
    assert given[label] == (tmp_path / "film.webp").read_bytes()
    (tmp_path / "duel.zip").write_bytes(given["Capsule (.zip)"]())
    networks = {
        f"{cell}-seed-{n}": (f.path / NETWORK).read_bytes()
        for cell, some in folders.items()
        for n, f in enumerate(some, 1)
    }
    assert networks_of(tmp_path / "duel.zip") == networks
    assert any("train --again rnnviz-duel-" in code.value for code in app.code)
