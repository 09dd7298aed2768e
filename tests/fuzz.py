"""Hostile input, drawn from a seed: `python tests/fuzz.py --cases 10000`, a few hundred in CI.

Each kind begins with something that is read, and spoils it: letters and bytes changed, cut, doubled
and mixed with words that mean something elsewhere. A reader may give an answer or its one sentence.
"""

import argparse
import collections
import io
import json
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core import link
from rnnviz.core.errors import ExperimentError
from rnnviz.core.tables import series
from rnnviz.export import capsule
from rnnviz.lessons.record import readable
from rnnviz.sentiment import bridge, reviews_csv, runs, word_files
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.networks import shipped
from rnnviz.tasks.runs import Folder as Training
from rnnviz.tasks.runs import plan

SECONDS = 5.0
WORDS = [
    *("", " ", "0", "-1", "1e999", "nan", "9" * 400, "../../etc/passwd", "/dev/zero"),
    *("\0", "\x1b[2J"),
    *("<img src=x onerror=y>", "![x](http://a.b)", "__import__('os')", "${x}", "%s%n", "{{7*7}}"),
    *("'", '"', "\\", "\n", ",", ";", "\t", "é", "\u202e", "\ud83d", "𝕏", "=cmd|' /C calc'!A0"),
    *("null", "true", "[]", "{}", "[" * 300, "inf", "1_000", "٣", "-", "--help", "lstm", "gru"),
]  # fmt: skip
SETTINGS = {"v": "2", **link.to_link(rnnviz.Experiment(cell="gru", seed=3))}
EQUATIONS = "f = sigmoid(Wf @ [a_prev, x] + bf)\na = f * a_prev + (1 - f) * tanh(W @ x + b)"
TABLE = "time,a,b\n" + "".join(f"{k},{k / 3:.3f},{-k}\n" for k in range(12))
REVIEWS = "text,label\n" + "".join(f"a {w} film {k},{k % 2}\n" for k, w in enumerate("ab" * 20))
LINES = [
    ["export", "--cell", "gru", "--T_x", "5", "--out", "x"],
    ["train", "--task", "adding", "--updates", "1", "--out", "x"],
    ["open", "x.zip"], ["inside", "--model", "x.keras"], ["app", "--port", "80"],
]  # fmt: skip


def spoiled_bytes(draw: random.Random, content: bytes) -> bytes:
    """Some bytes changed, cut out, doubled, or replaced by a word."""
    made = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        at, end = sorted(draw.randrange(len(made) + 1) for _ in range(2))
        way = draw.randrange(5)
        if way == 0 and made:
            made[min(at, len(made) - 1)] = draw.randrange(256)
        elif way == 1:
            del made[at : min(end, at + 40)]
        elif way == 2:
            made[at:at] = made[at : min(end, at + 200)]
        elif way == 3:
            made[at:at] = draw.choice(WORDS).encode("utf-8", "surrogatepass")
        elif draw.random() < 0.2:
            del made[at:]
    return bytes(made)


def spoiled(draw: random.Random, text: str) -> str:
    """The same of a text."""
    raw = spoiled_bytes(draw, text.encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "replace")


def spoiled_object(draw: random.Random, value, depth: int = 0):
    """A value of JSON with a part of it changed."""
    if depth < 4 and isinstance(value, dict) and value and draw.random() < 0.85:
        name = draw.choice(list(value))
        if draw.random() < 0.15:
            return {key: one for key, one in value.items() if key != name}
        return value | {name: spoiled_object(draw, value[name], depth + 1)}
    if depth < 4 and isinstance(value, list) and value and draw.random() < 0.85:
        at = draw.randrange(len(value))
        return [*value[:at], spoiled_object(draw, value[at], depth + 1), *value[at + 1 :]]
    others = [None, -1, 2**70, 1e308, float("nan"), "", [], {}, [[]], {"a": {}}, True]
    return draw.choice([*others, draw.choice(WORDS)])


def a_link(draw, folder):
    words = dict(SETTINGS)
    for _ in range(draw.randint(1, 4)):
        name = draw.choice([*words, "x", "weights", "review", "text", "equations", "series"])
        known = words.get(name, draw.choice(WORDS))
        words[name] = draw.choice([spoiled(draw, known), draw.choice(WORDS)])
    link.from_link(words)


def a_training(draw, folder):
    plan.read(spoiled(draw, "adding-gru-units~8-cells~gru.lstm-seeds~3"), spoiled(draw, EQUATIONS))


def a_workshop_text(draw, folder):
    one = rnnviz.Experiment(equations=spoiled(draw, EQUATIONS), T_x=4, n_a=3, m=2)
    rnnviz.run(one)


def a_series(draw, folder):
    series.read(spoiled_bytes(draw, TABLE.encode()))


def a_table_of_reviews(draw, folder):
    reviews_csv.read(spoiled_bytes(draw, REVIEWS.encode()))


def a_capsule(draw, folder):
    content = io.BytesIO()
    capsule.write(rnnviz.run(rnnviz.Experiment(T_x=3, n_a=2, m=1)), content)
    capsule.read(io.BytesIO(spoiled_bytes(draw, content.getvalue())))


def a_network(draw, folder):
    Kept.read(spoiled_bytes(draw, (shipped() / "flipflopgru.npz").read_bytes()))


def repacked(draw, content: bytes) -> bytes:
    """An archive whose members are spoiled, and whose sums are right."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        chosen = draw.choice(old.namelist())
        warnings.simplefilter("ignore")  # two members of one name are meant
        for name in old.namelist():
            part = old.read(name)
            if name == chosen and name.endswith(".json"):
                part = json.dumps(spoiled_object(draw, json.loads(part))).encode()
            elif name == chosen:
                part = spoiled_bytes(draw, part[:200]) + part[200:]
            new.writestr(draw.choice([name] * 9 + ["../../out"]), part)
    return made.getvalue()


def a_keras_file(draw, folder):
    content = (runs.shipped() / "gru" / "model.keras").read_bytes()
    bridge.read(draw.choice([spoiled_bytes, repacked])(draw, content))


def a_npz_file(draw, folder):
    made = io.BytesIO()
    arrays = {"rnn.weight_ih_l0": np.ones((4, 3)), "rnn.weight_hh_l0": np.ones((4, 4))}
    np.savez(made, **arrays)
    bridge.read(spoiled_bytes(draw, made.getvalue()))


def a_safetensors_file(draw, folder):
    head = {"rnn.weight_ih_l0": {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 48]}}
    head |= {"rnn.weight_hh_l0": {"dtype": "F32", "shape": [4, 4], "data_offsets": [48, 112]}}
    text = json.dumps(spoiled_object(draw, head)).encode()
    size = draw.choice([len(text)] * 5 + [0, 2**63, 2**64 - 1, 5]).to_bytes(8, "little")
    bridge.read(size + text + bytes(draw.choice([112, 0, 111])))


def a_vocabulary(draw, folder):
    text = draw.choice(['{"the": 1, "film": 2}', '["the", "film"]', "the\nfilm\n"])
    word_files.read(spoiled_bytes(draw, text.encode()), draw.choice([None, 3, 5]))


def a_command_line(draw, folder):
    words = list(draw.choice(LINES))
    for _ in range(draw.randint(1, 3)):
        words[draw.randrange(1, len(words))] = draw.choice(WORDS)
    if "--cell" in words and words[0] == "export":
        words[0] = "open"
    words = [word for word in words if word != "x"] + [str(folder / "absent")]
    code = None
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
            code = main(words) if words[0] in ("open", "inside") else main([*words, "--no-such"])
    except SystemExit as end:  # argparse's own sentence
        code = end.code
    assert code in (0, 2) and "Traceback" not in said.getvalue(), (words, code)


def a_run_folder(draw, folder):
    one = runs.Folder(folder / "0123abcd")
    one.path.mkdir(exist_ok=True)
    for name in ("settings.json", "progress.json", "history.csv", "result.json", "examples.json"):
        content = (runs.shipped() / "gru" / name).read_bytes()
        if draw.random() < 0.4 and name.endswith(".json"):
            content = json.dumps(spoiled_object(draw, json.loads(content))).encode()
        elif draw.random() < 0.3:
            content = spoiled_bytes(draw, content)
        (one.path / name).write_bytes(content)
    if draw.random() < 0.5:  # what it has learned stands there beside it
        (one.path / "model.keras").write_bytes(
            (runs.shipped() / "gru" / "model.keras").read_bytes()
        )
        (one.path / "words.json").write_bytes((runs.shipped() / "gru" / "words.json").read_bytes())
    trained = Training(one.path)
    for read in (
        one.progress, lambda: one.name, one.history, one.result, lambda: one.finished,
        one.classes, one.examples,
        lambda: one.settings, lambda: trained.settings, lambda: trained.asked,
        lambda: runs.every(folder), trained.followed,
    ):  # fmt: skip
        try:
            read()
        except ExperimentError:
            continue


def a_message(draw, folder):
    readable(spoiled_object(draw, {"gain": "3", "vanishing": "yes"}))


KINDS: dict[str, Callable] = {
    name: one for name, one in list(globals().items()) if name.startswith("a_")
}


def case(kind: str, seed: int, folder: Path) -> str | None:
    """What went wrong in one case; None where a reader answered, or said its sentence."""
    draw, start = random.Random(f"{kind} {seed}"), time.process_time()
    try:
        KINDS[kind](draw, folder)
    except ExperimentError as error:
        if len(str(error)) > 600 or "\n" in str(error):
            return f"{kind} {seed}: no sentence: {str(error)[:200]!r}"
    except Exception:
        return f"{kind} {seed}: {traceback.format_exc(limit=-3)}"
    seconds = time.process_time() - start
    return f"{kind} {seed}: {seconds:.1f} s" if seconds > SECONDS else None


def run(cases: int, first: int = 0, kinds=tuple(KINDS)) -> list[str]:
    """So many cases, shared out over the kinds; what went wrong in each that did."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        each = [(kind, first + n) for n in range(-(-cases // len(kinds))) for kind in kinds]
        return [wrong for kind, seed in each if (wrong := case(kind, seed, folder))]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--first", type=int, default=0, help="seed of the first")
    asked.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    chosen = asked.parse_args()
    faults = run(chosen.cases, chosen.first, tuple(chosen.kinds))
    for text, count in collections.Counter(faults).most_common():
        print(text, f"({count})" if count > 1 else "")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{chosen.cases} cases, {len(faults)} of them wrong; at most {peak} MB")
    sys.exit(bool(faults))
