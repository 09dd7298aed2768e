"""Sentiment: which cell reads reviews best?"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.errors import shown
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Line, Note, cells, line, on, upright, written
from rnnviz.figures import reviews as figures
from rnnviz.sentiment import checks, comparison
from rnnviz.sentiment.labels import CLASSES

Results = Sequence[Mapping]  # of finished runs: result.json, and a `label`
Histories = Mapping[str, Sequence[Mapping]]  # rows of history.csv, by label
_FEWEST = 10  # reviews of which a share is drawn


def cell_of(label: str) -> str:
    """The cell's name, with which every label begins."""
    return label.split()[0]


def title_of(label: str) -> str:
    """A run's label as it is written: the cell's title, then the user's own words."""
    cell, *rest = label.split()
    title = CELLS[cell].title if cell in CELLS else {"bow": "bag of words"}.get(cell, cell)
    return " ".join([title, *rest])


def classes_of(row: Mapping) -> tuple[str, str]:
    """The names of class 0 and 1, as short as an axis has room for."""
    negative, positive = row.get("classes", CLASSES)
    return shown(negative), shown(positive)


def positive_of(rows: Results) -> str:
    """The positive class's name, where all runs have the same one."""
    names = {classes_of(row)[1] for row in rows}
    return names.pop() if len(names) == 1 else CLASSES[1]


def curves_marks(histories: Histories) -> list[Item]:
    """Of every run the validation accuracy and the training loss of each epoch."""
    marks: list[Item] = []
    for label, rows in histories.items():
        epochs = [float(row["epoch"]) for row in rows]
        for column, title in (("val_accuracy", "validation accuracy"), ("loss", "training loss")):
            values = np.array([row[column] for row in rows], float)
            curve = line(values, epochs, cell_of(label), name=title_of(label))
            marks += on(("epoch", title), curve)
    return marks


def curves_checks(histories: Histories) -> list[Verdict]:
    """What Keras reports is shown as it comes."""
    return [Unchecked("accuracy and loss", "they are Keras' own reports while it trains")]


def printed(rows: Results) -> Mapping[str, float] | None:
    """What the source notebook printed, beside runs on its own reviews."""
    return comparison.PRINTED if rows[0]["data"] == "IMDB" else None


def accuracy_marks(rows: Results) -> list[Item]:
    """Of every run its accuracy and how far the interval reaches; then what the notebook has."""
    marks: list[Item] = []
    axes = ("share of test reviews judged right", "")
    for row in rows:
        share, (low, high) = row["test_accuracy"], row["interval"]
        one = line(np.array([share]), [title_of(row["label"])], cell_of(row["label"]))
        reach, text = ([share - low], [high - share]), [f"{share:.1%}"]
        marks += on(axes, one._replace(reach=reach, text=text))
    shown = {row["cell"] for row in rows}
    notebook = {cell: share for cell, share in (printed(rows) or {}).items() if cell in shown}
    if printed(rows):
        titles = [title_of(cell) for cell in notebook]
        name = "printed in the source notebook"
        marks += on(axes, line(np.array([*notebook.values()]), titles, name=name))
    return [*marks, upright(0.5), Note("chance", 0.5)]


def by_distance(rows: Results) -> dict[str, Sequence[Mapping]]:
    """The accuracy by distance of the runs that have one, by label."""
    return {row["label"]: row["by_distance"] for row in rows if "by_distance" in row}


def distance_marks(rows: Results) -> list[Item]:
    """The accuracy at the middle of every distance that there are reviews of."""
    marks: list[Item] = []
    for label, buckets in by_distance(rows).items():
        filled = [bucket for bucket in buckets if bucket["count"]]
        middles = [(bucket["from"] + bucket["to"]) / 2 for bucket in filled]
        shares = np.array([bucket["accuracy"] for bucket in filled])
        curve = line(shares, middles, cell_of(label), name=title_of(label))
        marks += on(("words after the passage that decides", "accuracy"), curve)
    return marks


def calibration_marks(rows: Results) -> list[Item]:
    """How many are of the positive class of those of which it was said with some probability."""
    marks: list[Item] = []
    axes = ("probability that the model gives", f"share that is {positive_of(rows)}")
    for row in rows:
        bins = [one for one in row["calibration"] if one["count"] >= _FEWEST]
        said = [one["probability"] for one in bins]
        shares, counts = (np.array([one[name] for one in bins]) for name in ("share", "count"))
        more = {"hover": counts, "name": title_of(row["label"])}
        marks += on(axes, line(shares, said, cell_of(row["label"]), **more))
    return [*marks, Line(0, 1, 0, 1, "quiet")]


def confusion_marks(row: Mapping) -> list[Item]:
    """Of the reviews of a class (rows) the share of which each was said, and how many."""
    counts = np.array(row["confusion"])
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    names = classes_of(row)
    numbers = written(counts.ravel(), names * 2, [name for name in names for _ in names], 0)
    heat = cells(shares, names, (0.0, 1.0), names, hover=counts, down=True)
    return [*on(("the model says", "the review is"), heat, numbers)]


def _labelled(rows: Results) -> dict[str, Mapping]:
    return {row["label"]: row for row in rows}


curves = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=60,
        figure=figures.curves,
        marks=curves_marks,
        checks=curves_checks,
    )
)
accuracy = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=61,
        figure=figures.accuracy,
        arguments=lambda rows: (rows, printed(rows)),
        marks=accuracy_marks,
        checks=checks.accuracy,
        caption=comparison.verdict,
    )
)
distance = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=62,
        figure=figures.distance,
        arguments=lambda rows: (by_distance(rows),),
        marks=distance_marks,
        checks=lambda rows: checks.distance(_labelled(rows)),
        fits=lambda rows: bool(by_distance(rows)),
        share=1 / 2,
    )
)
calibration = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=63,
        figure=figures.calibration,
        arguments=lambda rows: (
            {row["label"]: row["calibration"] for row in rows},
            positive_of(rows),
        ),
        marks=calibration_marks,
        checks=lambda rows: checks.calibration(_labelled(rows)),
        share=1 / 2,
    )
)
confusion = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=64,
        figure=figures.confusion,
        arguments=lambda row: (row["confusion"], row["label"], classes_of(row)),
        marks=confusion_marks,
        checks=checks.confusion,
    )
)
