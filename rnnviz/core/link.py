"""An Experiment as the words of a link, long or short, and back; no link is ever trusted.

The long form names every field; the short one is a token `x`: the version, then a letter and the
word of each field that is not at that version's default, `2~cgru~s7~t80`. A link that names fields
and no version is of the first, from before there was a second.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus

from rnnviz.core import packing
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN, MOST_TEXT
from rnnviz.core.settings import SETTINGS, TRAINED, Setting
from rnnviz.core.tables.series import MAX_NUMBERS
from rnnviz.core.versions import DEFAULTS, UNSAID, VERSION

LETTERS = {one.letter: name for name, one in SETTINGS.items()}  # of the short form
MAX_SERIES = 6000  # characters: what browsers, proxies and messengers still carry in one link
_MAX_WORD = 40
_TEXTS = ("review", "text")


def to_link(experiment: Experiment) -> dict[str, str]:
    """Every field by name, and the version `v`, so that a link outlives a change of defaults.

    Of what is asked of trained networks alone nothing is said where weights are drawn. Raises
    ExperimentError where the user's own series, or a review, is too long for a link.

    >>> words = to_link(Experiment(cell="gru"))
    >>> words["v"], words["cell"], words["T_x"]
    ('2', 'gru', '50')
    """
    words = {"v": VERSION}
    words |= {name: str(getattr(experiment, name)) for name in SETTINGS}
    del words["series"], words["equations"]
    words = {name: word for name, word in words.items() if word or name != "text"}
    if experiment.weights == DRAWN:
        words = {name: word for name, word in words.items() if name not in TRAINED}
    _check_length("review", quote_plus(experiment.review))
    if experiment.series:
        words["series"] = _packed(json.dumps(experiment.series))
        _check_length("series", words["series"])
    if experiment.equations:
        words["equations"] = packing.packed(experiment.equations)
    return words


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def _check_length(name: str, word: str) -> None:
    if len(word) > MAX_SERIES:
        raise ExperimentError(
            f"{name} must fit into {MAX_SERIES} characters to travel in a link, got {len(word)}"
        )


def to_token(experiment: Experiment) -> str:
    """The short form: what is not at its default, each field by its letter.

    What a trained network fixes is left out, too. Raises ExperimentError as `to_link` does.

    >>> to_token(Experiment(cell="gru", seed=7, T_x=80))
    '2~cgru~s7~t80'
    """
    words, default = to_link(experiment), Experiment(**DEFAULTS[VERSION])
    for name in _TEXTS:  # letters of any language, in those that an address need not escape
        if text := getattr(experiment, name):
            words[name] = _packed(text)
    names = SETTINGS if experiment.weights == DRAWN else TRAINED
    changed = (
        letter + words[name].rstrip("=")
        for letter, name in LETTERS.items()
        if name in names and getattr(experiment, name) != getattr(default, name)
    )
    return "~".join([VERSION, *changed])


def from_link(words: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment that a link names, and one sentence for each word that could not be taken.

    Never raises: a word that is wrong leaves its default, the one of the link's version (UNSAID,
    where fields are named without one); a token that is wrong is left out whole; a network that is
    not here leaves drawn weights of its shapes. Words that name no field are ignored.

    >>> experiment, problems = from_link({"x": "1~cgru~t80", "seed": "-3"})
    >>> experiment.cell, experiment.T_x, experiment.seed
    ('gru', 80, 1)
    >>> problems
    ['seed must be between 0 and 4294967295, got -3; the default is used']
    """
    problems, given = [], {}
    if "x" in words:
        try:
            words = _untoken(words["x"]) | {k: v for k, v in words.items() if k != "x"}
        except ExperimentError as error:
            problems.append(f"{error}; the short link is left out")
    version = words.get("v", VERSION if words.keys().isdisjoint(SETTINGS) else UNSAID)
    if version not in DEFAULTS:
        problems.append(
            f"v must be one of {', '.join(DEFAULTS)}, got {shown(version)}: read as version "
            f"{VERSION}"
        )
        version = VERSION
    experiment = Experiment(**DEFAULTS[version])
    for name, setting in SETTINGS.items():
        try:
            if name in words:
                given[name] = setting.check(_parse(setting, words[name]))
        except ExperimentError as error:
            problems.append(f"{error}; the default is used")
    if given.get("weights", DRAWN) != DRAWN:
        try:
            return replace(experiment, **given), problems
        except ExperimentError as error:
            problems.append(f"{error}; weights drawn from the seed are used")
    given = {name: value for name, value in given.items() if name not in TRAINED}
    try:
        return replace(experiment, **given), problems
    except ExperimentError as error:
        return experiment, [*problems, f"{error}; the default experiment is used"]


def _untoken(token: str) -> dict[str, str]:
    """The words of a token; ExperimentError, one sentence, where it holds any that is wrong."""
    version, *parts = token[: 2 * MAX_SERIES].split("~")
    words = {"v": version}
    if len(token) > 2 * MAX_SERIES or version not in DEFAULTS:
        raise ExperimentError(
            f"x must be a short link that begins with a version ({', '.join(DEFAULTS)}), "
            f"got {shown(token)}"
        )
    for part in parts:
        name = LETTERS.get(part[:1])
        if name is None or name in words:
            raise ExperimentError(
                f"x must hold each field once, a letter of {', '.join(LETTERS)} and its value, "
                f"got {shown(part)}"
            )
        words[name] = _text(name, part[1:]) if name in _TEXTS else part[1:]
    _, problems = from_link(words)
    if problems:
        first, _, instead = problems[0].partition("; ")
        if instead.startswith("weights"):  # a network that is not here: see `from_link`
            return words
        raise ExperimentError(f"x must hold fields that can be run: {first}")
    return words


def _parse(setting: Setting, word: str) -> Any:
    if setting.kind is tuple:
        return _unpack(word)
    if setting.name == "equations":
        return packing.unpacked(word)
    if setting.kind is str:
        return word
    try:
        if len(word) > _MAX_WORD or not word.isascii() or "_" in word:
            raise ValueError
        return setting.kind(word)
    except ValueError:
        expected = "a whole number" if setting.kind is int else "a number"
        raise ExperimentError(f"{setting.name} must be {expected}, got {shown(word)}") from None


def _unpack(text: str) -> tuple[tuple[float, ...], ...]:
    try:
        plain = _unpacked(text, MAX_NUMBERS * 25)
        return tuple(tuple(float(number) for number in row) for row in json.loads(plain))
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise ExperimentError(
            "series must be the numbers of a CSV as this program packs them"
        ) from None


def _text(name: str, packed: str) -> str:
    try:
        return _unpacked(packed, 4 * MOST_TEXT).decode()
    except ValueError:
        raise ExperimentError(f"{name} must be text as this program packs it") from None


def _unpacked(text: str, most: int) -> bytes:
    """The bytes, at most so many, lest it is a bomb. Raises ValueError."""
    if len(text) > MAX_SERIES:
        raise ValueError
    try:
        padded = text + "=" * (-len(text) % 4)
        packed = base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        raise ValueError from None
