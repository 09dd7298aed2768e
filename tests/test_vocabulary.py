"""A vocabulary beside a model: which id each word has, whatever file says so."""

import json

import pytest

from rnnviz import ExperimentError
from rnnviz.sentiment import word_files
from rnnviz.sentiment.vocabulary import of_run

TEXT = "The GOOD film, xyzzy!"


def ids(content, rows=None, most=None):
    """What a text is in a vocabulary, and its words."""
    if not isinstance(content, bytes):
        content = content if isinstance(content, str) else json.dumps(content)
        content = content.encode()
    text = word_files.read(content, rows).read(TEXT, most)
    return text.ids.tolist(), text.words, text.dropped


KNOWN = ["the", "good", "film", "(xyzzy)"]


@pytest.mark.parametrize(
    ("content", "rows", "expected"),
    [
        # words with their ids: others have none, or that of the mark for unknown words
        ({"the": 1, "good": 2, "film": 3}, None, ([1, 2, 3], KNOWN[:3], ["xyzzy"])),
        ({"<OOV>": 1, "the": 2, "good": 3, "film": 4}, None, ([2, 3, 4, 1], KNOWN, [])),
        ({"1": "the", "2": "good", "3": "film"}, None, ([1, 2, 3], KNOWN[:3], ["xyzzy"])),
        # a list that begins with marks counts from 0
        (["", "[UNK]", "the", "good", "film"], None, ([2, 3, 4, 1], KNOWN, [])),
        (["<unk>", "<pad>", "the", "good", "film"], None, ([2, 3, 4, 0], KNOWN, [])),
        # else from what the model's ids leave over
        (["the", "good", "film"], 3, ([0, 1, 2], KNOWN[:3], ["xyzzy"])),
        (["the", "good", "film"], 4, ([1, 2, 3], KNOWN[:3], ["xyzzy"])),
        (["the", "good", "film"], 5, ([2, 3, 4, 1], KNOWN, [])),
        (["the", "good", "film"], 7, ([1, 4, 5, 6, 2], ["▸", *KNOWN], [])),
        # one word a line, or a word and its id
        ("the\ngood\nfilm\n", 4, ([1, 2, 3], KNOWN[:3], ["xyzzy"])),
        ("\ufeffthe\r\ngood\r\nfilm\r\n", 4, ([1, 2, 3], KNOWN[:3], ["xyzzy"])),
        ("the\t7\ngood\t5\nfilm\t6\n", None, ([7, 5, 6], KNOWN[:3], ["xyzzy"])),
        ("7 the\n5 good\n6 film\n", None, ([7, 5, 6], KNOWN[:3], ["xyzzy"])),
        ("[PAD]\n[UNK]\nthe\ngood\nfilm\n", None, ([2, 3, 4, 1], KNOWN, [])),
        # a run's own
        ({"words": ["the", "good", "film"]}, 7, ([1, 4, 5, 6, 2], ["▸", *KNOWN], [])),
        # what Keras' Tokenizer writes
        (
            {"config": {"word_index": json.dumps({"<x>": 1, "the": 2, "good": 3, "film": 4}),
                        "oov_token": "<x>"}},
            None,
            ([2, 3, 4, 1], KNOWN, []),
        ),
    ],
)  # fmt: skip
def test_ids_are_those_of_the_file(content, rows, expected):
    assert ids(content, rows) == expected


@pytest.mark.slow
def test_keras_index_of_reviews_is_three_higher_with_a_start():
    index = {f"w{n}": n for n in range(4, word_files._IMDB + 1)}
    index |= {"the": 1, "good": 2, "film": 3}
    assert ids(index) == ([1, 4, 5, 6, 2], ["▸", *KNOWN], [])


def test_a_word_beyond_the_models_ids_is_unknown():
    index = {"<unk>": 1, "the": 2, "good": 9, "film": 3}
    assert ids(index, most=5)[:2] == ([2, 1, 3, 1], ["the", "(good)", "film", "(xyzzy)"])


def test_upper_case_is_kept_where_the_vocabulary_has_it():
    assert ids({"The": 1, "GOOD": 2, "film": 3})[0] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "must be text in UTF-8"),
        (b"{not json", "a vocabulary in braces must be JSON"),
        (b"{}", "must hold words with their ids"),
        (b"[]", "1 to 2000000 words, got 0"),
        (b"[1, 2]", "a list of words, or words with their ids"),
        (b'{"the": "one"}', "must have a whole number, got one for the"),
        (b'{"the": 1.5}', "must have a whole number"),
        (b'{"config": {}}', "must hold words with their ids"),
        (b"[" * 100_000, None),
    ],
)
def test_what_is_no_vocabulary_is_one_sentence(content, sentence):
    if sentence is None:  # a line that is a word: nothing that the review has
        with pytest.raises(ExperimentError, match="a word that the vocabulary holds"):
            word_files.read(content).read(TEXT)
        return
    with pytest.raises(ExperimentError, match=sentence) as error:
        word_files.read(content)
    assert len(str(error.value)) < 200 and "\n" not in str(error.value)


def test_too_large_a_file_is_not_read(monkeypatch):
    monkeypatch.setattr(word_files, "MOST_BYTES", 5)
    with pytest.raises(ExperimentError, match="a vocabulary may have"):
        word_files.read(b"the film")


def test_a_text_must_have_words_that_are_known():
    with pytest.raises(ExperimentError, match="at least one word"):
        of_run(["good"]).read("!!!")
    with pytest.raises(ExperimentError, match="a word that the vocabulary holds"):
        word_files.read(b'{"good": 1}').read("bad film")
