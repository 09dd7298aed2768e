"""A CSV of reviews as texts and classes, or one sentence on what is wrong with which row."""

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, shown

MOST_BYTES = 20 * 2**20
_COLUMNS = ("text", "label")
_DELIMITERS = (",", ";", "\t")
_PAIRS = (  # negative, positive: what they mean is sure in any spelling of upper and lower case
    *(("negative", "positive"), ("neg", "pos"), ("0", "1"), ("-1", "1"), ("0.0", "1.0")),
    *(("bad", "good"), ("rotten", "fresh"), ("false", "true"), ("no", "yes")),
    *(("dislike", "like"), ("thumbs down", "thumbs up")),
)


class UnknownLabels(ExperimentError):
    """Two labels of which nobody but the user can say which is the positive one."""

    def __init__(self, labels: Sequence[str]):
        self.labels = tuple(labels)
        super().__init__(
            f"label must say which class is positive, got {' and '.join(map(shown, labels))}: "
            "name the positive one (--positive LABEL)"
        )


class Reviews(NamedTuple):
    """Texts and their labels as they stand in the file, in which rows, and in which encoding."""

    rows: list[int]
    texts: list[str]
    labels: list[str]
    encoding: str


def read(content: bytes) -> Reviews:
    """The columns text and label of a CSV, separated by commas, semicolons or tabs.

    Raises ExperimentError, one sentence for each thing that can be wrong, with the number of its
    row where it has one (the header is row 1).
    """
    text, encoding = _decoded(content)
    rows = _rows(text)
    (header, *rows) = rows or [[]]
    names = [name.strip().lower() for name in header]
    for name in _COLUMNS:
        if names.count(name) != 1:
            how, once = ("name", " once") if name in names else ("begin with", "")
            raise ExperimentError(
                f"a CSV must {how} the columns text and label{once}, got {shown(', '.join(names))}"
            )
    at = [names.index(name) for name in _COLUMNS]
    places, texts, labels = [], [], []
    for number, row in enumerate(rows, 2):
        if not any(row) or (len(row) == len(names) and not "".join(row).strip()):
            continue  # an empty row is no review
        if len(row) != len(names):
            raise _other_width(number, len(names), len(row))
        review, label = (row[place].strip() for place in at)
        if not label:
            raise ExperimentError(f"every review must have a label, got none in row {number}")
        places.append(number)
        texts.append(review)
        labels.append(label)
    return Reviews(places, texts, labels, encoding)


def classes(labels: Sequence[str], positive: str = "") -> list[int]:
    """1 for each label of the positive class, 0 for the other; `positive` names it where the two
    words are none that are known.

    Raises UnknownLabels where that has to be asked for.
    """
    folded = [label.casefold() for label in labels]
    kinds = sorted(set(folded))
    if len(kinds) != 2:
        raise ExperimentError(
            f"label must have two classes, got {len(kinds)}: {shown(', '.join(kinds[:5]))}"
        )
    named = [next(label for label in labels if label.casefold() == kind) for kind in kinds]
    if positive:
        if positive.strip().casefold() not in kinds:
            raise ExperimentError(
                f"positive must be one of the labels {' and '.join(map(shown, named))}, got "
                f"{shown(positive)}"
            )
        return [int(label == positive.strip().casefold()) for label in folded]
    for low, high in _PAIRS:
        if {low, high} == set(kinds):
            return [int(label == high) for label in folded]
    raise UnknownLabels(named)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, or another that leaves no doubt."""
    if len(content) > MOST_BYTES:
        raise ExperimentError(
            f"a CSV may have at most {MOST_BYTES >> 20} MB, got {len(content) >> 20} MB"
        )
    if content[:2] in (b"\x1f\x8b", b"PK"):
        raise ExperimentError("a CSV must be text, got a compressed file: unpack it first")
    try:
        text, encoding = content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        text, encoding = _guessed(content, error.start)
    if "\0" in text:
        raise ExperimentError("a CSV must be text, got a zero byte")
    return text, encoding


def _guessed(content: bytes, start: int) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    matches = from_bytes(content)
    best = matches.best()
    if best is not None:
        if len(matches) == 1:
            return str(best).removeprefix("\ufeff"), best.encoding
        # The likeliest text is that of Windows-1252, by far the most frequent of them, too.
        if "cp1252" in best.could_be_from_charset:
            return str(best), "Windows-1252"
    names = ", ".join(match.encoding for match in list(matches)[:3])
    raise ExperimentError(
        f"a CSV must be UTF-8, got another byte at {start}"
        + (f", perhaps of {names}: save it as UTF-8" if names else "")
    )


def _rows(text: str) -> list[list[str]]:
    """Every row's fields; the delimiter is the one under which the header names both columns."""
    import pandas as pd

    if not text.strip():
        return []
    first = text.splitlines()[0].lower()
    named = [d for d in _DELIMITERS if set(_COLUMNS) <= {w.strip(' "') for w in first.split(d)}]
    delimiter = named[0] if named else ","
    csv.field_size_limit(MOST_BYTES)
    try:
        # The other engine joins rows over a stray quote, and pads short rows without a trace.
        frame = pd.read_csv(
            io.StringIO(text, newline=""),
            **{
                "sep": delimiter,
                "header": None,
                "dtype": str,
                "keep_default_na": False,
                "engine": "python",
            },
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise _unreadable(text, delimiter, str(error)) from None
    missing = frame.isna().to_numpy()
    return [
        [word for word, gone in zip(row, blank, strict=True) if not gone]
        for row, blank in zip(frame.to_numpy().tolist(), missing.tolist(), strict=True)
    ]


def _other_width(number: int, expected: int, came: int) -> ExperimentError:
    why = ": a text with a delimiter in it belongs in quotes" if came > expected else ""
    return ExperimentError(
        f"row {number} must have {expected} fields like the header, got {came}{why}"
    )


def _unreadable(text: str, delimiter: str, reason: str) -> ExperimentError:
    """What is wrong with a row that pandas refuses, and which row it is."""
    wide = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", reason)
    if wide:
        expected, number, came = map(int, wide.groups())
        return _other_width(number, expected, came)
    number = 1
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            number += 1
    except csv.Error as error:
        reason = str(error)
    return ExperimentError(
        f"row {number} must be fields, those with a quote in them quoted and the quote doubled, "
        f"got: {shown(reason)}"
    )
