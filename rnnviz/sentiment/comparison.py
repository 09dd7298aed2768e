"""Several finished runs side by side: what the page shows and the command writes."""

from collections.abc import Iterable

from rnnviz.sentiment.runs import Folder

COLUMNS = ("cell", "test_accuracy", "interval", "loss", "parameters", "seconds_per_epoch")
PRINTED = {"rnn": 0.5053, "lstm": 0.5408, "gru": 0.5124}  # the source notebook's test accuracy


def rows(folders: Iterable[Folder]) -> list[dict]:
    """One row for each run that has a result, the columns of COLUMNS."""
    results = (folder.result() for folder in folders)
    return [{name: result[name] for name in COLUMNS} for result in results if result]


def table(rows: list[dict]) -> str:
    """The rows as text, for a terminal."""
    lines = [f"{'model':6}{'test accuracy':>15}{'95 % interval':>18}{'loss':>8}{'parameters':>12}"
             f"{'s/epoch':>9}"]  # fmt: skip
    for row in rows:
        low, high = row["interval"]
        lines.append(
            f"{row['cell']:6}{row['test_accuracy']:>15.2%}{f'{low:.2%} - {high:.2%}':>18}"
            f"{row['loss']:>8.3f}{row['parameters']:>12,}{row['seconds_per_epoch']:>9.1f}"
        )
    return "\n".join(lines)


def verdict(rows: list[dict]) -> str:
    """One sentence: which one is best, and do networks with memory and the bag of words differ by
    more than chance?"""
    networks = [row for row in rows if row["cell"] != "bow"]
    bags = [row for row in rows if row["cell"] == "bow"]
    of_each = [max(kind, key=_right) for kind in (networks, bags) if kind]
    if not of_each:
        return ""
    best, *others = sorted(of_each, key=_right, reverse=True)
    named = _alike(rows, best)
    verb = "is" if len(named) == 1 else "are"
    said = f"The {' and the '.join(named)} {verb} right on {_right(best):.1%} of the test reviews"
    if best["interval"][0] <= 0.5:
        return f"{said}: nothing has learned anything yet."
    if not others:
        return f"{said}."
    other = others[0]
    others_named = _alike(rows, other)
    said += f", the most; the {' and the '.join(others_named)} on {_right(other):.1%}"
    if other["interval"][0] <= 0.5:
        who = "it has" if len(others_named) == 1 else "they have"
        return f"{said}: {who} not learned anything yet."
    if best["interval"][0] <= other["interval"][1]:
        return f"{said}: no difference that this test could tell from chance."
    if best["cell"] != "bow":
        return f"{said}: here the order of the words decides."
    return f"{said}: on these reviews single words say enough, and order adds little."


def _alike(rows: list[dict], best: dict) -> list[str]:
    """What the best of its kind is called, and all of its kind that are as good."""
    same = [row for row in rows if (row["cell"] == "bow") == (best["cell"] == "bow")]
    return list(dict.fromkeys(_called(row) for row in same if _right(row) == _right(best)))


def _right(row: dict) -> float:
    return row["test_accuracy"]


def _called(row: dict) -> str:
    """What a run is in a sentence; the bag of words knows no order."""
    if row["cell"] != "bow":
        return row["cell"].upper()
    longest = row.get("settings", {}).get("ngrams", 1)
    return "bag of words" if longest == 1 else f"bag of phrases of up to {longest} words"
