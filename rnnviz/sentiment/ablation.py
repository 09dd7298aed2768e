"""The steps from the source notebook's recipe to a modern one, and what each was measured to give.

The measurements are made by `command` on IMDB (docs/RESULTS.md) and kept in ablation.json.
"""

import json
from dataclasses import replace
from pathlib import Path

from rnnviz.sentiment.settings import Settings, recipe

EXPLANATION = (
    "The notebook feeds **word ids as numbers** (the 2,000th most frequent word counts a hundred "
    "times the 20th), squashes the state with a **softmax** (150 units share a sum of 1, so each "
    "holds almost nothing and its gradient is smaller still), and lets the cell walk over "
    "**padding** as if it were words. Each row below changes one thing."
)
_BASE = Settings(
    data="imdb", cell="lstm", units=64, length=200, embedding=64, epochs=3, batch=128, rate=1e-3,
    cosine=False, clip=0.0, short_first=False, mask=False,
)  # fmt: skip
_RAW = replace(_BASE, embedding=0)
STEPS = {
    "raw ids, softmax": replace(_RAW, activation="softmax"),
    "raw ids, tanh": _RAW,
    "embedding, softmax": replace(_BASE, activation="softmax"),
    "embedding, tanh": _BASE,
    "embedding, tanh, mask": replace(_BASE, mask=True),
    "embedding, tanh, padded behind": replace(_BASE, padding="post"),
}
_FILE = Path(__file__).with_name("ablation.json")


def table() -> list[dict]:
    """One row a step: what it is, and its measured test accuracy and interval."""
    measured = json.loads(_FILE.read_text()) if _FILE.exists() else {}
    rows = []
    for name in STEPS:
        result = measured.get(name)
        row = {"step": name, "test accuracy": None, "95 % interval": None}
        if result:
            low, high = result["interval"]
            row["test accuracy"] = f"{result['test_accuracy']:.1%}"
            row["95 % interval"] = f"{low:.1%} to {high:.1%}"
        rows.append(row)
    return rows


def command(step: str) -> str:
    """The command line that measures a step."""
    asked, default = STEPS[step].to_dict(), recipe("modern", "imdb", "lstm").to_dict()
    words = [
        f"--set {name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in asked.items()
        if value != default[name] and name not in ("data", "cell", "recipe", "epochs", "seed")
    ]
    start = "python -m rnnviz sentiment --data imdb --cells lstm --recipe modern"
    return f"{start} --epochs {asked['epochs']} --out runs \\\n  " + " ".join(words)
