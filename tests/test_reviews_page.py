"""The Sentiment page shows a file of reviews as it is understood, and reads it once."""

import ast
import io
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_pages import open_page, sent
from test_reviews_csv import TEXTS, table

from rnnviz import ExperimentError
from rnnviz.core.tables import series
from rnnviz.sentiment import data, reviews_csv
from rnnviz.sentiment.settings import Settings
from rnnviz.ui import cache, uploads
from rnnviz.ui.letters import letter_by_letter

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent


def upload(content, name="mine.csv"):
    app = open_page("pages/6_Sentiment.py")
    app.selectbox(key="reviews").select("csv").run()
    sent(app, content, name)
    assert not app.exception
    return app


def can_train(app):
    return not next(button for button in app.button if button.label == "Train").disabled


def preview(app):
    (rows,) = [frame.value for frame in app.dataframe if "read as" in frame.value.columns]
    return rows


def told(app):
    return "\n".join(box.value for box in app.markdown).replace("\\", "")


def test_a_file_is_shown_as_it_is_understood():
    app = upload(table(("review", "sentiment"), ("Rotten", "fresh"), delimiter=";").encode())
    assert can_train(app) and not app.error
    assert "texts from review, labels from sentiment; read as UTF-8, semicolons" in told(app)
    assert "The positive class is “fresh” (20), the other “Rotten” (20)." in told(app)
    rows = preview(app)
    assert list(rows["class"]) == ["Rotten", "fresh"] * 2 + ["Rotten"]
    assert list(rows["row"]) == [2, 3, 4, 5, 6] and list(rows["text"]) == TEXTS[:5]
    assert rows["read as"][0] == "the bad film number a 0"


def test_columns_that_nobody_knows_are_menus():
    app = upload(table(("v1", "v2"), more=[("v3", "x")]).encode())
    assert not can_train(app)
    assert ["must say which column is the text" in box.value for box in app.error] == [True]
    menus = {box.label: box for box in app.selectbox}
    assert menus["The text"].options == ["v1", "v2", "v3"] and menus["The text"].value is None
    menus["The text"].select(0).run()
    assert not can_train(app)
    next(box for box in app.selectbox if box.label == "The label").select(1).run()
    assert can_train(app) and not app.error and "texts from v1, labels from v2" in told(app)
    next(box for box in app.selectbox if box.label == "The label").select(2).run()
    assert not can_train(app)


def test_a_first_row_is_a_review_where_the_switch_says_so():
    app = upload(table((), ("0", "4")).encode())
    (named,) = [box for box in app.toggle if box.label == "First row names the columns"]
    assert not named.value and preview(app)["row"][0] == 1
    app = upload(table(("text", "label")).encode())
    (named,) = [box for box in app.toggle if box.label == "First row names the columns"]
    assert named.value and "40 reviews" in told(app)
    named.set_value(False).run()
    assert not app.exception and not can_train(app)  # a third label, "label"
    assert any("positive class?" in box.label for box in app.radio)


def test_stars_have_a_threshold_that_can_be_moved():
    app = upload(table(kinds=("1", "2", "3", "4", "5")).encode())
    assert "“4 or more” (16), the other “under 4” (24)" in told(app)
    (slider,) = [box for box in app.select_slider if "begins at" in box.label]
    assert slider.value == 4
    slider.set_value(3.0).run()
    assert "“3 or more” (24), the other “under 3” (16)" in told(app) and can_train(app)


def test_what_is_wrong_stands_in_one_sentence_and_names_no_command():
    app = upload(b"a;b;c\n1;2;3\n4;5;6\n")
    assert not can_train(app) and len(app.error) == 1
    assert "--" not in app.error[0].value
    for content in (b"", b"alone", b"text,label\nfine, but long,1\n", b"\x1f\x8b\x08bad"):
        app = upload(content)
        assert len(app.error) == 1 and not can_train(app), content


def test_a_file_is_read_once(monkeypatch):
    read, count = reviews_csv.read, []
    monkeypatch.setattr(reviews_csv, "read", lambda *given: count.append(given[1:]) or read(*given))
    cache.uploaded_reviews.clear()
    file = SimpleNamespace(read=lambda: table().encode(), seek=lambda place: None)
    assert all(cache.uploaded_reviews("one", "", "", "", file).rows.size == 40 for _ in range(3))
    wrong = SimpleNamespace(read=lambda: b"text,label\na,b,1", seek=lambda place: None)
    for _ in range(3):
        assert isinstance(cache.uploaded_reviews("two", "", "", "", wrong), ExperimentError)
    assert len(count) == 2


def test_what_is_kept_is_read_as_the_page_read_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    content = table((), ("ham", "spam"), more=[("", "x")]).encode("utf-16")
    asked = {"text_column": "1", "label_column": "2", "positive": "spam"}
    path = uploads.Upload(io.BytesIO(content), asked).keep()
    dataset = data.load(Settings(data=path, **asked))
    assert dataset.classes == ("ham", "spam") and "read as UTF-16" in dataset.told[0]


def test_the_server_lets_through_what_the_pages_take():
    """Streamlit refuses what is larger than the server's limit, whatever a widget says."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    asked = [
        ast.unparse(word.value)
        for path in (ROOT / "rnnviz" / "ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and "file_uploader" in ast.unparse(node.func)
        for word in [next(word for word in node.keywords if word.arg == "max_upload_size")]
    ]
    known = {"MOST_BYTES >> 20": series.MOST_BYTES >> 20, "most": reviews_csv.MOST_BYTES >> 20}
    most = [known[words] if words in known else int(words) for words in asked]
    assert len(most) >= 4 and max(most) <= config["server"]["maxUploadSize"]


@pytest.mark.parametrize("word", ["*not* _this_", "`code` [a](b)", "$x$ :red[y] <b>", "a|b~c#"])
def test_a_users_words_stand_letter_by_letter(word):
    escaped = letter_by_letter(word)
    assert escaped.replace("\\", "") == word
    special = "`*_{}[]<>#|~$:"
    assert all(escaped[i - 1] == "\\" for i, c in enumerate(escaped) if c in special)
