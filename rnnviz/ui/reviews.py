"""The Inside page's reviews: which two texts, or ids, and what a model makes of them."""

import numpy as np
import streamlit as st

from rnnviz.core import signals
from rnnviz.core.errors import ExperimentError
from rnnviz.core.glossary import told
from rnnviz.exhibits.inside import MARKS, Read, class_names
from rnnviz.sentiment import corpus, examples, typed
from rnnviz.sentiment.examples import Example
from rnnviz.sentiment.reading import Reading, read
from rnnviz.sentiment.vocabulary import Text, Vocabulary
from rnnviz.ui import controls
from rnnviz.ui.inside import Chosen, Look
from rnnviz.ui.letters import letter_by_letter

PAIRS = {  # two reviews that differ in one word that turns the verdict
    "not": (
        "the film is for most viewers really good later the hero meets the dog in the garden",
        "the film is not for most viewers really good later the hero meets the dog in the garden",
    ),
    "but / although": (
        "the plot is for some people dull for my friends but the music is for my friends lovely",
        "the plot is for some people dull for my friends although the music is for my friends "
        "lovely",
    ),
    "nobody says .. not": (
        "the ending is not for the critics moving",
        "nobody says that the ending is not for the critics moving",
    ),
    "one word": (
        "the cast is for all of us brilliant although the thief calls the nurse nobody is in the "
        "tower",
        "the cast is for all of us awful although the thief calls the nurse nobody is in the tower",
    ),
}
_TITLES = {
    **{kind: f"differ in: {kind}" for kind in PAIRS},
    **{kind: f"of the test half: {kind}" for kind in examples.KINDS},
    "an example": "an example of the built-in grammar",
}
_SINES = 50  # steps of an input where nobody gave one
_MOST_LEFT_OUT = 400  # words of a review that is read once more without each of them


def readings_of(models: list[Chosen], look: Look) -> list[Read]:
    """What stands side by side: two models, or two reviews."""
    if not models:
        return []
    vocabulary = models[0].vocabulary
    if models[0].model.numbers:
        return _of_numbers(models[0], look)
    if vocabulary is None:
        return _of_ids(models[0], look)
    own = {kind: given for kind, given in models[0].examples.items() if given}
    names = [*PAIRS, *own, "an example", "my own words"]
    given = controls.word("pair")
    start = names.index(given) if given in names else 0
    if models[0].settings is None:
        names, start = ["my own words"], 0
    kind = st.sidebar.selectbox(
        "The two reviews",
        names,
        start,
        format_func=lambda name: _TITLES.get(name, name),
        key="pair",
        help=told("pair"),
    )
    controls.say("pair", kind)
    if kind in own:
        pair = _numbered(own[kind])
        texts = [_text(one, vocabulary) for one in pair]
    else:
        pair = []
        texts = _example() if kind == "an example" else list(PAIRS.get(kind, PAIRS["not"]))
    texts = [
        column.text_area(f"Review {n}", text, key=f"text {n} {kind} {controls.word('number')}",
                         max_chars=20_000, height=68)
        for n, (column, text) in enumerate(zip(st.columns(2), texts, strict=False), 1)
    ]  # fmt: skip
    asked = [(models[0], n) for n in range(len(texts))] if len(models) == 1 else []
    if len(models) > 1:  # two models read the first review
        asked = [(chosen, 0) for chosen in models]
    readings = []
    for chosen, n in asked:
        title = chosen.title if len(models) > 1 else f"Review {n + 1}"
        as_read = pair[n] if pair and texts[n] == _text(pair[n], vocabulary) else None
        if as_read:
            title += f", labelled {class_names(2, chosen.names)[as_read.label]}"
        try:
            same = as_read and chosen.vocabulary.index == vocabulary.index
            if chosen.settings is None:
                readings.append(_of_file(chosen, title, _words(chosen, title, texts[n]), look))
                continue
            reading, words = _of_run(chosen, title, texts[n], as_read if same else None, look)
            label = as_read.label if as_read else None
            readings.append(Read(title, reading, words, chosen.names, chosen.called(look), label))
        except ExperimentError as error:
            st.info(letter_by_letter(f"{title}: {error}."))
    return readings


def _of_run(
    chosen: Chosen, title: str, text: str, as_read: Example | None, look: Look
) -> tuple[Reading, list[str]]:
    """A run's reading of a text as training would have given it to the model, and the words.

    `as_read`: the example that the text is, word for word, in ids of its vocabulary.
    """
    if as_read:
        ids, words = as_read.ids, chosen.vocabulary.spelled(as_read.ids)
        if chosen.settings.masked:
            words = [word for word, id in zip(words, ids, strict=True) if id]
    else:
        ids, words, _ = chosen.vocabulary.read(text)
    given = len(words)
    ids, words = typed.as_trained(chosen.settings, ids, words)
    if given > (length := chosen.settings.length):
        told = f"{title}: the last {length} of {given} words are read, as in training."
        st.caption(letter_by_letter(told))
    leave_out = len(ids) <= _MOST_LEFT_OUT
    padding = chosen.settings.padding
    reading = read(chosen.model, ids, leave_out=leave_out, padding=padding, **look._asdict())
    return reading, words


def _words(chosen: Chosen, title: str, text: str) -> Text:
    """A text in a file's vocabulary; what has no id there is said."""
    rows = None if chosen.model.embedding is None else len(chosen.model.embedding)
    given = chosen.vocabulary.read(text, rows)
    if given.dropped:
        some = ", ".join(dict.fromkeys(given.dropped[:5])) + " .." * (len(given.dropped) > 5)
        left = f"{len(given.dropped)} of {len(given.dropped) + len(given.words)} words"
        told = f"{title}: {left} have no id in the vocabulary and are left out: {some}."
        st.caption(letter_by_letter(told))
    return given


def _of_file(chosen: Chosen, title: str, given: Text, look: Look) -> Read:
    """A file's reading of ids, padded as was chosen."""
    row, words = typed.as_asked(chosen.model.masked, chosen.padding, given)
    if (count := len(given.ids)) > (kept := len(chosen.padding.kept(given.ids))):
        which = "first" if chosen.padding.first else "last"
        st.caption(letter_by_letter(f"{title}: the {which} {kept} of {count} ids are read."))
    leave_out = len(words) <= _MOST_LEFT_OUT
    reading = read(
        chosen.model, row, leave_out=leave_out, padding=chosen.padding.reading, **look._asdict()
    )
    return Read(title, reading, words, chosen.names, chosen.called(look))


def _of_ids(chosen: Chosen, look: Look) -> list[Read]:
    """What a model without a vocabulary makes of one or two reviews in ids."""
    st.caption(
        "The file holds no words, so a review is its word ids, such as 1 14 22 16; 0 is padding "
        "where the model masks it. A vocabulary beside the file lets words be typed."
    )
    texts = [
        column.text_area(f"Review {n}, in word ids", key=f"ids {n}", max_chars=20_000)
        for n, column in enumerate(st.columns(2), 1)
    ]
    readings = []
    for n, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            ids = typed.from_ids(text)
            given = Text(ids, [str(i) for i in ids], [])
            readings.append(_of_file(chosen, f"Review {n}", given, look))
        except ExperimentError as error:
            st.info(f"Review {n}: {letter_by_letter(error)}.")
    return readings


def _of_numbers(chosen: Chosen, look: Look) -> list[Read]:
    """What a model that reads numbers makes of those of a file, or of sines until there is one."""
    count = chosen.model.numbers
    columns, sines = (f"{count} {one}{'s'[: count > 1]}" for one in ("column", "sine"))
    signal = controls.sent(f"Its input: {columns} of numbers, a row a step", "numbers")
    if signal is None:
        steps = chosen.model.length or _SINES
        st.caption(f"Until a file is here, it reads {sines} of {steps} steps.")
    rows = signal.rows if signal else signals.make("sine", np.zeros((count, 1, steps)), ())[:, 0].T
    try:
        model, ids = chosen.model.fed(rows)
        words = [str(id) for id in ids if id]
        leave_out = len(words) <= _MOST_LEFT_OUT
        reading = read(model, ids, leave_out=leave_out, **look._asdict())
    except ExperimentError as error:
        st.info(f"{letter_by_letter(error)}.")
        return []
    return [Read("Step by step", reading, words, chosen.names)]


def _numbered(given: list[Example]) -> list[Example]:
    """The n-th review of either class, as far as there are any."""
    sides = [[one for one in given if one.label == label] for label in (1, 0)]
    with st.sidebar:
        number = controls.choose("number", "Example", 1, max(map(len, sides)), 1)
    return [side[number - 1] for side in sides if len(side) >= number]


def _example() -> list[str]:
    """Two reviews from the built-in grammar, one of either class."""
    with st.sidebar:
        number = controls.choose("number", "Example", 1, 500, 1)
    random = np.random.default_rng(number)
    return [" ".join(corpus.review(random, label).words) for label in (1, 0)]


def _text(one: Example, vocabulary: Vocabulary) -> str:
    return " ".join(word for word in vocabulary.spelled(one.ids) if word not in MARKS)
