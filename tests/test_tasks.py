"""What small networks learn: targets against plain loops, chance against what chance does."""

import math
from itertools import pairwise

import numpy as np
import pytest

from rnnviz import ExperimentError
from rnnviz.core.training import Key
from rnnviz.tasks import TASKS, Solved
from rnnviz.tasks.characters import MOST_BYTES, MOST_SYMBOLS, OTHER, characters, own_text
from rnnviz.tasks.columns import columns
from rnnviz.tasks.echo import echo


def sequences(task, m=3, steps=None, number=0):
    """Each sequence of a batch as lists: x by step, target by step, mask."""
    batch = task.batch(Key(1, number), m, steps or task.steps)
    target = batch.target if batch.target.ndim == 3 else batch.target[None]
    return [(batch.x[:, k].T.tolist(), target[:, k].T.tolist(), batch.mask[k].tolist())
            for k in range(m)]  # fmt: skip


def last(T_x):
    return [False] * (T_x - 1) + [True]


def adding(x, y, mask):
    marked = [t for t, (_, mark) in enumerate(x) if mark]
    assert [t >= len(x) // 2 for t in marked] == [False, True] and mask == last(len(x))
    assert y[-1][0] == pytest.approx(sum(x[t][0] for t in marked))


def copying(x, y, mask):
    symbols = [row.index(1) for row in x]
    asked = symbols.index(9)
    assert asked == len(x) - 11 and set(symbols[10:]) == {8, 9} and max(symbols[:10]) < 8
    assert [one for (one,) in y] == [8] * (asked + 1) + symbols[:10] and all(mask)


def parity(x, y, mask):
    ones = [sum(bit for (bit,) in x[: t + 1]) for t in range(len(x))]
    assert [one for (one,) in y] == [count % 2 for count in ones] and all(mask)


def parity_last(x, y, mask):
    assert {bit for (bit,) in x} <= {-1, 1}
    parity([((bit + 1) / 2,) for (bit,) in x], y, [True])
    assert mask == last(len(x))


def echoed(x, y, mask):
    assert mask == [t >= 10 for t in range(len(x))]
    assert [y[t] for t in range(10, len(x))] == x[: len(x) - 10]


def flip_flop(x, y, mask):
    state = [0, 0, 0]
    for pulses, held in zip(x, y, strict=True):
        state = [pulse or before for pulse, before in zip(pulses, state, strict=True)]
        assert held == state and all(state)
    assert all(mask)


def anbn(x, y, mask):
    letters = "".join("a" if a else "b" if b else " " for a, b in x)
    n = letters.count("a")
    assert letters.rstrip() == "a" * n + "b" * n
    assert [t for t, one in enumerate(mask) if one] == [*range(n, 2 * n)]
    assert [t for t, (one,) in enumerate(y) if one] == [2 * n - 1]


def brackets(x, y, mask):
    depth = 0
    for (opens, closes), (told,) in zip(x, y, strict=True):
        depth += opens - closes
        assert opens + closes == 1 and 0 <= depth <= 5 and told == depth
    assert all(mask)


def sine(x, y, mask):
    half = len(x) // 2
    assert mask == [t >= half for t in range(len(x))] and x[:half] == y[:half]
    assert not any(one for (one,) in x[half:])
    wave = [one for (one,) in y]  # a sine has one 2 cos w = (y[t-1] + y[t+1]) / y[t]
    rates = [(a + c) / b for a, b, c in zip(wave, wave[1:], wave[2:], strict=False) if abs(b) > 0.1]
    assert max(rates) - min(rates) < 1e-9
    assert 8 <= 2 * math.pi / math.acos(rates[0] / 2) <= 16


def first_bit(x, y, mask):
    assert x[0][0] == 2 * y[-1][0] - 1 and mask == last(len(x))
    assert max(abs(one) for (one,) in x[1:]) < 1.2  # six deviations


def next_letter(x, y, mask):
    text = own_text()
    symbols = sorted(set(text))
    said = "".join(symbols[row.index(1)] for row in x)
    assert said + symbols[int(y[-1][0])] in text and all(mask)
    assert said[1:] == "".join(symbols[int(one)] for (one,) in y[:-1])


ORACLES = {
    "adding": adding, "copy": copying, "parity": parity, "parity-last": parity_last,
    "echo": echoed, "flip-flop": flip_flop, "anbn": anbn, "brackets": brackets, "sine": sine,
    "first-bit": first_bit, "characters": next_letter,
}  # fmt: skip


def test_each_task_has_an_oracle():
    assert set(ORACLES) == set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_the_target_is_what_the_sentence_says(name):
    for one in sequences(TASKS[name]):
        ORACLES[name](*one)


@pytest.mark.parametrize("name", TASKS)
def test_a_key_alone_decides_a_batch(name):
    task = TASKS[name]
    keys = [Key(1, 4), Key(2, 4), Key(1, 5), Key(1, 4, "test"), Key(1, 4, "probe")]
    batches = [task.batch(key, 2, task.steps) for key in keys]
    again = task.batch(Key(1, 4), 2, task.steps)
    assert all((a == b).all() for a, b in zip(batches[0], again, strict=True))
    inputs = {batch.x.tobytes() + batch.target.tobytes() for batch in batches}
    assert len(inputs) == len(keys)
    assert again.mask.any() and again.x.shape[0] == task.n_x


def constant(task, batch):
    """The loss of the best constant answer, from how often each came, and its standard error."""
    if task.name == "copy":  # a blank until it is asked, then a guess: theory's own answer
        each = np.where(np.arange(batch.mask.shape[1]) < batch.mask.shape[1] - 10, 0, np.log(8))
        return each.mean(), 0.0
    if task.head == "softmax":
        counts = np.bincount(batch.target[batch.mask])
        # of each sequence, so that what belongs together is one
        each = -np.log(counts / counts.sum())[batch.target].mean(axis=1)
    else:
        kept = batch.target[:, batch.mask]
        middle = kept.mean()
        if task.head == "binary":
            each = -np.where(kept > 0, np.log(middle), np.log(1 - middle))
        else:
            each = np.square(kept - middle)
        each = each[0] if task.name == "anbn" else each.reshape(each.shape[0] * len(batch.mask), -1)
        each = each.reshape(len(each), -1).mean(axis=1)
    return each.mean(), each.std() / math.sqrt(len(each))


@pytest.mark.parametrize("name", TASKS)
def test_chance_is_what_the_best_constant_answer_reaches(name):
    task = TASKS[name]
    reached, error = constant(task, task.batch(Key(3, 0), 1500, task.steps))
    # Five standard errors; the answer was fitted to the same numbers, and is better by a few 1/m.
    assert task.chance(task.steps) == pytest.approx(reached, abs=5 * error + 5 / 1500)


@pytest.mark.parametrize(("steps", "loss"), [(10, 0.693), (50, 0.297), (100, 0.173)])
def test_chance_of_copying_is_the_papers(steps, loss):
    assert TASKS["copy"].chance(steps) == pytest.approx(loss, abs=5e-4)


def test_chance_of_a_walk_between_brackets_is_the_entropy_of_all_its_paths():
    paths, counts = {(0,): 1.0}, np.zeros(6)
    for _ in range(9):
        longer = {}
        for path, share in paths.items():
            ways = [path[-1] + turn for turn in (1, -1) if 0 <= path[-1] + turn <= 5]
            longer |= {(*path, way): share / len(ways) for way in ways}
        paths = longer
    for path, share in paths.items():
        for depth in path[1:]:
            counts[depth] += share / 9
    p = counts[counts > 0]
    assert TASKS["brackets"].chance(9) == pytest.approx(-(p * np.log(p)).sum())


def test_an_echo_goes_on_from_batch_to_batch():
    task = echo(5)
    each = [task.batch(Key(1, n), 2, 3) for n in range(6)]
    x, target, mask = (np.concatenate(arrays, axis=-1) for arrays in zip(*each, strict=True))
    assert (target[..., 5:] == x[..., :-5]).all()
    assert mask[0].tolist() == [t >= 5 for t in range(18)]


@pytest.mark.parametrize("text", ["ab" * 300, b"\xef\xbb\xbf" + b"ab\r\n" * 200])
def test_a_text_of_ones_own(text):
    task = characters(text)
    batch = task.batch(Key(1, 0), 2, 10)
    assert task.n_x == len(set(text if isinstance(text, str) else "ab\n"))
    assert (batch.x.argmax(axis=0)[:, 1:] == batch.target[:, :-1]).all()
    assert task.solved.value == pytest.approx(0, abs=0.01)  # the letter before says it all


def test_rare_letters_of_a_text_are_one():
    text = "".join(chr(0x4E00 + k) * (k + 1) for k in range(MOST_SYMBOLS + 10))
    assert characters(text).n_x == MOST_SYMBOLS and OTHER not in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least 20 letters, got 0"),
        ("a" * 40, "two letters or more"),
        (b"a\xff" * 20, "must be UTF-8, got byte 0xff"),
        ("ab" * MOST_BYTES, "at most 1,000,000 letters"),
    ],
)
def test_a_text_that_is_none_is_refused(text, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        characters(text)


TABLE = "u,v,y\n" + "".join(f"{t % 7},{t % 5},{t % 7 - 3 * (t % 5)}\n" for t in range(200))


def test_columns_of_ones_own():
    task = columns(TABLE.encode(), inputs=["u", 2], targets=["y"])
    batch = task.batch(Key(1, 0), 3, 12)
    assert (task.n_x, task.n_y) == (2, 1) and batch.mask[0].tolist() == [False] * 6 + [True] * 6
    rows = [tuple(map(float, line.split(","))) for line in TABLE.splitlines()[1:161]]
    (mu, su), (mv, sv), (my, sy) = ((np.mean(one), np.std(one)) for one in zip(*rows, strict=True))
    u, v, y = batch.x[0] * su + mu, batch.x[1] * sv + mv, batch.target[0] * sy + my
    np.testing.assert_allclose(y, u - 3 * v, atol=1e-9)
    assert {(a + 1) % 7 == b for a, b in pairwise(u[0].round().astype(int).tolist())} == {True}
    left = columns(TABLE.encode())
    assert (left.batch(Key(1, 0), 3, 12).target == batch.target).all()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"targets": ["z"]}, "must be one of u, v, y, got z"),
        ({"targets": ["u", "v", "y"]}, "a column more than its targets"),
        ({"targets": [4]}, "must be one of u, v, y, got 4"),
    ],
)
def test_columns_that_are_none_are_refused(words, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        columns(TABLE.encode(), **words)


def test_too_few_rows_or_letters_are_refused():
    with pytest.raises(ExperimentError, match="at least 250 rows for 50 steps, got 200"):
        columns(TABLE.encode()).batch(Key(1, 0, "test"), 1, 50)
    with pytest.raises(ExperimentError, match="over 500 letters for 50 steps, got 200"):
        characters("ab" * 100).batch(Key(1, 0, "test"), 1, 50)


@pytest.mark.parametrize(("m", "steps"), [(0, 10), (3, 1), (3, 10**6)])
def test_a_size_that_is_none_is_refused(m, steps):
    with pytest.raises(ExperimentError, match="must be between"):
        TASKS["adding"].batch(Key(1, 0), m, steps)


def test_what_solved_means():
    assert Solved("loss", 0.01).holds(0.01, 0, 1) and not Solved("loss", 0.01).holds(0.02, 1, 1)
    assert Solved("share", 0.5).holds(0.1, 0, 0.2) and not Solved("share", 0.5).holds(0.11, 1, 0.2)
    assert Solved("right", 1.0).holds(9, 1.0, 1) and not Solved("right", 1.0).holds(0, 0.999, 1)
    assert not Solved("loss", 0.01).holds(math.nan, 1, 1)
    assert Solved("right", 1.0).sentence.startswith("every answer right")
