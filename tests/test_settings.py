"""One table of settings: every field of Experiment is in it, and whatever is in it is everywhere.

A setting more costs a line in the table and one in Experiment: a copy of the package is given one.
"""

import argparse
import dataclasses
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from kinds import KINDS
from test_pages import open_page

import rnnviz
from rnnviz.core import versions
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.settings import SETTINGS, TRAINED
from rnnviz.exhibits.footer import footer
from rnnviz.export import add_experiment
from rnnviz.export import experiment as named

ROOT = Path(__file__).parent.parent
SERIES = ((1.0, 2.0), (3.0, 4.5))
every_setting = pytest.mark.parametrize("name", SETTINGS)


def changed(name):
    """An experiment with this setting at another value than its default."""
    setting = SETTINGS[name]
    if setting.kind is tuple or name == "signal":
        return rnnviz.Experiment(signal="csv", n_x=2, T_x=2, series=SERIES)
    if name in TRAINED:
        return rnnviz.Experiment(weights="run-gru", review="the film is good", label=1)
    if name == "text":
        return rnnviz.Experiment(signal="brackets", text="(())")
    if name == "equations":
        return rnnviz.Experiment(equations="# mine\na = tanh(Wc @ [a_prev, x] + bc)")
    others = [choice for choice in setting.choices if choice != setting.default]
    return rnnviz.Experiment(**{name: others[0] if others else setting.default + 1})


def parsed(*words):
    parser = argparse.ArgumentParser()
    add_experiment(parser)
    return named(parser.parse_args(words))


def test_the_table_has_the_fields_of_an_experiment_in_their_order_with_their_defaults():
    told = [(name, setting.name, setting.default) for name, setting in SETTINGS.items()]
    assert told == [(field.name, field.name, field.default) for field in fields(rnnviz.Experiment)]


@every_setting
def test_a_setting_is_of_one_kind_that_its_default_and_its_slider_keep_to(name):
    setting = SETTINGS[name]
    assert (
        sum(map(bool, (setting.bounds, setting.choices, setting.judge, setting.kind is tuple))) == 1
    )
    assert setting.check(setting.default) == setting.default
    for end in (*setting.bounds, *(setting.slider or ())):
        assert type(end) is setting.kind and setting.check(end) == end
    if setting.slider:
        assert setting.slider[0] <= setting.default <= setting.slider[1]


@pytest.mark.parametrize("word", ["letter", "label"])
def test_no_two_settings_share_a_word(word):
    assert len({getattr(setting, word) for setting in SETTINGS.values()}) == len(SETTINGS)


def test_the_newest_version_says_the_tables_defaults():
    assert list(versions.DEFAULTS)[-1] == versions.VERSION
    defaults = {name: setting.default for name, setting in SETTINGS.items()}
    assert versions.DEFAULTS[versions.VERSION] == defaults


@every_setting
def test_a_link_a_token_and_a_footer_say_it(name):
    experiment, setting = changed(name), SETTINGS[name]
    assert name in to_link(experiment) and name in experiment.stated
    assert f"~{setting.letter}" in to_token(experiment)
    assert from_link(to_link(experiment)) == (experiment, [])
    assert from_link({"x": to_token(experiment)}) == (experiment, [])
    value = getattr(experiment, name)
    if name in ("review", "text"):
        assert f"{name} “{value}”" in footer(experiment)
    elif name == "equations":  # too long for a line: what tells them from others
        assert re.match(r"mine, equations [0-9a-f]{8} from lstm, seed 1, ", footer(experiment))
    elif setting.kind is not tuple:
        said = value if name == "cell" else f"{name} {value}".removesuffix(".0")
        assert said in footer(experiment).split(", ")
    assert setting.always or name not in rnnviz.Experiment().stated


def test_a_footer_always_says_the_cell_the_seed_the_shapes_and_the_draws():
    words = "lstm, seed 1, n_x 3, n_a 16, n_y 2, m 10, T_x 50, init orthogonal, forget_bias 1"
    assert footer(rnnviz.Experiment()) == f"{words}, rnnviz {rnnviz.__version__}"


@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in ("series", "signal")])
def test_a_flag_sets_it(name):
    experiment = changed(name)
    flag = f"--{(SETTINGS[name].flag or name).replace('_', '-')}"
    assert parsed() == rnnviz.Experiment()
    also = [] if name not in TRAINED else ["--weights", "run-gru"]
    also += ["--signal", "brackets"] if name == "text" else []
    if name == "label":
        also += ["--review", experiment.review]
    one = rnnviz.Experiment(weights="run-gru") if name == "weights" else experiment
    one = dataclasses.replace(one, label=2) if name == "review" else one
    assert parsed(*also, flag, str(getattr(one, name))) == one


@pytest.mark.parametrize("name", [name for name in SETTINGS if name != "equations"])
def test_a_control_shows_it_for_the_cells_that_heed_it(name):
    experiment, setting = changed(name), SETTINGS[name]
    heeding = [cell for cell in rnnviz.CELLS if setting.used_by(rnnviz.CELLS[cell])]
    assert heeding
    for cell in KINDS if len(heeding) < len(rnnviz.CELLS) else [experiment.cell]:
        app = open_page("pages/2_States.py", **to_link(experiment) | {"cell": cell})
        assert not app.exception and not app.warning
        shown = {
            widget.label: getattr(widget, "value", None)
            for kind in ("selectbox", "slider", "number_input", "text_area", "file_uploader")
            for widget in app.sidebar.get(kind)
        }
        assert (setting.label in shown) is (cell in heeding)
        if cell in heeding and setting.kind is not tuple:
            assert shown[setting.label] == (cell if name == "cell" else getattr(experiment, name))


USED = """
import argparse, sys
sys.path.insert(0, {root!r})
import rnnviz
from streamlit.testing.v1 import AppTest
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.exhibits.footer import footer
from rnnviz.export import add_experiment, experiment
assert rnnviz.__file__.startswith({root!r}), rnnviz.__file__
one = rnnviz.Experiment(noise=0.5)
assert from_link(to_link(one)) == from_link({{"x": to_token(one)}}) == (one, [])
assert to_token(one) == "2~z0.5" and to_token(rnnviz.Experiment()) == "2"
assert from_link({{"x": "2~a4"}}) == (rnnviz.Experiment(n_a=4, noise=0.0), [])
assert ", noise 0.5, " in footer(one) and "noise" not in footer(rnnviz.Experiment())
assert list(one.stated)[-1] == "noise"
parser = argparse.ArgumentParser()
add_experiment(parser)
assert experiment(parser.parse_args(["--noise", "0.5"])) == one
assert "of the input, 0.0 to 1.0 (0.0)" in parser.format_help()
try:
    rnnviz.Experiment(noise=2)
except rnnviz.ExperimentError as error:
    assert str(error) == "noise must be between 0.0 and 1.0, got 2.0"
app = AppTest.from_file({app!r}, default_timeout=60).switch_page("pages/2_States.py")
app.query_params["noise"] = "0.5"
app.run()
assert not app.exception and not app.warning
slider = app.sidebar.slider(key="control_noise")
assert (slider.label, slider.value, slider.max) == ("Noise", 0.5, 0.8)
slider.set_value(0.25).run()
assert app.query_params["noise"] == "0.25"
print("everywhere")
"""


def test_a_setting_more_costs_a_line_in_the_table_and_a_line_in_experiment(tmp_path):
    for part in ("rnnviz", "pages", "assets", "app.py"):
        source, copy = ROOT / part, tmp_path / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
    lines = {
        "settings": '    Setting("noise", 0.0, "z", "Noise", (0.0, 1.0), (0.0, 0.8), '
        'help="of the input"),\n',
        "experiment": '    noise: float = SETTINGS["noise"].default\n',
    }
    after = {"settings": 'Setting("series",', "experiment": "    series: tuple["}
    for module, line in lines.items():
        path = tmp_path / "rnnviz" / "core" / f"{module}.py"
        head, field, tail = path.read_text().partition(after[module])
        rest, end, tail = tail.partition("\n")
        path.write_text(head + field + rest + end + line + tail)
    code = USED.format(root=str(tmp_path), app=str(tmp_path / "app.py"))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert done.stdout == "everywhere\n", done.stderr[-2000:]
