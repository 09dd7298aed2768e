"""Every page opens with every cell, tells the truth, and bears whatever a link holds."""

import base64
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tolerance
from kinds import KINDS
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz import figures, ui
from rnnviz.core import dynamics
from rnnviz.core.link import to_link
from rnnviz.core.versions import VERSION
from rnnviz.exhibits import gates, gradients, states, step
from rnnviz.sentiment import bridge, data, runs
from rnnviz.sentiment.reading import read as read_review
from rnnviz.sentiment.settings import Settings
from rnnviz.ui.equations import substituted

ROOT = Path(__file__).parent.parent
PAGES = ["app.py", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("pages/*.py"))]
every_page = pytest.mark.parametrize("page", PAGES)
# Home has the player, Lessons draws a chart once one is chosen (tests/test_lessons.py), and the
# glossary has words alone.
NO_CHART = (
    "app.py",
    "pages/0_Lessons.py",
    "pages/8_Glossary.py",
    "pages/9_Class.py",
    "pages/9_Progress.py",
    "pages/9_Status.py",
)
RUNNERS = [page for page in PAGES if "ui.experiment(" in (ROOT / page).read_text()]
every_runner = pytest.mark.parametrize("page", RUNNERS)  # the pages of an Experiment


def open_page(page, **link):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "app.py":
        app.switch_page(page)
    for name, word in link.items():
        app.query_params[name] = word
    return app.run()


def proof_tables(app):
    """The tables of checks, as they stand on the page."""
    bodies = [element.proto.body for element in app.get("html")]
    each = [ET.fromstring(body) for body in bodies if 'class="proof"' in body]
    return [
        pd.DataFrame([{c.get("data-label"): c.text for c in row if c.attrib} for row in rows])
        for rows in (table.findall(".//tbody/tr") for table in each)
    ]


def charts(app):
    sent = [component.proto for component in app.get("bidi_component")]
    drawn = [proto for proto in sent if proto.component_name == "rnnviz_chart"]
    return [json.loads(proto.bytes)["figure"] for proto in drawn]


def decoded(sent):
    """An array as Plotly sends it."""
    return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])


def read(text):
    """A number of Python's as a sentence writes it."""
    mantissa, _, power = text.replace("-", "−").partition("e")
    if not power:
        return mantissa
    raised = dict(zip("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
    digits = power.replace("+", "").lstrip("0").replace("−0", "−")
    return f"{mantissa} × 10{''.join(raised[c] for c in digits)}"


@every_runner
@pytest.mark.parametrize("cell", KINDS)
def test_every_page_opens_with_every_cell(page, cell):
    app = open_page(page, cell=cell, n_a="4", T_x="12")
    assert not app.exception and not app.error and not app.warning
    assert charts(app) or page in NO_CHART
    assert cell in [box.value for box in app.sidebar.selectbox[:2]]  # by itself, or in its kind
    assert app.query_params["n_a"] == "4" and app.query_params["cell"] == cell


@every_page
@pytest.mark.parametrize(
    "link",
    [
        {"n_a": "-1", "m": "1e9", "T_x": "nan", "gain": "inf", "seed": "9" * 10_000},
        {"cell": "x" * 10_000, "init": "\0", "signal": "<script>alert(1)</script>"},
        {"n_a": "256", "T_x": "5000", "m": "256"},
        {"n_y": "1", "series": "AAAA", "signal": "csv", "v": "999"},
        {"t": "-5", "sequence": "1e9", "unit": "nan", "units": "0-1-x-99999999", "clip": "inf"},
        {"runs": "../../etc-00000000-x", "run": "lstm-" * 99, "pair": "\0", "number": "nan"},
        {"t": "x" * 10_000, "clip": "nan", "seeds": "-1", "zzz": "y" * 10_000},
    ],
)
def test_hostile_links_give_a_picture_and_sentences(page, link):
    app = open_page(page, **link)
    assert not app.exception
    assert charts(app) or page in NO_CHART
    assert all(len(box.value) < 400 for box in [*app.warning, *app.error])


@every_page
@pytest.mark.parametrize(
    "link",
    [
        {"n_x": "1", "n_a": "1", "m": "1", "T_x": "1"},
        {"n_y": "1", "loss": "upstream_every"},
        {"cell": "rnn", "activation": "relu", "gain": "100", "T_x": "200"},
        {"cell": "rnn", "activation": "softmax", "loss": "cross_entropy_every"},
        {"gain": "0", "init": "identity", "signal": "impulse"},
        {"dtype": "float32", "signal": "sine", "forget_bias": "20"},
    ],
)
def test_the_edges_of_what_is_allowed_are_drawn(page, link):
    app = open_page(page, **link)
    assert not app.exception and not app.error
    assert charts(app) or page in NO_CHART


def test_a_control_changes_the_picture_and_the_link():
    app = open_page("pages/2_States.py")
    before = charts(app)
    app.sidebar.slider(key="control_gain").set_value(2.0).run()
    assert charts(app) != before
    assert app.query_params["gain"] == "2.0"


def test_a_move_wins_over_an_address_that_is_older_and_the_browsers_back_over_the_controls():
    app = open_page("pages/2_States.py")
    first = dict(app.query_params)
    app.sidebar.slider(key="control_gain").set_value(1.01).run()
    app.query_params = first  # a slow browser moves on before the address has come
    app.sidebar.slider(key="control_gain").set_value(1.04).run()
    assert app.query_params["gain"] == "1.04"
    before = charts(app)
    app.query_params = dict(first)  # and now its back: nothing has been moved
    app.run()
    assert app.query_params["gain"] == "1.0"
    assert app.sidebar.slider(key="control_gain").value == 1.0
    assert charts(app) != before
    app.query_params = {name: [word] for name, word in (first | {"gain": "1.04"}).items()}
    app.run()  # and forward
    assert app.sidebar.slider(key="control_gain").value == 1.04


def test_back_undoes_a_button_at_once():
    app = open_page("pages/5_Workshop.py")
    app.button(key="strike").click().run()
    struck = dict(app.query_params)
    app.button(key="start again").click().run()
    assert "equations" in struck and "equations" not in app.query_params
    app.query_params = struck
    app.run()
    assert app.query_params["equations"] == struck["equations"]
    assert not app.button(key="start again").disabled


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_a", 7), ("n_x", 4), ("n_y", 3), ("m", 4), ("T_x", 20), ("gain", 2.0),
        ("forget_bias", 2.0), ("seed", 2),
    ],
)  # fmt: skip
def test_every_number_changes_a_picture(name, value):
    def pictures(**link):
        opened = (open_page(page, v=VERSION, **link) for page in ("pages/1_Step.py", PAGES[4]))
        return [charts(app) for app in opened]

    assert pictures(**{name: str(value)}) != pictures()


def test_an_experiment_that_cannot_run_keeps_what_was_typed():
    app = open_page("pages/2_States.py")
    app.sidebar.slider(key="control_n_y").set_value(1).run()
    assert not app.exception
    assert "n_y must be at least 2" in app.error[0].value
    assert app.sidebar.slider(key="control_n_y").value == 1
    assert charts(app)


def test_the_notebooks_number_stands_on_the_step_page():
    app = open_page("pages/1_Step.py", T_x="7", t="7", sequence="4", unit="5")
    assert any("0.17211777" in text.value for text in app.markdown)
    experiment = rnnviz.Experiment(n_a=5, T_x=7, init="notebook", forget_bias=0.0)
    run, apart = rnnviz.run(experiment), tolerance.apart(experiment)["a"]
    assert run.trace.states["a"][4][3][6] == pytest.approx(0.17211776753291672, abs=apart)


@pytest.mark.parametrize("cell", KINDS)
def test_substituted_equations_hold(cell):
    """Every line of numbers, computed again from its own left side."""
    run = rnnviz.run(rnnviz.Experiment(cell=cell))
    for line in substituted(run, 7, 2, 1):
        *_, term, result = (part.strip() for part in line.split("="))
        if len(line.split("=")) < 3:
            continue
        python = re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", term)
        python = python.replace(r"\sigma", "sigmoid").replace(r"\cdot", "*")
        python = python.replace(r"\operatorname", "").replace("\\", "")
        names = {"max": max, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
        names |= {name: getattr(np, name) for name in ("tanh", "exp", "cos", "sin")}
        value = float(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", result).strip("()"))
        assert eval(python, {"__builtins__": {}}, names) == pytest.approx(value, rel=2e-3, abs=2e-4)


@pytest.mark.parametrize("cell", KINDS)
def test_the_sentences_carry_the_runs_own_numbers(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, T_x=30))
    a = run.trace.states["a"]
    told = f"{a[3, 2, 9]:.8f}".replace("-", "−")
    assert f"**{told}**" in step.player_caption(run, 9, 2, 3)
    peak = a[:, 4][np.unravel_index(np.abs(a[:, 4]).argmax(), a[:, 4].shape)]
    assert read(f"{peak:.4g}") in states.overview_caption(run, 4)
    norms = np.linalg.norm(run.gradients.states["a"], axis=(0, 1))
    assert f"**{read(f'{norms[0]:.3g}')}**" in gradients.norms_caption(run)
    whole = np.sqrt(sum((g**2).sum() for g in run.gradients.params.values()))
    assert (
        f"norm {read(f'{whole:.4g}')} and is cut to **{read(f'{whole / 2:.4g}')}**"
        in gradients.norms_caption(run, whole / 2)
    )
    if run.cell.memory:
        name, sign = run.cell.memory
        kept = run.trace.gates[name] if sign > 0 else 1 - run.trace.gates[name]
        half = np.median(np.log(0.5) / np.log(kept).mean(axis=(1, 2)))
        assert f"**{read(f'{half:.3g}')} steps**" in gates.overview_caption(run)


@every_runner
def test_the_snippet_gives_the_pages_figure(page):
    """What "The same in Python" prints runs as it stands and gives the dominant picture."""
    if page == "app.py":
        return
    app = open_page(page, n_a="4", T_x="12", sequence="3", seed="5")
    app.session_state["drawer Python"] = True
    app.run()
    code = app.code[0].value
    assert code.endswith("fig.show()")
    names = {}
    exec(code.removesuffix("fig.show()"), names)
    assert json.loads(names["fig"].to_json())["data"] == charts(app)[0]["data"]


def test_the_pages_need_no_tensorflow():
    source = f"""
import sys
class Blocked:
    def find_spec(self, name, *_):
        if name.split(".")[0] in ("tensorflow", "keras", "sklearn"):
            raise ImportError(name)
sys.meta_path.insert(0, Blocked())
from streamlit.testing.v1 import AppTest
for page in {PAGES!r}:
    app = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=60)
    if page != "app.py":
        app.switch_page(page)
    assert not app.run().exception, page
print("all open")
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.endswith("all open\n"), done.stderr


def test_a_csv_is_the_input():
    rows = tuple((float(t), -float(t)) for t in range(6))
    experiment = rnnviz.Experiment(signal="csv", series=rows, T_x=6, n_x=2)
    app = open_page("pages/1_Step.py", **to_link(experiment), t="4")
    assert not app.exception and not app.error and not app.warning
    run = rnnviz.run(experiment)
    assert (rows == run.trace.x[:, 5].T).all()
    drawn = np.array(figures.step.flow(run, 3, 0, 0).data[0].z)
    assert "6 steps of 2 inputs" in " ".join(c.value for c in app.caption)
    assert drawn[:2, 0].tolist() == [3.0, -3.0]


def test_drawn_items_are_the_engines():
    run = rnnviz.run(rnnviz.Experiment(loss="upstream_every", T_x=9))
    steps = dynamics.itemised_steps(run)
    items = dynamics.itemised(run, steps)
    z = np.array(figures.gradients.itemised(run, items, steps).data[0].z, float)
    # Drawn as logarithms in single precision: rounding those is rounding the number, times ln 10.
    rounded = tolerance.FLOAT32 * np.log(10) * np.nanmax(np.abs(z))
    np.testing.assert_allclose(10**z, items, rtol=rounded)


def test_sentiment_shows_what_comes_along():
    app = open_page("pages/6_Sentiment.py")
    assert not app.exception and not app.warning
    fig = charts(app)[0]
    results = {folder.id: folder.result() for folder in runs.included()}
    drawn = {t["y"][0]: t["x"][0] for t in fig["data"] if t.get("mode") == "markers+text"}
    assert drawn["GRU"] == results["gru"]["test_accuracy"]
    assert drawn["bag of words"] == results["bow"]["test_accuracy"] <= 0.72
    share = results["bow"]["test_accuracy"]
    assert any(
        f"up to 3 words on {share:.1%}: here the order" in text.value for text in app.markdown
    )


def test_learning_curves_stay_and_lead_to_inside_and_a_cancelled_run_is_no_result():
    cancelled, waiting = (runs.create(Settings(size=300)) for _ in range(2))
    cancelled.write("result.json", runs.find("gru").result())
    cancelled.note("cancelled")
    cancelled.rename("stopped")
    app = open_page("pages/6_Sentiment.py", runs=f"lstm-{cancelled.id}")
    assert not app.exception
    drawn = {fig["layout"]["title"]["text"]: fig for fig in charts(app)}
    curve, _ = drawn["How training goes"]["data"]
    assert list(decoded(curve["y"])) == [row["val_accuracy"] for row in runs.find("lstm").history()]
    first = drawn["Test accuracy, 95 % intervals"]["data"]
    assert [one["y"] for one in first if one.get("mode") == "markers+text"] == [["LSTM"]]
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert "run=lstm" in links["in Inside"]
    waiting.note("running", pid=os.getpid())
    app = open_page("pages/6_Sentiment.py", runs=waiting.id)
    assert not app.exception and not charts(app)  # no epoch, no picture
    for folder in (cancelled, waiting):
        folder.delete()


def test_settings_of_sentiment_outlive_a_visit_to_another_page():
    app = open_page("pages/6_Sentiment.py")
    app.radio(key="recipe").set_value("notebook").run()
    app.number_input(key="set_notebook_builtin_epochs").set_value(3).run()
    app.toggle(key="matched").set_value(True).run()
    kept = app.session_state["store"]
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.switch_page("pages/6_Sentiment.py")
    again.session_state["store"] = kept  # what a visit to another page leaves
    again.run()
    assert not again.exception
    assert again.radio(key="recipe").value == "notebook" and again.toggle(key="matched").value
    assert again.number_input(key="set_notebook_builtin_epochs").value == 3


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_inside_shows_the_readings_of_a_minimal_pair(cell):
    app = open_page("pages/7_Inside.py", run=cell, pair="not")
    assert not app.exception and not app.error
    folder = runs.find(cell)
    model, vocabulary = bridge.read(folder.model), folder.words()
    verdicts = []
    for text, fig in zip(app.text_area, (f for f in charts(app) if "lost" in str(f)), strict=True):
        ids = data.encode(text.value.split(), data.numbers(vocabulary), len(vocabulary) + 4)
        reading = read_review(model, ids, leave_out=True)
        drawn = [decoded(trace["y"]) for trace in fig["data"]]
        np.testing.assert_allclose(drawn[0], reading.probabilities)
        apart = 2 * tolerance.log_odds(reading)
        np.testing.assert_allclose(drawn[1], reading.missed, rtol=0, atol=apart)
        np.testing.assert_allclose(drawn[2], reading.influence)
        verdicts.append(reading.probabilities[-1] > 0.5)
    assert verdicts == [True, False] or cell == "rnn"


@pytest.mark.parametrize("kind", ["surest and right", "surest and wrong", "least sure"])
def test_inside_shows_reviews_of_the_test_half(kind):
    app = open_page("pages/7_Inside.py", run="rnn", pair=kind, number="2")
    assert not app.exception and not app.error
    folder = runs.find("rnn")
    model, kept = bridge.read(folder.model), folder.examples()[kind]
    pair = [[one for one in kept if one.label == label][1] for label in (1, 0)]
    drawn = [fig for fig in charts(app) if "lost" in str(fig)]
    for one, fig, label in zip(pair, drawn, ("positive", "negative"), strict=True):
        assert f"labelled {label}" in fig["layout"]["title"]["text"]
        last = decoded(fig["data"][0]["y"])[-1]
        apart = tolerance.probability(read_review(model, one.ids))
        assert apart < 1e-2 and last == pytest.approx(one.probability, abs=apart)
    app.text_area[0].set_value(app.text_area[0].value + " lovely").run()
    assert not app.exception and not app.error  # another text has no label
    titles = [fig["layout"]["title"]["text"] for fig in charts(app) if "lost" in str(fig)]
    assert "labelled" not in titles[0] and "labelled" in titles[1]


def test_two_models_read_a_review_of_the_first_ones_test_half():
    app = open_page("pages/7_Inside.py", run="rnn-lstm", pair="surest and wrong", number="99")
    assert not app.exception and not app.error
    kept = [one for one in runs.find("rnn").examples()["surest and wrong"] if one.label == 1]
    # The slider stops at the longer side, whichever that is; both models share a vocabulary.
    other = [one for one in runs.find("rnn").examples()["surest and wrong"] if one.label == 0]
    most = max(len(kept), len(other))
    first = next(side[most - 1] for side in (kept, other) if len(side) >= most)
    drawn = [decoded(f["data"][0]["y"])[-1] for f in charts(app) if "lost" in str(f)]
    models = [bridge.read(runs.find(cell).model) for cell in ("rnn", "lstm")]
    readings = [read_review(model, first.ids) for model in models]
    expected = [first.probability, readings[1].probabilities[-1]]
    apart = [tolerance.probability(reading) for reading in readings]
    assert max(apart) < 1e-2 and (np.abs(np.subtract(drawn, expected)) <= apart).all()


def test_inside_with_two_models_and_with_an_empty_review():
    app = open_page("pages/7_Inside.py", run="lstm-gru")
    assert not app.exception
    titles = [fig["layout"]["title"]["text"] for fig in charts(app) if "lost" in str(fig)]
    assert len(titles) == 2 and "lstm" in titles[0] and "gru" in titles[1]
    app.text_area[0].set_value("!!!").run()
    assert not app.exception
    assert any("at least one word" in info.value for info in app.info)


def sent(app, content, name="mine.keras"):
    app.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return app.run()


def other_head(content: bytes, **changed) -> bytes:
    """A .keras file whose Dense layer is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as file:
        for name in old.namelist():
            part = old.read(name)
            if name == "config.json":
                config = json.loads(part)
                config["config"]["layers"][-1]["config"].update(changed)
                part = json.dumps(config)
            file.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda content: b"nothing", "must be a .keras file"),
        (lambda c: other_head(c, activation="relu"), "sigmoid, softmax or no activation"),
    ],
)
def test_a_refused_file_leaves_no_other_models_picture(change, sentence):
    app = open_page("pages/7_Inside.py", run="lstm-gru")
    assert charts(app)
    sent(app, change(runs.find("lstm").model.read_bytes()))
    assert not app.exception and not charts(app) and not app.text_area
    assert [sentence in box.value for box in app.error] == [True]


def test_a_run_that_cannot_be_read_leaves_no_other_models_picture(monkeypatch):
    from rnnviz.ui import cache

    right = cache.model

    def model(path, changed):
        if "gru" in path:
            raise rnnviz.ExperimentError("a model must be a .keras file")
        return right(path, changed)

    monkeypatch.setattr(cache, "model", model)
    app = open_page("pages/7_Inside.py", run="gru-lstm")
    assert not app.exception and app.error and not charts(app)


def test_a_sent_file_reads_ids_and_names_what_is_none():
    content = runs.find("lstm").model.read_bytes()
    app = sent(open_page("pages/7_Inside.py", run="gru"), content)
    assert not app.exception and not app.error and not charts(app)  # nothing is typed yet
    ids = [1, 14, 22, 16, 43]
    expected = read_review(bridge.read(content), ids).probabilities[-1]
    for text in ("1 14 22 16 43", "1, 14, 22, 16, 43", "[1, 14, 22, 16, 43]", "1,14\n22;16 43,"):
        app.text_area[0].set_value(text).run()
        (drawn,) = [fig for fig in charts(app) if "lost" in str(fig)]
        assert decoded(drawn["data"][0]["y"])[-1] == pytest.approx(expected, abs=1e-6)
    for text, sentence in (
        ("1, 14, film", "got film in place 3"),
        ("1,,14", "got nothing in place 2"),
        ("1 -3", "got -3 in place 2"),
        ("1 2.5", "got 2.5 in place 2"),
        ("1 99999999999999999999", "in place 2"),
        ("1 9999", "ids must be between 0 and"),
        ("1 " * 5001, "1 to 5000 word ids, got 5001"),
    ):
        app.text_area[0].set_value(text).run()
        assert not app.exception and not charts(app)
        assert [sentence in box.value for box in app.info] == [True], text


def test_labels_that_are_not_known_are_asked_for():
    app = open_page("pages/6_Sentiment.py")
    app.selectbox(key="reviews").select("csv").run()
    lines = [f"the film number {i} is fine,{('spam', 'ham')[i % 2]}" for i in range(40)]
    sent(app, "\n".join(["text,label", *lines]).encode(), "mine.csv")
    (asked,) = [box for box in app.radio if box.label == "Which label is the positive class?"]
    assert not app.exception and not app.error
    assert list(asked.options) == ["ham", "spam"] and asked.value is None
    train = next(button for button in app.button if button.label == "Train")
    assert train.disabled
    asked.set_value("spam").run()
    assert not next(button for button in app.button if button.label == "Train").disabled
    sent(app, b"text,label\nfine, but long,1\n", "bad.csv")
    assert ["row 2 must have 2 fields" in box.value for box in app.error] == [True]
    assert next(button for button in app.button if button.label == "Train").disabled


def test_a_long_review_is_cut_as_in_training():
    app = open_page("pages/7_Inside.py", run="lstm", pair="my own words")
    folder = runs.find("lstm")
    length, vocabulary = folder.settings.length, folder.words()
    words = ["good", "bad"] * length
    app.text_area[0].set_value(" ".join(words)).run()
    assert any(f"the last {length} of {2 * length + 1} words" in c.value for c in app.caption)
    ids = data.encode(words, data.numbers(vocabulary), len(vocabulary) + 4)[-length:]
    drawn = next(fig for fig in charts(app) if "lost" in str(fig))
    expected = read_review(bridge.read(folder.model), ids).probabilities
    np.testing.assert_allclose(decoded(drawn["data"][0]["y"]), expected, rtol=1e-6)


@pytest.mark.slow
def test_runs_are_renamed_compared_and_deleted_on_the_page():
    folder = runs.create(Settings(size=300))
    folder.note("failed", reason="the worker was killed by signal 9")

    def act(button, name=""):
        app = open_page("pages/6_Sentiment.py")
        app.session_state["drawer Runs kept here"] = True
        app.run()
        picker = next(box for box in app.multiselect if box.label == "Runs")
        picker.set_value([folder.id])
        if name:
            next(box for box in app.text_input if box.label == "New name").set_value(name)
        app.run()
        next(one for one in app.button if one.label == button).click().run()
        assert not app.exception
        return app

    act("Rename", "my run")
    assert folder.name == "my run"
    app = act("Compare")
    assert app.query_params["runs"] == folder.id
    assert any("my run failed: the worker was killed" in box.value for box in app.warning)
    act("Delete")
    assert not folder.path.exists()


@every_runner
def test_the_table_of_every_picture_can_be_read(page):
    if page == "app.py":
        return
    app = open_page(page, n_a="4", T_x="12")
    app.session_state["drawer Numbers"] = True
    app.run()
    (menu,) = [box for box in app.selectbox if box.key == "table"] or [None]
    assert len(menu.options if menu else [1]) == len(charts(app))
    for choice in menu.options[1:] if menu else []:
        app.selectbox(key=menu.key).select(choice).run()
        assert not app.exception and app.dataframe[-1].value.shape[0] > 0


def test_what_is_slow_to_compute_keeps_nobody_waiting(monkeypatch):
    drawn = []
    monkeypatch.setattr(ui.show, "exhibit", lambda one, *_, **__: drawn.append(one.name))
    runs = {cell: rnnviz.run(rnnviz.Experiment(cell, n_a=2, T_x=3)) for cell in ("rnn", "gru")}
    ui.show.exhibits("Compare", runs)
    others = {"compare-states", "compare-norms", "compare-parameters"}
    assert set(drawn[:-1]) == others and drawn[0] == "compare-states"
    assert drawn[-1] == "compare-band"
