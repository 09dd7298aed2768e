"""Sentiment: which cell reads reviews best?"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Mark, cells, line, written
from rnnviz.figures import reviews as figures
from rnnviz.sentiment import checks, comparison

Results = Sequence[Mapping]  # of finished runs: result.json, and a `label`
Histories = Mapping[str, Sequence[Mapping]]  # rows of history.csv, by label
CLASSES = ("negative", "positive")
_FEWEST = 10  # reviews of which a share is drawn


def cell_of(label: str) -> str:
    """The cell's name, with which every label begins."""
    return label.split()[0]


def title_of(label: str) -> str:
    """A run's label as it is written: the cell's title, then the user's own words."""
    cell, *rest = label.split()
    title = CELLS[cell].title if cell in CELLS else {"bow": "bag of words"}.get(cell, cell)
    return " ".join([title, *rest])


def curves_marks(histories: Histories) -> list[Mark]:
    """Of every run the validation accuracy and the training loss of each epoch."""
    marks = []
    for label, rows in histories.items():
        epochs = [float(row["epoch"]) for row in rows]
        for column in ("val_accuracy", "loss"):
            values = np.array([row[column] for row in rows], float)
            marks.append(line(values, epochs, cell_of(label)))
    return marks


def curves_checks(histories: Histories) -> list[Verdict]:
    """What Keras reports is shown as it comes."""
    return [Unchecked("accuracy and loss", "they are Keras' own reports while it trains")]


def printed(rows: Results) -> Mapping[str, float] | None:
    """What the source notebook printed, beside runs on its own reviews."""
    return comparison.PRINTED if rows[0]["data"] == "IMDB" else None


def accuracy_marks(rows: Results) -> list[Mark]:
    """Of every run its accuracy and how far the interval reaches; then what the notebook has."""
    marks = []
    for row in rows:
        share, (low, high) = row["test_accuracy"], row["interval"]
        one = line(np.array([share]), [title_of(row["label"])], cell_of(row["label"]))
        marks.append(one._replace(reach=([share - low], [high - share])))
    shown = {row["cell"] for row in rows}
    notebook = {cell: share for cell, share in (printed(rows) or {}).items() if cell in shown}
    if printed(rows):
        marks.append(line(np.array([*notebook.values()]), [title_of(cell) for cell in notebook]))
    return marks


def by_distance(rows: Results) -> dict[str, Sequence[Mapping]]:
    """The accuracy by distance of the runs that have one, by label."""
    return {row["label"]: row["by_distance"] for row in rows if "by_distance" in row}


def distance_marks(rows: Results) -> list[Mark]:
    """The accuracy at the middle of every distance that there are reviews of."""
    marks = []
    for label, buckets in by_distance(rows).items():
        filled = [bucket for bucket in buckets if bucket["count"]]
        middles = [(bucket["from"] + bucket["to"]) / 2 for bucket in filled]
        shares = np.array([bucket["accuracy"] for bucket in filled])
        marks.append(line(shares, middles, cell_of(label)))
    return marks


def calibration_marks(rows: Results) -> list[Mark]:
    """How many are positive of those of which it was said with some probability."""
    marks = []
    for row in rows:
        bins = [one for one in row["calibration"] if one["count"] >= _FEWEST]
        said = [one["probability"] for one in bins]
        shares, counts = (np.array([one[name] for one in bins]) for name in ("share", "count"))
        marks.append(line(shares, said, cell_of(row["label"]), hover=counts))
    return marks


def confusion_marks(row: Mapping) -> list[Mark]:
    """Of the reviews of a class (rows) the share of which each was said, and how many."""
    counts = np.array(row["confusion"])
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    numbers = written(counts.ravel(), CLASSES * 2, [name for name in CLASSES for _ in CLASSES], 0)
    return [cells(shares, CLASSES, (0.0, 1.0), rows=CLASSES, hover=counts), numbers]


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
        beside=True,
    )
)
calibration = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=63,
        figure=figures.calibration,
        arguments=lambda rows: ({row["label"]: row["calibration"] for row in rows},),
        marks=calibration_marks,
        checks=lambda rows: checks.calibration(_labelled(rows)),
        beside=True,
    )
)
confusion = register(
    Exhibit(
        page="Sentiment",
        of=None,
        place=64,
        figure=figures.confusion,
        arguments=lambda row: (row["confusion"], row["label"]),
        marks=confusion_marks,
        checks=checks.confusion,
    )
)
