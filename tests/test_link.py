"""A link, long or short, old or new, gives back its experiment; a QR code is read by other eyes."""

import dataclasses
import io
import re
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlparse

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from test_browser import settled
from test_experiment import experiments
from test_pages import open_page

import rnnviz
from rnnviz.core import link, versions
from rnnviz.core.link import LETTERS, from_link, to_link, to_token
from rnnviz.export import qr
from rnnviz.lessons import LESSONS

FIELDS = [field.name for field in dataclasses.fields(rnnviz.Experiment)]
# Links of version 1 are out in the world: nothing below may be edited to make a test pass.
VERSION_1 = {
    "v=1": {
        "cell": "lstm", "seed": 1, "n_x": 3, "n_a": 5, "n_y": 2, "m": 10, "T_x": 50,
        "init": "notebook", "gain": 1.0, "forget_bias": 0.0, "signal": "gaussian",
        "loss": "cross_entropy_last", "activation": "tanh", "dtype": "float64", "series": (),
    },
    "v=1&cell=gru&seed=7&n_x=4&n_a=6&n_y=3&m=2&T_x=23&init=orthogonal&gain=1.5&forget_bias=-2.0"
    "&signal=sine&loss=upstream_every&activation=relu&dtype=float32": {
        "cell": "gru", "seed": 7, "n_x": 4, "n_a": 6, "n_y": 3, "m": 2, "T_x": 23,
        "init": "orthogonal", "gain": 1.5, "forget_bias": -2.0, "signal": "sine",
        "loss": "upstream_every", "activation": "relu", "dtype": "float32", "series": (),
    },
    "v=1&cell=rnn&n_x=2&T_x=3&signal=csv&series=eNqLjjbUM9BRMNIziNVRiDYGsU0gbFMQ20zPNDYWAI99B8s=": {
        "cell": "rnn", "seed": 1, "n_x": 2, "n_a": 5, "n_y": 2, "m": 10, "T_x": 3,
        "init": "notebook", "gain": 1.0, "forget_bias": 0.0, "signal": "csv",
        "loss": "cross_entropy_last", "activation": "tanh", "dtype": "float64",
        "series": ((1.0, 2.0), (3.0, 4.0), (5.0, 6.5)),
    },
}  # fmt: skip
TOKENS_1 = {
    "1": "v=1",
    "1~cgru~s7~x4~a6~y3~m2~t23~iorthogonal~g1.5~f-2.0~usine~lupstream_every~krelu~dfloat32": [
        *VERSION_1
    ][1],
    "1~crnn~x2~t3~ucsv~reNqLjjbUM9BRMNIziNVRiDYGsU0gbFMQ20zPNDYWAI99B8s": [*VERSION_1][2],
}

LESSONS_1 = {
    "by-hand": "1~t7",
    "gain": "1~crnn~x1~a8~m1~t101~iorthogonal~g0.9~lupstream_last~klinear",
    "chain": "1~crnn~x1~a12~m1~t80~ichain~uimpulse~lupstream_last~klinear",
    "forget": "1~x1~m1~t60~iidentity~g0.0~f3.0~uimpulse~lupstream_last",
    "gates": "1~a20~t60~iglorot~f3.0",
    "without-forget": "1~x1~m1~t100~iidentity~g0.0~ustep~lupstream_last"
    "~oU1bwCQ7xVchPUzC0tDSnk7tBTsPvLAA",
    "tied": "1~x1~m1~t60~iidentity~g0.0~f3.0~uimpulse~lupstream_last"
    "~oU1YoyUxNUfAJDvGlk6NB7kI4Fr_rAA",
    "which-gate": "1~a20~t60~iglorot",
    "saturation": "1~crnn~s5~x1~m1~t30~iidentity~g2.0~uimpulse~lupstream_last",
    "clipping": "1~crnn~a20~t60~iorthogonal~g2.0",
    "truncation": "1~crnn~x1~a10~m1~t40~iorthogonal~usine~lupstream_every",
    "initialisation": "1~crnn~x1~a64~m1~t30~g0.125~lupstream_last~klinear",
    "conventions": "1~cgru~x1~m1~t20~iidentity~g0.0~f-2.0~uimpulse~lupstream_last",
    "mistake": "1~cgru~t1~lupstream_last",
}


@pytest.mark.parametrize("words", VERSION_1)
def test_a_link_of_version_1_opens_as_it_was_meant(words):
    experiment, problems = from_link(dict(parse_qsl(words)))
    assert (experiment, problems) == (rnnviz.Experiment(**VERSION_1[words]), [])
    assert VERSION_1[words].items() <= dataclasses.asdict(experiment).items()


@pytest.mark.parametrize("token", TOKENS_1)
def test_a_short_link_of_version_1_opens_as_it_was_meant(token):
    experiment, problems = from_link({"x": token})
    assert (experiment, problems) == (rnnviz.Experiment(**VERSION_1[TOKENS_1[token]]), [])
    assert VERSION_1[TOKENS_1[token]].items() <= dataclasses.asdict(experiment).items()


def test_a_change_of_a_default_needs_a_version_of_its_own():
    present = dataclasses.asdict(rnnviz.Experiment())
    assert present == versions.DEFAULTS[versions.VERSION]
    assert list(versions.DEFAULTS)[-1] == versions.VERSION


def test_an_older_links_silence_means_the_older_default(monkeypatch):
    newer = {**versions.DEFAULTS["2"], "n_a": 9, "gain": 1.25}
    monkeypatch.setattr(link, "DEFAULTS", {**versions.DEFAULTS, "3": newer})
    monkeypatch.setattr(link, "VERSION", "3")
    for old in ({"v": "1"}, {"x": "1"}):
        assert from_link(old) == (rnnviz.Experiment(**VERSION_1["v=1"]), [])
    for old in ({"v": "2"}, {"x": "2"}):
        assert from_link(old) == (rnnviz.Experiment(), [])
    for new in ({"v": "3"}, {"x": "3"}, {}, {"sequence": "4"}):
        assert from_link(new) == (rnnviz.Experiment(n_a=9, gain=1.25), [])
    assert to_token(rnnviz.Experiment(n_a=9, gain=1.0)) == "3~g1.0"
    assert to_token(rnnviz.Experiment()) == "3~a16~g1.0"


@pytest.mark.parametrize("words", [words for words in VERSION_1 if words != "v=1"])
def test_a_link_that_names_fields_and_no_version_is_of_the_first(words):
    bare = dict(parse_qsl(words.removeprefix("v=1&")))
    assert from_link(bare) == (rnnviz.Experiment(**VERSION_1[words]), [])


@pytest.mark.parametrize(("name", "token"), LESSONS_1.items())
def test_a_lesson_is_about_what_its_links_of_version_1_say(name, token):
    experiment, problems = from_link({"x": token})
    assert (LESSONS[name].experiment, problems) == (experiment, [])
    words = LESSONS[name].own.words | {"v": "1"}
    assert LESSONS[name].at(words) == LESSONS[name].own


def test_every_field_has_a_letter():
    assert sorted(LETTERS.values()) == sorted(FIELDS)
    assert all(len(letter) == 1 and letter.isascii() and letter.isalpha() for letter in LETTERS)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(experiments)
def test_a_short_link_gives_back_its_experiment(experiment):
    token = to_token(experiment)
    assert from_link({"x": token}) == (experiment, [])
    assert quote(token, safe="") == token  # nothing that an address would have to escape
    full, short = urlencode(to_link(experiment)), urlencode({"x": token})
    assert len(short) < len(full)


def test_the_words_of_the_long_form_win_over_the_token():
    assert from_link({"x": "2~a7~t9", "n_a": "4"})[0] == rnnviz.Experiment(n_a=4, T_x=9)


@pytest.mark.parametrize(
    "token",
    [
        "", "~", "3", "3~cgru", "v1", "１", "1~", "1~~", "1~q", "1~Cgru", "1~cgru~clstm", "1~cevil",
        "1~a-1", "1~a3~a4", "1~a9e9", "1~a1_0", "1~gnan", "1~g1e999", "1~g" + "9" * 5000, "1~ucsv",
        "1~rAAAA", "1~ucsv~r" + "A" * 7000, "1~n" * 9, "~" * 99_999, "1~c\0", "1~c<script>",
        "1~y1", "1~a256~m256~t5000", "x" * 10_000, "1~ucsv~reNqLjjbUM9BRMNIziNVRiDYGsU0gbFMQ20",
    ],
)  # fmt: skip
def test_a_hostile_token_gets_one_sentence(token):
    experiment, problems = from_link({"x": token})
    assert experiment == rnnviz.Experiment()
    (problem,) = problems
    assert problem.startswith("x must ") and problem.isprintable() and len(problem) < 300
    assert problem.endswith("; the short link is left out")


@pytest.mark.slow
@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(max_size=40), st.sampled_from(sorted(LETTERS)), st.text(max_size=12))
def test_any_text_for_a_token_is_borne(text, letter, word):
    for token in (text, f"1~{text}", f"1~{letter}{word}"):
        experiment, problems = from_link({"x": token})
        assert isinstance(experiment, rnnviz.Experiment) and len(problems) <= 1


def test_a_page_opens_at_a_short_link_and_writes_the_long_one():
    app = open_page("pages/1_Step.py", x="1~cgru~a4~t9", t="3")
    assert not app.exception and not app.warning
    assert "x" not in app.query_params
    long = {name: app.query_params[name] for name in ("cell", "n_a", "T_x", "t")}
    assert long == {"cell": "gru", "n_a": "4", "T_x": "9", "t": "3"}


def test_a_page_bears_a_hostile_short_link():
    app = open_page("pages/2_States.py", x="1~cevil" + "~" * 5000)
    assert not app.exception
    (warning,) = app.warning
    assert warning.value.startswith("x must hold each field once")


# -- QR codes --------------------------------------------------------------------------------------


def pixels(link, scale=4):
    rows = list(qr.code(link).matrix_iter(scale=scale, border=qr.QUIET))
    return np.where(np.array(rows), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("length", [20, 60, 200, 600, qr.MOST])
def test_a_code_is_read_back(length):
    text = ("http://127.0.0.1:8501/Gates?x=1~cgru~s7~a6~g1.5&unit=2" + "&t=33" * 300)[:length]
    (code,) = zxingcpp.read_barcodes(pixels(text))
    assert code.text == text


def test_the_svg_holds_the_codes_squares_dark_on_light_with_a_quiet_zone():
    text = "https://example.org/Step?x=1~cgru"
    drawn = qr.svg(text)
    size = len(list(qr.code(text).matrix_iter(border=qr.QUIET)))
    assert f'viewBox="0 0 {size} {size}"' in drawn and "width=" not in drawn.split(">")[0]
    # The strokes of the path, laid out again: every one is a run of dark squares of a row.
    painted = np.zeros((size, size), int)
    x = y = 0.0
    path = re.search(r'stroke="#1c2126"[^>]* d="([^"]*)"|d="([^"]*)"[^>]*stroke="#1c2126"', drawn)
    for command, words in re.findall(r"([Mmh])([-\d. ]+)", next(filter(None, path.groups()))):
        numbers = [float(word) for word in words.split()]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            painted[int(y), int(x) : int(x + numbers[0])] = 1
            x += numbers[0]
    assert (painted == np.array(list(qr.code(text).matrix_iter(border=qr.QUIET)))).all()


def test_a_link_too_long_to_be_read_from_afar_is_refused():
    with pytest.raises(rnnviz.ExperimentError, match=r"^a link must have at most 1200 "):
        qr.svg("http://x/?" + "a" * 1300)


def test_an_experiment_too_long_for_a_link_says_so_in_the_drawer():
    rows = tuple(map(tuple, np.random.default_rng(0).standard_normal((900, 1))))
    app = open_page("pages/2_States.py")
    store = app.session_state["store"]
    store.experiment = rnnviz.Experiment(signal="csv", n_x=1, T_x=900, series=rows)
    store.adopted = True
    app.session_state["drawer Link"] = True
    app.run()
    assert not app.exception
    assert any("A capsule carries it" in text.value for text in app.caption)


@pytest.mark.parametrize("page", ["app.py", "pages/3_Gates.py", "pages/5_Dynamics.py"])
def test_every_page_bears_an_experiment_too_long_for_a_link(page):
    rows = tuple(map(tuple, np.random.default_rng(0).standard_normal((900, 1))))
    app = open_page(page)
    store = app.session_state["store"]
    fields = {"cell": "rnn", "signal": "csv", "n_x": 1, "T_x": 900, "series": rows}
    store.experiment = rnnviz.Experiment(**fields)  # Gates links to a cell that has some
    store.adopted = True
    assert not app.run().exception


# -- in a browser ----------------------------------------------------------------------------------


@pytest.fixture(params=["light", "dark"])
def page(request, browser, server):
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000}, color_scheme=request.param
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}/Gates?v=1&cell=gru&seed=7&n_a=6&T_x=23&unit=2")
    settled(page)
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_role("button", name="Copy link").wait_for()
    yield page
    context.close()


@pytest.mark.browser
def test_the_link_is_copied_and_the_code_is_read_off_the_screen(page):
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.get_by_role("button", name="Copy short link").click()
    page.wait_for_function(
        "async old => await navigator.clipboard.readText() !== old", arg=page.url
    )
    short = page.evaluate("navigator.clipboard.readText()")
    address = urlparse(page.url)
    token = "2~cgru~s7~a6~t23~inotebook~f0.0"
    assert short == f"{address.scheme}://{address.netloc}/Gates?x={token}&unit=2"
    code = page.get_by_role("img", name="QR code of")
    code.scroll_into_view_if_needed()
    assert code.bounding_box()["width"] >= 380
    shot = Image.open(io.BytesIO(code.screenshot())).convert("L")
    (code_read,) = zxingcpp.read_barcodes(np.asarray(shot))
    assert code_read.text == short
    other = page.context.new_page()
    other.goto(code_read.text)
    settled(other)
    words = {name: word for name, (word,) in parse_qs(urlparse(other.url).query).items()}
    assert (
        words.items() >= {"cell": "gru", "seed": "7", "n_a": "6", "T_x": "23", "unit": "2"}.items()
    )


@pytest.mark.browser
def test_a_link_is_copied_without_the_clipboards_leave(page):
    """The old way, where the page is not served over https."""
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }"
    )
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.browser
def test_the_code_fills_the_screen(page):
    page.get_by_role("button", name="QR code on the whole screen").click()
    page.wait_for_function("() => document.fullscreenElement")
    page.wait_for_timeout(500)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
    (code,) = zxingcpp.read_barcodes(np.asarray(shot))
    assert "/Gates?x=2~cgru" in code.text
    corners = [code.position.top_left, code.position.top_right]
    assert corners[1].x - corners[0].x > 600


@pytest.mark.browser
def test_the_data_buttons_give_files_that_open(page, tmp_path):
    import pandas as pd

    from rnnviz.core import tidy
    from rnnviz.export import capsule

    page.get_by_role("button", name="Data", exact=True).click()
    run = rnnviz.run(
        rnnviz.Experiment(cell="gru", seed=7, n_a=6, T_x=23, init="notebook", forget_bias=0.0)
    )
    got = {}
    for label in ("Capsule", "NumPy", "Parquet", "CSV", "Settings"):
        button = page.get_by_role("button", name=f"{label} (.")
        with page.expect_download() as waiting:
            button.click()
        got[label] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(got[label])
    assert {path.name for path in got.values()} == {
        f"rnnviz-gru-seed7.{end}" for end in ("zip", "npz", "parquet", "csv", "json")
    }
    with open(got["Capsule"], "rb") as file:
        capsule_read = capsule.read(file)
    assert capsule_read.experiment == run.experiment and capsule_read.digests == tidy.digests(run)
    with np.load(got["NumPy"], allow_pickle=False) as arrays:
        assert (arrays["update"] == run.trace.gates["update"]).all()
    for table in (pd.read_parquet(got["Parquet"]), pd.read_csv(got["CSV"])):
        rows = table[(table.quantity == "dx") & (table.unit == 3) & (table.sequence == 5)]
        assert (rows.value.to_numpy() == run.gradients.x[2, 4]).all()
