"""The Training page: a plan is its link, a record is followed while it grows, pictures are its own
numbers, and what they are checked against notices what is not."""

import json
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from test_pages import charts, decoded, open_page

import rnnviz
from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.core.cells.edits import equations_of
from rnnviz.core.checks import Check
from rnnviz.core.checks.training import still as still_check
from rnnviz.core.engine import forward
from rnnviz.core.link import to_link
from rnnviz.core.phrases import number
from rnnviz.core.training import Key, Settings, Training
from rnnviz.exhibits import of_page
from rnnviz.exhibits.answer_plane import resting, still_points, still_while_moving
from rnnviz.exhibits.replay import replay
from rnnviz.exhibits.training import Watched, now_of
from rnnviz.export.film.learning import Learning, film
from rnnviz.export.film.training_jobs import Asked as FilmAsked
from rnnviz.export.film.training_jobs import TrainingFilms
from rnnviz.tasks import TASKS
from rnnviz.tasks.columns import HELD_OUT
from rnnviz.tasks.find import Asked
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.runs import NETWORK, Folder, carry_out, live, plan, prepared
from rnnviz.tasks.runs.queue import WATCHED, Trainings
from rnnviz.ui import cache, controls
from rnnviz.ui.controls import training as places

SMALL = Settings(cell="gru", units=4, steps=6, batch=4, updates=31)
LINK = "adding~cell-rnn~units-4~steps-6~batch-4~updates-31"


def done(name="adding", **words):
    one = Training(TASKS[name], replace(SMALL, **words))
    for _ in one.run():
        pass
    return one


def watched(one):
    task, steps = TASKS[one.task.name], one.settings.steps
    return Watched(one, task.title, task.chance(steps), 0.01, None, 1.0, "key", "of")


def checked(one, frame=-1):
    subject = watched(one)
    choices = {"frame": frame, "now": now_of(subject, frame)}
    return {e.name: e.show(subject, **choices).checks() for e in of_page("Training", subject)}


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "mingru"])
def test_every_picture_is_the_records_and_agrees_with_what_it_is_held_against(name, cell):
    one = done(name, cell=cell, steps=max(6, TASKS[name].least))
    for frame in (0, 1, -1):
        verdicts = checked(one, frame)
        assert ("training-eigenvalues" in verdicts) == (cell != "mingru")
        for picture, several in verdicts.items():
            wrong = [v for v in several if not (isinstance(v, Check) and v.passed)]
            assert several and not wrong, (picture, frame, wrong)


def test_every_check_notices_a_number_that_is_not_its_own():
    def spoilt(part):
        one = done(dtype="float64")
        if part == "loss":
            one.record.loss[0] *= 1.001
        elif part == "lags":
            one.record.lags.rows[0]["a"][1] *= 1.001
        elif part == "eigenvalues":
            values = one.eigenvalues()
            assert values is not None
            values += np.float32(0.01)
        else:
            one.record.frames.rows[-1][part] = one.record.frames.rows[-1][part] + np.float32(0.01)
        return {n for n, vs in checked(one).items() for v in vs if not v.passed}

    assert spoilt("loss") == {"training-loss"} and spoilt("lags") == {"training-lags"}
    assert spoilt("answers") == {"training-answers"}
    assert spoilt("states") == {"answer_plane-phase"}
    assert spoilt("eigenvalues") == {"training-eigenvalues"}


def test_fixed_points_stay_where_they_are_and_what_moves_is_noticed():
    one = watched(done("flip-flop", cell="rnn", units=8, steps=30, updates=150))
    still = still_points(one, -1)
    assert still and still_points(replace(one, seconds=None), -1) == still
    large = watched(done(units=20))
    assert still_points(replace(large, seconds=None), -1) == ()  # it learns: nobody waits
    assert still_points(large, -1, moving=True) == ()
    showing = of_page("Training", one)[-1].show(one, frame=-1, still=still)
    verdicts = showing.checks()
    assert all(isinstance(v, Check) and v.passed for v in verdicts)
    points, kinds = resting(one.one, -1)
    assert sorted(point.kind for point in still) == sorted(kinds)
    params = one.one.weights(one.one.record.frames.rows[-1]["weights"])
    W, U, b = (params[name].astype(float) for name in ("Waa", "Wya", "ba"))
    np.testing.assert_allclose(np.tanh(W @ points + b), points, atol=1e-12)
    across = (U @ points + params["by"])[0]
    np.testing.assert_allclose([point.across for point in still], across, atol=1e-6)
    moved = still_check(one.one, -1, points + 1e-6)
    assert not moved[0].passed
    assert "fixed points lie near the path" in showing.caption()


def test_what_is_wrong_on_purpose_or_has_ended_is_not_called_wrong():
    for one in (
        done(mistake="no-slope"),
        done(cell="rnn", activation="relu", optimiser="sgd", rate=100.0, clip=0.0),
    ):
        verdicts = [v for several in checked(one).values() for v in several]
        assert not [v for v in verdicts if isinstance(v, Check) and not v.passed]
    assert one.fault.sentence in of_page("Training", watched(one))[0].show(watched(one)).caption()


def test_a_record_is_followed_while_it_grows(tmp_path):
    folder = prepared(tmp_path / "one", Asked("adding"), replace(SMALL, updates=400))
    assert folder.followed() is None
    one = Training(TASKS["adding"], replace(SMALL, updates=400))
    for _ in one.run(350):
        pass
    live.write(folder.path, one)
    seen = folder.followed(whole=False)
    assert seen.done == 350 and seen.record.loss == one.record.loss
    np.testing.assert_array_equal(seen.record.tests, one.record.tests)  # NaN: none is right
    assert seen.fault is None
    assert seen.record.lags.updates == list(range(0, 350, 3))  # at most 160
    np.testing.assert_array_equal(seen.record.lags.stack("a"), one.record.lags.stack("a")[::3])
    assert seen.record.frames.updates == [0, 340]
    for name, array in one.record.frames.rows[-1].items():
        np.testing.assert_array_equal(seen.record.frames.rows[-1][name], array)
    carry_out(folder)
    whole = folder.followed()
    assert whole.done == 400 and len(whole.record.frames.updates) == 41
    (folder.path / live.NAME).write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"live\.npz must be a state"):
        folder.followed()


def test_an_end_at_nan_is_told_again(tmp_path):
    words = {"cell": "rnn", "activation": "relu", "optimiser": "sgd", "rate": 100.0, "clip": 0.0}
    folder = prepared(tmp_path / "out", Asked("adding"), replace(SMALL, **words))
    carry_out(folder)
    assert folder.followed().fault.sentence == folder.read("record.json")["ended"]


@pytest.mark.parametrize(
    "one",
    [
        plan.Plan(),
        plan.Plan(Asked("echo", 3), replace(plan.Plan().settings, steps=30, rate=1e-5, units=7)),
        plan.Plan(view="duel", cells=("lstm", "mingru"), seeds=2, matched=True),
        plan.Plan(view="mistake", mistake="no-slope"),
    ],
)
def test_a_plan_is_its_word(one):
    assert plan.read(plan.written(one)) == (one, [])


def test_a_cell_of_ones_own_needs_its_equations():
    one, problems = plan.read("adding~cell-own")
    assert problems and one.settings == plan.Plan().settings
    text = equations_of("rnn").replace("tanh", "sin")
    one, problems = plan.read("adding~cell-own~units-5", text, "rnn")
    assert not problems and one.own and one.settings.equations
    assert plan.written(one) == "adding~cell-own~units-5"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("flying", "task must be one of"),
        ("adding~units-9999", "units must be between 0 and 128, got 9999"),
        ("adding~units-nan", "units must be a number"),
        ("adding~rate-nan", "rate must be between"),
        ("adding~clip--1", "clip must be between"),
        ("adding~foo-1", "training must be made of its settings, got foo"),
        ("adding~equations-x", "training must be made of its settings, got equations"),
        ("adding~cells-rnn", "cells must be two or three, got 1"),
        ("adding~cells-rnn.sofa", "cells must be one of"),
        ("adding~seeds-99", "seeds must be between 1 and 5"),
        ("adding~mistake-none", "mistake must be one of"),
    ],
)
def test_a_wrong_piece_leaves_its_default_and_one_sentence(word, sentence):
    one, problems = plan.read(word)
    assert one == plan.Plan() and len(problems) == 1 and problems[0].startswith(sentence)


def test_matched_networks_have_as_many_parameters():
    task, one = TASKS["adding"], plan.Plan(view="duel", matched=True)

    def count(settings, more=0):
        return len(Training(task, replace(settings, units=settings.units + more)).params.vector)

    wanted = count(one.settings)
    for several in one.duel(task).values():
        assert [s.seed for s in several] == [1, 2, 3]
        apart = [abs(count(several[0], more) - wanted) for more in (-1, 0, 1)]
        assert min(apart) == apart[1]
    alike = replace(one, matched=False).duel(task)
    assert {s.units for several in alike.values() for s in several} == {32}


class AtOnce(Executor):
    """Does what it is given before it says so, in this process."""

    def submit(self, function, /, path, worker):
        call: Future = Future()
        call.set_result(carry_out(Folder(Path(path))))
        return call


@pytest.fixture
def queue(tmp_path, monkeypatch):
    one = Trainings(tmp_path / "tasks", AtOnce())
    monkeypatch.setattr(cache, "trainings", lambda: one)
    return one


def test_whoever_asks_for_the_same_finds_the_same(queue):
    folder = queue.submit(Asked("adding"), SMALL)
    assert queue.find(Asked("adding"), SMALL) == folder and queue.state(folder) == "done"
    state = folder.state()
    assert queue.submit(Asked("adding"), SMALL) == folder
    assert queue.find(Asked("adding"), replace(SMALL, seed=2)) is None
    assert queue.find(Asked("adding"), SMALL, b"data") is None
    queue.submit(Asked("adding"), SMALL, anew=True)
    for name, array in folder.state().items():
        assert name == "seconds" or array.tobytes() == state[name].tobytes(), name
    folder.note("cancelled")
    queue.futures.clear()
    folder.note("queued")
    assert queue.state(folder) == "done"  # a server that is gone left it waiting


class Later(Executor):
    """Begins with nothing that it is given."""

    def submit(self, function, /, *arguments):
        return Future()


def test_who_cancels_leaves_a_training_to_those_who_watch_it(tmp_path):
    queue = Trainings(tmp_path / "tasks", Later())
    now = queue.clock()
    queue.clock = lambda: now
    folder = queue.submit(Asked("adding"), SMALL)
    queue.look(folder, "one")
    queue.look(folder, "two")
    queue.leave(folder, "one")
    assert queue.state(folder) == "queued" and queue.left(folder, "one")
    queue.look(folder, "one")  # the page stays open
    assert not queue.left(folder, "two")
    queue.leave(folder, "two")
    assert queue.state(folder) == "cancelled"
    queue.submit(Asked("adding"), SMALL)
    assert not queue.left(folder, "one")
    queue.look(folder, "two")
    now += WATCHED  # somebody who has gone
    queue.leave(folder, "one")
    assert queue.state(folder) == "cancelled"


def test_two_sessions_at_one_training(tmp_path, monkeypatch):
    queue = Trainings(tmp_path / "tasks", Later())
    now = queue.clock()
    queue.clock = lambda: now
    monkeypatch.setattr(cache, "trainings", lambda: queue)
    one = open_page("pages/5_Training.py", training=LINK)
    one.button(key="training-start").click().run()
    two = open_page("pages/5_Training.py", training=LINK)
    one.button(key="training-cancel").click().run()
    (folder,) = (Folder(path) for path in queue.root.iterdir())
    assert queue.state(folder) == "queued" and not one.exception
    assert any("Somebody else watches it" in text.value for text in one.caption)
    two.button(key="training-cancel").click().run()
    assert queue.state(folder) == "cancelled" and not two.exception
    assert two.button(key="training-start").label == "Go on"


def replays(app):
    sent = [component.proto for component in app.get("bidi_component")]
    return [proto for proto in sent if proto.component_name == "rnnviz_replay"]


def test_what_is_played_is_drawn_frame_by_frame():
    one = watched(done("flip-flop", cell="rnn", units=8, steps=30, updates=150))
    frames = range(len(one.one.record.frames.rows))
    still = still_while_moving(one, frames)
    assert len({frozenset(p.kind for p in points) for points in still}) == 1
    for frame, points in zip(frames, still, strict=True):
        there = [p for p in points if p.across == p.across]
        assert there == list(still_points(one, frame))
    played, every = replay(one, "dark"), {e.name: e for e in of_page("Training", one)}
    assert set(played["lines"]) == {"training-loss", "training-lags"}
    assert set(played["frames"][0]["pictures"]) == set(every) - set(played["lines"])
    for k, frame in enumerate(played["frames"]):
        for name, told in frame["pictures"].items():
            first = played["frames"][0]["pictures"][name]
            data = [a | b for a, b in zip(first["data"], told["data"], strict=True)]
            showing = every[name].show(one, frame=k, still=still[k])
            drawn = showing.draw("dark").to_json(validate=False)
            assert {"data": data, "layout": first["layout"] | told["layout"]} == json.loads(drawn)
    row = played["ranges"]["training-answers"]["yaxis"]
    answers = one.one.record.frames.stack("answers")[:, 0, 0]
    assert row[0] < answers.min() and row[1] > answers.max()
    ends = [max(abs(one.one.eigenvalues(k))) for k in range(len(one.one.record.frames.rows))]
    reach = 1.1 * max(1, *ends)
    np.testing.assert_allclose(played["ranges"]["training-eigenvalues"]["xaxis"], [-reach, reach])


def test_the_sentences_of_what_is_played_are_told_of_its_update():
    one = replace(watched(done()), solved_at=20)
    says = replay(one, "light")["says"]
    assert [update for update, _ in says] == list(range(32))
    for update, told in says[1:-1]:
        loss = number(np.mean(one.one.record.loss[max(0, update - 10) : update]))
        there = "solved since update 20" if update >= 20 else "not yet solved"
        assert f"loss {loss} after {update} update" in told["training-loss"]
        assert there in told["training-loss"]
        row = one.one.record.lags.rows[update]["a"]
        share = number(float(row[-1]) / float(row[0]), 2)
        said = f"At update {update}: 5 steps back the last answer is felt {share} times"
        assert told["training-lags"].startswith(said)
    assert "before the first update" in says[0][1]["training-loss"]
    assert "below 0.01 after 20 updates" in says[-1][1]["training-loss"]


def test_the_last_frame_is_the_network_at_the_end(tmp_path):
    folder = prepared(tmp_path / "one", Asked("adding"), SMALL)
    carry_out(folder)
    for one in (folder.followed(), folder.opened()[0]):
        assert one.record.frames.updates == [0, 10, 20, 30, 31]
        last = one.record.frames.rows[-1]
        np.testing.assert_array_equal(last["weights"], one.params.vector)
        x, params = one.probe.batch.x, one.params.views
        a = forward(one.cell, params, x).states["a"]
        given = np.einsum("ya,amt->ymt", params["Wy"], a) + params["by"][:, :, None]
        np.testing.assert_allclose(last["answers"], given, rtol=0, atol=1e-5)
    more = prepared(tmp_path / "one", Asked("adding"), replace(SMALL, updates=45))
    carry_out(more)  # goes on as if nobody had looked
    assert more.followed().record.frames.updates == [0, 10, 20, 30, 40, 45]
    assert more.followed().record.loss == done(updates=45).record.loss


def test_what_was_followed_does_not_play_by_itself(monkeypatch):
    answers = {}
    monkeypatch.setattr(places, "store", lambda: SimpleNamespace(answers=answers))
    controls.looked("one", 1)
    assert not controls.hardly_seen("one")  # somebody else's
    for looks, hardly in ((5, True), (6, False)):
        controls.started("one")
        for done in range(looks):
            controls.looked("one", done)
            controls.looked("one", done)  # a look that saw nothing new
        assert controls.hardly_seen("one") == hardly
        assert not controls.hardly_seen("one")


def test_the_page_draws_what_the_record_holds_and_goes_through_it(queue):
    app = open_page("pages/5_Training.py", training=LINK)
    assert not app.exception and len(charts(app)) == 5
    assert "before" not in app.markdown[-1].value
    app.button(key="training-start").click().run()
    app.run()
    assert not app.exception and not app.error
    one, _ = plan.read(LINK)
    record = Training(TASKS["adding"], one.settings)
    for _ in record.run():
        pass
    loss, lags, answers, _, _ = charts(app)
    np.testing.assert_array_equal(decoded(loss["data"][0]["y"]), record.record.loss)
    np.testing.assert_array_equal(
        decoded(lags["data"][0]["customdata"]), record.record.lags.stack("a").T.ravel()
    )
    assert any("RNN: loss" in t.value and "after 31 updates" in t.value for t in app.markdown)
    assert not app.main.select_slider  # nobody saw it learn: it plays by itself, once
    (played,) = (json.loads(one.bytes) for one in replays(app))
    assert [frame["update"] for frame in played["frames"]] == [0, 10, 20, 30, 31]
    app.session_state.store.answers["training plays"] = ""  # it is over
    app.run()
    assert not replays(app)
    (slider,) = [one for one in app.main.select_slider if one.key == "training at"]
    assert slider.options == ["0", "10", "20", "30", "31"]
    slider.set_value(10).run()
    _, _, answers, _, _ = charts(app)
    shown = decoded(answers["data"][1]["y"])
    np.testing.assert_array_equal(shown, record.record.frames.rows[1]["answers"][0, 0])
    assert app.query_params["training"] == LINK and app.query_params["update"] == "10"
    for said, seen in (("10", 10), ("19", 10), ("0", 0), ("99", 31), ("²", 31), ("-1", 31)):
        other = open_page("pages/5_Training.py", training=LINK, update=said)
        assert not other.exception and other.select_slider(key="training at").value == seen
    app.select_slider(key="training at").set_value(31).run()
    assert "update" not in app.query_params


def test_another_task_brings_its_settings_along_but_for_what_was_changed(queue):
    def said():
        (rate,) = [one.value for one in app.number_input if one.label == "Learning rate"]
        (bias,) = [one.value for one in app.number_input if one.label == "Forget bias"]
        (updates,) = [one.value for one in app.number_input if one.label == "Updates"]
        (cell,) = [one.value for one in app.selectbox if one.label == "Cell"]
        return cell, rate, bias, updates

    def pick(task):
        next(one for one in app.selectbox if one.label == "Task").set_value(task).run()
        assert not app.exception and not app.error

    app = open_page("pages/5_Training.py", training="adding")
    assert said() == ("gru", 0.02, 1.0, 600) and "training" not in app.query_params
    pick("copy")
    assert said() == ("gru", 0.02, 2.0, 2600) and app.query_params["training"] == "copy"
    assert not any("1,425" in one.value for one in (*app.caption, *app.markdown))  # ask first
    pick("parity-last")
    assert said() == ("gru", 0.02, 0.0, 3000)
    (bias,) = [one for one in app.number_input if one.label == "Forget bias"]
    bias.set_value(-0.5).run()
    assert app.query_params["training"] == "parity-last~forget_bias--0.5"
    pick("echo")
    assert said() == ("rnn", 0.01, -0.5, 600)
    assert [one.disabled for one in app.number_input if one.label == "Forget bias"] == [True]
    pick("columns")
    assert said()[0] == "gru"


@pytest.mark.parametrize("name", TASKS)
def test_what_a_task_brings_along_is_its_word(name):
    one, problems = plan.read(name)
    assert not problems and plan.written(one) == name
    assert one.expected == TASKS[name].expected and (one.expected or name == "columns")
    assert replace(one, settings=replace(one.settings, seed=7)).expected == one.expected
    assert not replace(one, settings=replace(one.settings, units=3)).expected
    least = min(-5.0, one.settings.forget_bias - 1)
    other = replace(one, settings=replace(one.settings, forget_bias=least))
    assert plan.read(plan.written(other)) == (other, [])


def test_a_csv_of_ones_own_is_asked_for_and_learned(queue):
    app = open_page("pages/5_Training.py", training="columns")
    assert app.info and not charts(app) and not app.exception
    rows = "\n".join(f"{np.sin(t / 3):.4f},{np.cos(t / 3):.4f}" for t in range(300))
    app.file_uploader[0].set_value(("mine.csv", f"u,v\n{rows}".encode(), "text/csv")).run()
    assert not app.exception and not app.error and len(charts(app)) == 5
    assert [box.value for box in app.multiselect] == [["v"], ["u"]]


def test_a_csv_that_may_be_two_things_is_asked_about(queue):
    app = open_page("pages/5_Training.py", training="columns~units-2~updates-11")
    rows = "\n".join(f"{t},{np.sin(t):.4f},{np.cos(t):.4f}" for t in range(1, 301))
    app.file_uploader[0].set_value(("mine.csv", rows.encode(), "text/csv")).run()
    assert app.error and not charts(app) and not app.exception
    (numbers,) = (radio for radio in app.radio if radio.label.startswith("First column"))
    losses = []
    for said, inputs in (("no", ["1", "2"]), ("yes", ["1"])):
        (one,) = (radio for radio in app.radio if radio.label == numbers.label)
        one.set_value(said).run()
        assert not app.error and not app.exception and app.multiselect[1].value == inputs
        app.button(key="training-start").click().run()
        folder = max(map(Folder, queue.root.iterdir()), key=lambda each: each.submitted)
        asked = folder.asked
        assert asked.meant.index == (said == "yes") and asked.task(folder.data).n_x == len(inputs)
        kept = Kept.read((folder.path / NETWORK).read_bytes())  # as a capsule carries it
        assert kept.asked == asked and kept.task.n_x == len(inputs)
        losses.append(kept.loss[-1])
    assert losses[0] != losses[1]


def test_a_csv_with_gaps_asks_what_they_hold(queue):
    app = open_page("pages/5_Training.py", training="columns~units-2~updates-11")
    u, v = (np.round(wave(np.arange(300.0)), 4) for wave in (np.sin, np.cos))
    u[[3, 40, 41]] = np.nan
    rows = "\n".join(f"{'' if np.isnan(a) else a},{b}" for a, b in zip(u, v, strict=True))
    app.file_uploader[0].set_value(("mine.csv", f"u,v\n{rows}".encode(), "text/csv")).run()
    assert app.error and "3 gaps" in app.error[0].value and not charts(app)
    seen = {}
    for way in ("hold", "line"):
        (gaps,) = (radio for radio in app.radio if radio.label == "Gaps hold")
        gaps.set_value(way).run()
        assert not app.error and not app.exception
        app.button(key="training-start").click().run()
        folder = max(map(Folder, queue.root.iterdir()), key=lambda each: each.submitted)
        assert folder.asked.meant.gaps == way
        task = folder.task
        seen[way] = np.unique(task.batch(Key(1, 0), 4096, 20).x)
    filled = u.copy()
    filled[[3, 40, 41]] = (
        (u[2] + u[4]) / 2,
        u[39] + (u[42] - u[39]) / 3,
        u[39] + 2 * (u[42] - u[39]) / 3,
    )
    held = u.copy()
    held[[3, 40, 41]] = u[2], u[39], u[39]
    for way, whole in (("line", filled), ("hold", held)):
        learned = whole[: 300 - 300 // HELD_OUT]
        there = (learned - learned.mean()) / learned.std()
        apart = np.abs(seen[way][:, None] - there)
        assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1e-9  # sums of 300 numbers


def test_a_meaning_that_is_none_is_refused():
    words = Asked("columns").to_dict(None)
    assert "meant" not in words  # what was trained before keeps its name
    for meant in ({"index": "no"}, {"gaps": "x"}, {"foo": True}):
        with pytest.raises(ExperimentError, match="must be one of"):
            Asked.of(words | {"meant": meant})


def test_a_length_that_a_task_cannot_have_is_one_sentence():
    app = open_page("pages/5_Training.py", training="anbn~steps-1")
    assert not app.exception


def test_a_cell_of_ones_own_learns_here(queue):
    equations = equations_of("rnn").replace("activation(z)", "tanh(2 * z)")
    words = to_link(rnnviz.Experiment(cell="rnn", equations=equations))
    app = open_page("pages/5_Training.py", **words, training=f"{LINK}~cell-own")
    assert not app.exception and not app.warning and len(charts(app)) == 5
    app.button(key="training-start").click().run()
    assert not app.exception and app.query_params["training"].count("cell-own") == 1
    (path,) = queue.root.iterdir()
    assert (
        Folder(path).settings.equations
        == rnnviz.Experiment(**{"cell": "rnn", "equations": equations}).equations
    )


def test_a_text_of_ones_own_is_learned_in_place_of_the_projects():
    app = open_page("pages/5_Training.py", training="characters~units-4~steps-6~batch-4")
    before = [text.value for text in app.markdown if "chance is" in text.value]
    app.file_uploader[0].set_value(("mine.txt", b"abracadabra " * 40, "text/plain")).run()
    after = [text.value for text in app.markdown if "chance is" in text.value]
    assert not app.exception and before != after
    shares = np.array([5, 2, 2, 1, 1, 1]) / 12
    assert f"chance is {-(shares * np.log(shares)).sum():.3g}" in after[0]
    app.file_uploader[0].set_value(("bad.txt", b"\xff\xfe", "text/plain")).run()
    assert not app.exception and ["must be UTF-8" in box.value for box in app.error] == [True]


def test_the_foot_gives_a_film_and_the_capsule_that_trains_again(
    queue, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    films = TrainingFilms()
    monkeypatch.setattr(cache, "training_films", lambda: films)
    given = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, content, *_, **__: given.update({label: content})
    )
    one, _ = plan.read(LINK)
    folder = queue.submit(one.asked, one.settings)
    app = open_page("pages/5_Training.py", training=LINK)
    app.session_state["drawer Film"] = app.session_state["drawer Capsule"] = True
    app.run()
    assert not app.exception and not app.error
    app.button(key="film make").click().run()
    asked = FilmAsked(str(folder.path), 31, "webp", "light")
    films.futures[films.find(asked).id].result(60)
    app.run()
    assert not app.exception and not app.error
    (label,) = (label for label in given if label.startswith("Download ("))
    training, task = folder.opened()
    film(Learning(training, task.title, task.chance(6)), tmp_path / "film.webp")
    assert given[label] == (tmp_path / "film.webp").read_bytes()
    (tmp_path / "capsule.zip").write_bytes(given["Capsule (.zip)"]())
    words = ["train", "--again", str(tmp_path / "capsule.zip"), "--out", str(tmp_path / "again")]
    assert any("train --again" in code.value for code in app.code) and main(words) == 0
    assert "all 31 losses and all" in capsys.readouterr().out
    assert given["Network alone (.npz)"] == (folder.path / NETWORK).read_bytes()
