"""What a model made of a review as a file: JSON, a table, or a page of pictures."""

import csv as tables
import io
import json as plain
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rnnviz.exhibits import of_page
from rnnviz.exhibits.inside import Read, names_of, states_table, verdict_table
from rnnviz.export import offline

__all__ = ["Read", "csv", "html", "json", "names_of", "shown", "table"]


def json(one: Read, model: str, padding: Mapping, notes: Sequence[str]) -> str:
    """Everything, by name: arrays of units are (n_a, T_x), from the first word to the last.

    `padding` holds a side and a length, `notes` are sentences on how the file was understood.
    """
    reading, order = one.reading, np.argsort(one.reading.places)
    names, said = one.classes, "values" if one.values else "probabilities"
    words = [
        {
            **{"t": t + 1, "word": word, "id": int(reading.ids[t])},
            said: dict(zip(names, _numbers(reading.each_class[:, t]), strict=True)),
            **{"lost_without_it": _number(reading.missed[t])},
            "gradient_x_input": _number(reading.influence[t]),
        }
        for t, word in enumerate(one.words)
    ]

    def units(arrays: Mapping[str, np.ndarray]) -> dict:
        return {name: [_numbers(row) for row in a[:, 0, order]] for name, a in arrays.items()}

    looked = reading.model.recurrent[reading.layer].told(reading.way)
    return plain.dumps(
        {
            **{"model": model, "padding": dict(padding), "notes": list(notes)},
            "row": [int(id) for id in reading.row],
            **{"output": _numbers(reading.outputs), "classes": [] if one.values else list(names)},
            **{said: words[-1][said], "weighed_for": one.of},
            **{"value" if one.values else "log_odds": _number(reading.log_odds), "words": words},
            **{"layer": looked, "cell": one.run.cell.name},
            **{"states": units(one.run.trace.states), "gates": units(one.run.trace.gates)},
            "gradients": units(one.run.gradients.states),
        },
        ensure_ascii=False,
        allow_nan=False,
        indent=1,
    )


def csv(one: Read) -> str:
    """One row a word: what was made of it, then every unit's states, gates and gradients."""
    columns = {**verdict_table(one), **states_table(one)}
    out = io.StringIO()
    table = tables.writer(out, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*(list(values) for values in columns.values()), strict=True))
    return out.getvalue()


def html(one: Read, of: str) -> str:
    """The page of its pictures, which opens offline; `of` are the words of the footer."""
    return offline.html(shown(one, of))


def shown(one: Read, of: str) -> list:
    """The pictures that there are of a reading."""
    return [replace(exhibit.show(one), of=of) for exhibit in of_page("Inside", one)]


def table(one: Read) -> str:
    """The classes, and one line a word, to be read in a terminal."""
    reading, ends = one.reading, one.reading.each_class[:, -1]
    lines = [f"{name:24} {p:.4f}" for name, p in zip(one.classes, ends, strict=True)]
    wide, head_of = max(4, *map(len, one.words)), one.of if one.values else f"P({one.of})"
    head = f"{'t':>4}  {'word':{wide}}  {head_of:>14}  lost without it  gradient x input"
    lines += ["", head]
    for t, word in enumerate(one.words):
        p, lost, share = reading.probabilities[t], reading.missed[t], reading.influence[t]
        without = f"{lost:+15.4g}" if np.isfinite(lost) else f"{'':15}"
        lines.append(f"{t + 1:4}  {word:{wide}}  {p:14.4f}  {without}  {share:+16.4g}")
    return "\n".join(lines)


def _number(value: float) -> float | None:
    """A number as JSON has it: NaN, which says that nobody asked, is null."""
    return float(value) if np.isfinite(value) else None


def _numbers(values: np.ndarray) -> list[float | None]:
    return [_number(value) for value in values.tolist()]
