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
    """One sentence: does a network with memory beat the bag of words, by more than chance?"""
    networks = [row for row in rows if row["cell"] != "bow"]
    bags = [row for row in rows if row["cell"] == "bow"]
    if not networks:
        return ""
    best = max(networks, key=lambda row: row["test_accuracy"])
    said = f"The {best['cell'].upper()} is right on {best['test_accuracy']:.1%} of the test reviews"
    if best["interval"][0] <= 0.5:
        return f"{said}: it has not learned anything yet."
    if not bags:
        return f"{said}."
    bag = max(bags, key=lambda row: row["test_accuracy"])
    longest = bag.get("settings", {}).get("ngrams", 1)
    kind = "words, which knows no order," if longest == 1 else f"phrases of up to {longest} words"
    words = f"the bag of {kind} on {bag['test_accuracy']:.1%}"
    if best["interval"][0] > bag["interval"][1]:
        return f"{said}, {words}: here the order of the words decides."
    if best["interval"][1] < bag["interval"][0]:
        return f"{said}, {words}: on these reviews single words say enough, and order adds little."
    return f"{said}, {words}: no difference that this test could tell from chance."
