"""What is made once for all: the same for everybody, another for another, and bounded."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from rnnviz import Experiment, run
from rnnviz.exhibits import named
from rnnviz.ui import cache
from rnnviz.ui.by_bytes import ByBytes
from rnnviz.ui.chart import Picture


def made(size):
    return lambda: Picture(bytes(size), 300)


def size(picture):
    return len(picture.message)


def refused():
    raise AssertionError("it is there already")


def test_it_holds_so_many_bytes_those_asked_for_last():
    kept = ByBytes(10, size)
    for key in "abc":
        kept.get(key, made(3))
    kept.get("a", refused)
    kept.get("d", made(3))  # the fourth does not fit: b was asked for first
    assert all(kept.get(key, refused).height == 300 for key in "acd")
    assert len(kept.get("b", made(7)).message) == 7  # and now only it and the last fit
    kept.get("d", refused)
    assert len(kept.get("e", made(11)).message) == 11  # more than all may have
    assert len(kept.get("e", made(1)).message) == 1  # so it was not kept


def test_it_lets_go_of_what_was_asked_for_longest_ago_when_it_is_told_to():
    kept = ByBytes(10, size)
    for key in "abc":
        kept.get(key, made(3))
    kept.get("a", refused)
    assert kept.drop() and "b" not in kept and "a" in kept and kept.size == 6
    kept.clear()
    assert kept.size == 0 and not kept.drop()


def test_of_many_who_ask_at_once_one_makes_it():
    kept, calls, begin = ByBytes(1000, size), [], Barrier(8)

    def make():
        calls.append(1)
        return Picture(b"drawn", 300)

    def ask(_):
        begin.wait()
        return kept.get("same", make)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {Picture(b"drawn", 300)}
    assert len(calls) == 1


def test_what_could_not_be_made_is_tried_again():
    kept = ByBytes(1000, size)
    with pytest.raises(AssertionError):
        kept.get("a", refused)
    assert kept.get("a", made(1)).message == b"\0"


def test_another_run_choice_mode_or_width_is_another_picture():
    one, other = (run(Experiment(seed=seed)) for seed in (8001, 8002))
    each = named("states-trajectory")
    shown = [
        (each.show(subject, sequence=sequence, units=units), words)
        for subject in (one, other)
        for sequence in (0, 1)
        for units in ([0], [0, 1])
        for words in (("light", True), ("dark", True))
    ]
    drawn = [
        cache.picture(showing, words, lambda n=n: Picture(f"{n}".encode(), 300))
        for n, (showing, words) in enumerate(shown)
    ]
    assert [int(picture.message) for picture in drawn] == list(range(len(shown)))
    again = [cache.picture(showing, words, refused) for showing, words in shown]
    assert again == drawn
