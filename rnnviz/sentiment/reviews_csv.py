"""A CSV of reviews as word ids and labels, or one sentence on what is wrong with which row.

The file is read as a stream: of the texts only their words' numbers are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.tables import delimited
from rnnviz.core.tables.delimited import DELIMITERS, Content, Form
from rnnviz.sentiment import columns, dealing
from rnnviz.sentiment.columns import Layout
from rnnviz.sentiment.words import tokens

MOST_BYTES = 128 * 2**20  # unpacked
MOST_ROWS = 2_000_000
_NO_LABEL = ("", "nan", "na", "n/a", "<na>", "null")
_SAMPLE = 400  # rows from which the form and the columns are told
_FIRST = 5  # rows that are shown as understood


@dataclass(frozen=True, eq=False)
class Reviews:
    """Reviews as they were understood.

    `rows` (n,) are their numbers in the file, `ids` one int32 array each of places in `words`,
    `texts` (n,) a number each, one for all that say the same, `labels` as they stand there;
    `wordless` are the rows left out; `first` are some rows as (number of the row, text, its words,
    label).
    """

    layout: Layout
    encoding: str
    rows: np.ndarray
    ids: Sequence[np.ndarray]
    words: tuple[str, ...]
    texts: np.ndarray
    labels: list[str]
    wordless: tuple[int, ...]
    first: tuple[tuple[int, str, list[str], str], ...]

    def told(self) -> list[str]:
        """How the file was read, one sentence each."""
        layout = self.layout
        names = f"texts from {layout.title(layout.text)}, labels from {layout.title(layout.label)}"
        how = f"{self.encoding}, {DELIMITERS[layout.form.delimiter]} between the fields"
        said = [f"{len(self.rows):,} reviews: {names}; read as {how}."]
        if self.wordless:
            rows = ", ".join(map(str, self.wordless[:5]))
            more = " .." if len(self.wordless) > 5 else ""
            count = len(self.wordless)
            said.append(
                f"{count:,} row{'s'[: count > 1]} without a word {'are' if count > 1 else 'is'} "
                f"left out (row{'s'[: count > 1]} {rows}{more})."
            )
        return said


def read(content: bytes, text: str = "", label: str = "", header: str = "") -> Reviews:
    """The reviews of a CSV, TSV or the like, also packed with gzip.

    `text` and `label` name their columns, or number them from 1; `header` says "yes" or "no" to
    whether the first row names the columns; "" finds out. Raises ExperimentError, one sentence for
    each thing that can be wrong, with the number of its row where it has one;
    columns.UnknownColumns where the columns have to be asked for.
    """
    file = delimited.opened(content, MOST_BYTES)
    if not file.data.strip():
        raise ExperimentError("a CSV must have a row for every review, got nothing")
    wrong: list[ExperimentError] = []
    for form in columns.forms(file, _SAMPLE):
        try:
            layout = columns.layout(_sample(file, form), form, text, label, header)
            return _reviews(file, layout)
        except ExperimentError as error:
            wrong.append(error)
            if isinstance(error, columns.UnknownColumns):
                break
    raise wrong[0]


def _sample(file: Content, form: Form) -> list[list[str]]:
    sample = []
    try:
        for row in delimited.rows(file, form):
            sample.append(row)
            if len(sample) == _SAMPLE:
                break
    except ExperimentError:
        if not sample:
            raise
    return sample


def _reviews(file: Content, layout: Layout) -> Reviews:
    numbers = _Numbers()
    rows, ids, labels, wordless, first = [], [], [], [], []
    joined: list[tuple[int, set[str]]] = []
    kinds: dict[str, str] = {}
    for number, row in _filled(file, layout):
        if number == layout.header_row:
            continue
        text, label = row[layout.text], row[layout.label].strip()
        words = tokens(text)
        if not words:
            wordless.append(number)
            continue
        if label.casefold() in _NO_LABEL:
            raise ExperimentError(
                f"every review must have a label, got {shown(label or 'none')} in row {number}"
            )
        if "\n" in text:
            joined.append((number, columns.seeming_labels(text, layout)))
        rows.append(number)
        labels.append(kinds.setdefault(label, label))
        ids.append(np.fromiter(map(numbers.__getitem__, words), np.int32, len(words)))
        if len(first) < _FIRST:
            first.append((number, text, words, label))
        if len(rows) > MOST_ROWS:
            raise ExperimentError(f"a CSV may have at most {MOST_ROWS:,} reviews, got more")
    for number, seeming in joined:
        if seeming and seeming <= kinds.keys():
            raise ExperimentError(
                f"row {number} must be one review, got a quoted text over several lines that end "
                "like rows: a quote that belongs to the text must be doubled"
            )
    return Reviews(
        layout, file.encoding, np.array(rows, np.int64), ids, tuple(numbers), dealing.same(ids),
        labels, tuple(wordless), tuple(first),
    )  # fmt: skip


class _Numbers(dict[str, int]):
    """Every word's number, in the order in which they come."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def _filled(file: Content, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each of the layout's width, with their numbers."""
    for number, row in enumerate(delimited.rows(file, layout.form), 1):
        if len(row) == layout.width:
            if any(map(str.strip, row)):
                yield number, row
        elif any(row):
            came = len(row)
            why = ": a text with a delimiter in it belongs in quotes" * (came > layout.width)
            like = "the header" if layout.header_row else "the first"
            raise ExperimentError(
                f"row {number} must have {layout.width} fields like {like}, got {came}{why}"
            )
