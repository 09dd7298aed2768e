"""A vocabulary that lies beside a model: JSON, one word a line, or the index of Keras' reviews."""

import json
import re
from collections.abc import Mapping, Sequence

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import data
from rnnviz.sentiment.vocabulary import Vocabulary

MOST_BYTES = 50 * 2**20
_MOST_WORDS = 2_000_000
_IMDB = 88_584  # words of the index that keras.datasets.imdb.get_word_index gives
_PADDINGS = ("", "[PAD]", "<pad>", "<PAD>", "[pad]")
_UNKNOWNS = ("[UNK]", "<unk>", "<UNK>", "<OOV>", "<oov>", "[OOV]", "UNK")
_STARTS = ("<start>", "<START>", "[START]", "<sos>", "<SOS>", "<s>", "<bos>")


def read(content: bytes, rows: int | None = None) -> Vocabulary:
    """The vocabulary in a file; `rows` is how many ids the model knows, by which it is told where a
    list begins to count.

    Raises ExperimentError, one sentence, where it is none.
    """
    if len(content) > MOST_BYTES:
        raise ExperimentError(
            f"a vocabulary may have {MOST_BYTES >> 20} MB, got {len(content) >> 20} MB"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExperimentError("a vocabulary must be text in UTF-8, got other bytes") from None
    if text.lstrip()[:1] not in ("{", "["):
        return _of_lines(text, rows)
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        if text.lstrip().startswith("["):  # the first word may be a mark in brackets
            return _of_lines(text, rows)
        raise ExperimentError("a vocabulary in braces must be JSON, got other text") from None
    try:
        return _of_json(given, rows)
    except json.JSONDecodeError:
        raise ExperimentError("word_index must be JSON within the JSON, got other text") from None


def _of_json(given, rows: int | None) -> Vocabulary:
    if isinstance(given, dict) and isinstance(given.get("config"), dict):  # Tokenizer.to_json()
        config = given["config"]
        index = config.get("word_index")
        index = json.loads(index) if isinstance(index, str) else index
        return _of_index(_numbered(index), rows, config.get("oov_token"))
    if isinstance(given, dict) and isinstance(given.get("words"), list):  # a run's own words.json
        words = data.numbers([str(word) for word in given["words"]])
        return Vocabulary(words, data.UNKNOWN, data.START, "as of a run: its words from id 4 on")
    if isinstance(given, dict):
        return _of_index(_numbered(given), rows)
    if isinstance(given, list) and all(isinstance(word, str) for word in given):
        return _of_list(given, rows)
    raise ExperimentError(
        "a vocabulary must be a list of words, or words with their ids, got other"
    )


def _numbered(given) -> dict[str, int]:
    """Words with their ids, from either of the two."""
    if not isinstance(given, Mapping) or not 1 <= len(given) <= _MOST_WORDS:
        raise ExperimentError("a vocabulary must hold words with their ids, got none")
    pairs = list(given.items())
    if all(isinstance(value, str) and key.isdigit() for key, value in pairs):
        return {word: int(id) for id, word in pairs}
    for word, id in pairs:
        if not isinstance(id, int) or isinstance(id, bool) or not 0 <= id < 10**9:
            raise ExperimentError(
                f"every word of a vocabulary must have a whole number, got {shown(id)} for "
                f"{shown(word)}"
            )
    return dict(pairs)


def _of_index(index: dict[str, int], rows: int | None, unknown: str | None = None) -> Vocabulary:
    if len(index) == _IMDB and index.get("the") == 1:
        moved = {word: id + 3 for word, id in index.items()}
        return Vocabulary(moved, 2, 1, "Keras' index of reviews: every id 3 higher, 1 the start")
    marks = [unknown] if unknown else _UNKNOWNS
    at = next((index[mark] for mark in marks if mark in index), None)
    start = next((index[mark] for mark in _STARTS if mark in index), None)
    words = {word: id for word, id in index.items() if word not in (*_PADDINGS, *marks, *_STARTS)}
    told = f"{len(words):,} words with their ids"
    return Vocabulary(words, at, start, told + ("" if at is not None else "; others are left out"))


def _of_list(words: Sequence[str], rows: int | None) -> Vocabulary:
    """A list that counts from 0 where it begins with a mark, or holds as many as the model knows;
    else from what is left over: 1 behind padding, 2 behind an unknown word, 4 as Keras' reviews."""
    if not 1 <= len(words) <= _MOST_WORDS:
        raise ExperimentError(f"a vocabulary must have 1 to {_MOST_WORDS} words, got {len(words)}")
    marked = words[0] in (*_PADDINGS, *_UNKNOWNS, *_STARTS)
    left = (rows or len(words)) - len(words)
    first = left if not marked and left in (1, 2, 4) else 0
    index: dict[str, int] = {}
    for id, word in enumerate(words, first):
        index.setdefault(word, id)
    made = _of_index(index, rows)
    unknown = made.unknown if made.unknown is not None else {2: 1, 4: 2}.get(first)
    start = made.start if made.start is not None else {4: 1}.get(first)
    told = f"{len(made.index):,} words, the first line of the file as id {first}"
    return Vocabulary(
        made.index, unknown, start, told + ("" if unknown else "; others are left out")
    )


def _of_lines(text: str, rows: int | None) -> Vocabulary:
    """One word a line, or a word and its id in either order."""
    lines = text.removesuffix("\n").split("\n")
    lines = [line.rstrip("\r") for line in lines]
    pairs = [re.fullmatch(r"(\S+)[\t ,;]+(\d{1,9})", line) for line in lines]
    turned = [re.fullmatch(r"(\d{1,9})[\t ,;]+(\S+)", line) for line in lines]
    if all(pairs):
        return _of_index({one[1]: int(one[2]) for one in pairs if one}, rows)
    if all(turned):
        return _of_index({one[2]: int(one[1]) for one in turned if one}, rows)
    return _of_list([line.strip() for line in lines], rows)
