"""Which columns of a file are the texts and the labels, and whether its first row names them."""

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.tables import delimited
from rnnviz.core.tables.delimited import DELIMITERS, Content, Form
from rnnviz.sentiment.labels import classes

# What columns are called; those of the second rank count where there is none of the first.
_TEXT = (
    frozenset("text review sentence tweet content".split()),
    frozenset("reviewtext comment body message phrase document cleantext tweettext texts reviews "
              "sentences tweets comments messages headline utterance reviewbody reviewstext "
              "sentimenttext originaltweet kommentar comentario texte avis".split()),
)  # fmt: skip
_LABEL = (
    frozenset("label sentiment target class polarity stars".split()),
    frozenset("rating score category labels sentiments airlinesentiment classlabel sentimentlabel "
              "overall star emotion feeling opinion starrating reviewrating reviewsrating "
              "bewertung sentimiento étiquette".split()),
)  # fmt: skip


class UnknownColumns(ExperimentError):
    """Columns of which nobody but the user can say which holds the text and which the label."""

    def __init__(self, what: str, layout: "Layout"):
        self.layout = layout
        titles = ", ".join(layout.title(place) for place in range(layout.width))
        super().__init__(
            f"a CSV must say which column is the {what}, got {shown(titles)}: name it "
            f"(--{what}-column NAME or its number)"
        )


class Layout(NamedTuple):
    """How a file is laid out: its form, the names of its columns ("" where none name them), in
    which row they stand (0: in none), and the places of the text and the label (-1: unknown)."""

    form: Form
    names: tuple[str, ...]
    header_row: int
    text: int = -1
    label: int = -1

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.names)

    def title(self, place: int) -> str:
        """A column in a sentence: its name, or its number from 1."""
        return shown(self.names[place]) if self.names[place] else f"column {place + 1}"


def forms(file: Content, sample: int) -> list[Form]:
    """The ways to cut a file into fields that come into question, the likeliest first."""
    scores = []
    for delimiter in DELIMITERS:
        rows = []
        try:
            for row in islice(delimited.rows(file, Form(delimiter)), sample):
                rows += [row] if row else []
        except ExperimentError:  # what is wrong with which row is said when it is read
            pass
        widths = [len(row) for row in rows] or [1]
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        named = sum(_ranked(rows[0], names)[0] >= 0 for names in (_TEXT, _LABEL)) if rows else 0
        steady = widths.count(usual) / len(widths) if usual > 1 else 0
        scores.append((named if usual > 1 or widths[0] > 1 else 0, steady > 0.9, steady, usual))
    best = list(DELIMITERS)[max(range(len(scores)), key=lambda place: scores[place])]
    likeliest = [Form(best)]
    if b"\\" in file.data:
        likeliest.append(Form(best, backslash=True))
    if re.search(re.escape(best) + ' "', file.data[: 1 << 20].decode(file.codec, "replace")):
        likeliest.append(Form(best, spaced=True))
    if best in "\t|":  # often written without any quoting
        likeliest.append(Form(best, quoted=False))
    return likeliest


def layout(rows: Sequence[Sequence[str]], form: Form, text: str, label: str, header: str) -> Layout:
    """The layout that some first rows show; `text`, `label` and `header` as `reviews_csv.read`.

    Raises UnknownColumns where a column has to be asked for.
    """
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    number, first = filled[0]
    if len(first) < 2:
        raise ExperimentError(
            "a CSV must have at least two columns, a text and a label, got one: "
            f"{shown(first[0] if first else '')}"
        )
    names, body = tuple(name.strip() for name in first), [row for _, row in filled[1:]]
    named = header == "yes" or (not header and _is_header(names, body))
    plain = Layout(form, names if named else ("",) * len(names), number if named else 0)
    places = []
    columns = [[row[k] for row in body if len(row) == len(names)] for k in range(len(names))]
    for what, asked, known in (("text", text, _TEXT), ("label", label, _LABEL)):
        place, several = _asked(asked, plain, what) if asked else _ranked(plain.names, known)
        if several:
            raise ExperimentError(
                f"a CSV must name the columns text and label once, got {shown(', '.join(names))}"
            )
        places.append(place)
    at_text, at_label = places
    if not named:  # the columns themselves may say it
        at_label = _only_labels(columns, at_text) if at_label < 0 else at_label
        at_text = _longest(columns, at_label) if at_text < 0 else at_text
    if len(names) == 2 and (at_text < 0) != (at_label < 0):  # one of two is known
        at_text, at_label = (at_text, 1 - at_text) if at_label < 0 else (1 - at_label, at_label)
    complete = plain._replace(text=at_text, label=at_label)
    for what, place in (("text", at_text), ("label", at_label)):
        if place < 0:
            raise UnknownColumns(what, complete)
    if at_text == at_label:
        raise ExperimentError(
            f"text and label must be two columns, got {plain.title(at_text)} for both"
        )
    return complete


def seeming_labels(text: str, layout: Layout) -> set[str]:
    """What would be labels if each line of a text were a row: then a quote was left open."""
    lines, delimiter = text.strip().splitlines(), layout.form.delimiter
    if layout.text < layout.label:
        parts = [line.rpartition(delimiter) for line in lines[:-1]]
        return {after.strip().strip('"') if mark else "\n" for _, mark, after in parts}
    parts = [line.partition(delimiter) for line in lines[1:]]
    return {before.strip().strip('"') if mark else "\n" for before, mark, _ in parts}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _ranked(names: Sequence[str], known: Sequence[frozenset[str]]) -> tuple[int, bool]:
    """The place of the one column with a known name, else -1; whether one name stands twice."""
    plain = [_plain(name) for name in names]
    for rank in known:
        places = [place for place, name in enumerate(plain) if name in rank]
        if len(places) == 1:
            return places[0], False
        if places:
            return -1, len({plain[place] for place in places}) < len(places)
    return -1, False


def _asked(asked: str, layout: Layout, what: str) -> tuple[int, bool]:
    """The place of a column by its name, or by its number from 1."""
    plain = [" ".join(name.casefold().split()) for name in layout.names]
    wanted = " ".join(asked.casefold().split())
    if wanted in plain and wanted:
        return plain.index(wanted), plain.count(wanted) > 1
    if wanted.isdecimal() and 1 <= int(wanted[:6]) <= layout.width:
        return int(wanted[:6]) - 1, False
    titles = ", ".join(layout.title(place) for place in range(layout.width))
    raise ExperimentError(
        f"{what} column must be one of {shown(titles)} or a number from 1 to {layout.width}, got "
        f"{shown(asked)}"
    )


def _is_header(names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: by known names, by its numbers 0, 1, 2 .., or where
    a column that repeats few values does not have the first row's among them."""
    if any(_ranked(names, known)[0] >= 0 or _ranked(names, known)[1] for known in (_TEXT, _LABEL)):
        return True
    counted = [name for name in names if name]
    if counted == [str(k) for k in range(len(counted))]:
        return True
    verdicts = []
    for place, name in enumerate(names):
        below = [row[place].strip() for row in body if len(row) == len(names)]
        if any(below) and len(set(below)) <= max(2, len(below) // 5):
            verdicts.append(name not in below)
    return all(verdicts) if verdicts else all(len(name) <= 30 for name in names)


def _only_labels(columns: Sequence[Sequence[str]], but: int) -> int:
    """The one column whose few values are labels that are known, else -1."""
    places = []
    for place, column in enumerate(columns):
        labels = [label.strip() for label in column]
        if place == but or not labels or not all(labels) or len(set(labels)) > len(labels) // 2:
            continue
        with suppress(ExperimentError):
            classes(labels)
            places.append(place)
    return places[0] if len(places) == 1 else -1


def _longest(columns: Sequence[Sequence[str]], but: int) -> int:
    """The one column of which the texts are by far the longest, else -1."""
    sizes = [0 if place == but else sum(map(len, column)) / max(1, len(column))
             for place, column in enumerate(columns)]  # fmt: skip
    order = sorted(range(len(sizes)), key=lambda place: -sizes[place])
    sure = sizes[order[0]] >= 10 and sizes[order[0]] >= 1.5 * sizes[order[1]]
    return order[0] if sure else -1
