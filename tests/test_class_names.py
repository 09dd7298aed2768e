"""Classes keep the names that a user's file has: in results, matrices, axes, checks, sentences."""

import numpy as np
import pytest
from test_reviews_csv import TEXTS, table

from rnnviz.__main__ import main
from rnnviz.core.checks import Check
from rnnviz.exhibits import sentiment as exhibits
from rnnviz.exhibits.base import every
from rnnviz.sentiment import runs
from rnnviz.sentiment.scores import scores

NAMES = [("rotten", "fresh"), ("0", "1"), ("2019-01-01", "2020-01-01"), ("under 4", "4 or more")]


def row(names, label="gru"):
    random = np.random.default_rng(1)
    labels = random.integers(2, size=500)
    p = np.clip(0.6 * labels + 0.4 * random.random(500), 0.01, 0.99)
    return scores(p, labels) | {"cell": "gru", "label": label, "data": "x", "classes": list(names)}


@pytest.mark.slow
@pytest.mark.parametrize("names", NAMES)
def test_pictures_and_their_checks_say_the_users_names(names):
    one = row(names)
    matrix = exhibits.confusion.show(one).draw()
    heat, numbers = matrix.data
    assert list(heat.x) == list(heat.y) == list(names)
    assert matrix.layout.xaxis.type == matrix.layout.yaxis.type == "category"
    written = dict(zip(zip(numbers.x, numbers.y, strict=True), numbers.text, strict=True))
    for true in (0, 1):
        for said in (0, 1):
            assert written[names[said], names[true]] == str(one["confusion"][true][said])
    drawn = exhibits.calibration.show([one]).draw()
    assert drawn.layout.yaxis.title.text == f"share that is {names[1]}"
    for subject, showing in (([one], exhibits.calibration), (one, exhibits.confusion)):
        verdicts = showing.show(subject).checks("light")
        assert all(verdict.passed for verdict in verdicts if isinstance(verdict, Check))
        told = " ".join(verdict.what for verdict in verdicts)
        assert "positive" not in told
    assert f"{names[1]} reviews" in " ".join(
        verdict.what for verdict in exhibits.calibration.show([one]).checks("light")
    )


@pytest.mark.slow
def test_runs_of_different_classes_share_the_general_name():
    several = [row(NAMES[0]), row(NAMES[1], "gru other")]
    drawn = exhibits.calibration.show(several).draw()
    assert drawn.layout.yaxis.title.text == "share that is positive"
    assert exhibits.classes_of({}) == ("negative", "positive")
    assert {"reviews-confusion", "reviews-calibration"} <= {one.name for one in every()}


@pytest.mark.training
def test_a_run_keeps_the_names_and_says_how_the_file_was_read(tmp_path, capsys):
    file = tmp_path / "mine.tsv"
    twice = [*TEXTS, TEXTS[0].upper(), "👍"]
    file.write_text(table(("Tweet", "Stars"), ("Rotten", "FRESH"), twice, "\t"))
    asked = ["sentiment", "--data", str(file), "--cells", "bow", "--out", str(tmp_path / "runs")]
    assert main(asked) == 0
    said = capsys.readouterr().out
    for sentence in (
        "41 reviews: texts from Tweet, labels from Stars; read as UTF-8, tabs between the fields.",
        "1 row without a word is left out (row 43).",
        "The positive class is “FRESH” (20), the other “Rotten” (21).",
        "1 review repeats the words of another: the same text is in one part of the split alone.",
    ):
        assert sentence in said
    (folder,) = runs.every(tmp_path / "runs")
    assert folder.classes() == ("Rotten", "FRESH") and len(folder.result()["told"]) == 4
    assert main([*asked, "--positive", "rotten"]) == 0
    assert runs.every(tmp_path / "runs")[0].classes() == ("FRESH", "Rotten")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--text-column", "9"], "text column must be one of text, label or a number"),
        (["--threshold", "3"], "labels must be numbers where there is a threshold"),
        (["--positive", "eggs"], "positive must be one of the labels Ham and spam"),
        (["--header", "maybe"], "header must be one of"),
        ([], "name the positive one (--positive LABEL)"),
    ],
)
def test_what_a_command_cannot_know_is_one_sentence(tmp_path, capsys, words, says):
    file = tmp_path / "mine.csv"
    file.write_text(table(kinds=("spam", "Ham")))
    out = tmp_path / "runs"
    assert main(["sentiment", "--data", str(file), "--out", str(out), *words]) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1 and not out.exists()
