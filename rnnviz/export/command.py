"""`python -m rnnviz export`: figures and data of an experiment, or of many seeds, as files."""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rnnviz.core.errors import ExperimentError, Unavailable, check_choice, shown
from rnnviz.core.networks import DRAWN
from rnnviz.core.run import run
from rnnviz.core.types import Run
from rnnviz.exhibits import Showing, every, of_run
from rnnviz.export import capsule, data, images, offline, pages, stills
from rnnviz.export.camera import camera
from rnnviz.export.choices import choices, yes
from rnnviz.export.dress import fitted, look
from rnnviz.export.flags import experiment

DATA = {  # what follows the name of the run, and what writes it
    "csv": (".csv", data.csv),
    "parquet": (".parquet", data.parquet),
    "npz": (".npz", data.npz),
    "json": (".json", data.json),
    "script": (".py", data.script),
    "capsule": ("-capsule.zip", capsule.write),
}
FORMATS = (*images.FORMATS, "html", *DATA)
MOST_SEEDS, MOST_SCALE = 1000, 4.0
_BAR = 30  # characters


def export(chosen: argparse.Namespace) -> int:
    """Write what was asked for into a folder; returns the exit code.

    Raises ExperimentError before anything is written, unless it is the writing that fails.
    """
    kinds = _words("together", chosen.together, pages.KINDS) if chosen.together else []
    alone = bool(chosen.pictures) and (chosen.figures, chosen.pages) == ("all", "all")
    formats = _words("format", chosen.format or ("svg" if alone else "html"), FORMATS)
    if kinds and not chosen.format:
        formats = []
    worn, scale = look(chosen.theme, chosen.width), _scale(chosen)
    title = yes("title", chosen.title)
    worn = fitted(worn, title, chosen.type, chosen.font, chosen.range)
    worn = worn._replace(common=yes("common", chosen.common), camera=camera(chosen.camera))
    one, seeds = experiment(chosen), _seeds(chosen.seeds)
    if seeds and one.weights != DRAWN:
        raise ExperimentError(f"seeds must be of drawn weights, got weights {one.weights}")
    if kinds and len(seeds) > 1:
        raise ExperimentError(f"together must be of one seed, got {len(seeds)} seeds")
    said = choices(chosen, one)
    result = run(replace(one, seed=seeds[0]) if seeds else one)
    beside = chosen.beside.split(",") if chosen.beside else []
    showings = _showings(result, beside, said)
    names = [] if alone else _names(chosen, showings)
    if "panels" in kinds:
        pages.check_panels(len(names))
    steps = _stills(chosen, said, result)
    drawn = [form for form in formats if form in images.FORMATS]
    if steps and not drawn:
        raise ExperimentError(
            f"pictures must be in {', '.join(images.FORMATS)}, got {shown(', '.join(formats))}"
        )
    if (
        (names or set(drawn) - {"svg"})
        and (drawn or {"pdf", "zip", "panels"} & set(kinds))
        and (sentence := images.missing())
    ):
        raise Unavailable(sentence)
    plain = [form for form in formats if form not in drawn]
    many, out = len(seeds) > 1, chosen.out

    def orders() -> Iterator[images.Order]:
        """What Chrome is to draw, seed by seed; the rest is written on the way."""
        for seed in seeds or [one.seed]:
            own = result if seed == result.experiment.seed else run(replace(one, seed=seed))
            folder = f"seed-{seed}/" if many else ""
            each = _showings(own, beside, said)
            asked = {folder + name: each[name] for name in names}
            _write_plain(own, out / folder, out, plain, asked)
            yield from pages.orders(asked, worn, drawn, scale)
            for still in steps:
                for form in drawn:
                    yield stills.order(folder + still.kind, own, still, worn, form, scale)

    try:
        out.mkdir(parents=True, exist_ok=True)
        count = max(1, len(seeds)) * (len(names) + len(steps))
        total, form = count * len(drawn), drawn[0] if drawn else "svg"
        drawn = [] if kinds == ["panels"] else drawn  # the format is then that of the whole
        made = images.draw(orders()) if drawn else ((order, b"") for order in orders())
        for done, (order, content) in enumerate(made, 1):
            _put(out / f"{order.name}.{order.format}", content)
            _show(done / total)
        asked = {name: showings[name] for name in names}
        for kind in kinds:
            for part in pages.together(asked, kind, worn, form, scale):
                if isinstance(part, bytes):
                    end = f"-panels.{form}" if kind == "panels" else f".{kind}"
                    _put(out / f"{result.experiment.file_name}{end}", part)
                else:
                    _show(part)
    except OSError as error:
        raise ExperimentError(f"out must be a folder to write to, got: {error.strerror}") from None
    return 0


def _showings(result: Run, beside: list[str], said: Mapping) -> dict[str, Showing]:
    """Every figure of a run, each with those of the choices that it follows."""
    every = of_run(result, beside, asked=True)
    return {name: one.exhibit.show(one.subject, **said) for name, one in every.items()}


def _stills(chosen: argparse.Namespace, said: Mapping, result: Run) -> list[stills.Still]:
    """The pictures of one step that are asked for. Raises ExperimentError."""
    kinds = _words("pictures", chosen.pictures, stills.KINDS) if chosen.pictures else []
    values = yes("values", chosen.values)
    place = {name: said.get(name, 0) for name in ("t", "sequence", "unit")}
    return [stills.Still(kind, **place, values=values) for kind in kinds]


def _write_plain(result: Run, folder: Path, out, formats: list[str], asked: Mapping[str, Showing]):
    """What needs no Chrome: the data, and each figure as a page of its own."""
    folder.mkdir(exist_ok=True)
    e = result.experiment
    for form in filter(DATA.get, formats):
        end, write = DATA[form]
        path = folder / f"{e.file_name}{end}"
        with open(path, "wb") as file:
            write(result, file)
        print(path)
    if "html" in formats:
        for name, showing in asked.items():
            _put(out / f"{name}.html", offline.html([showing]).encode())


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(path)


def _show(share: float) -> None:
    """A bar on a terminal, beside the names that go to the output."""
    if sys.stderr.isatty():
        end = "\n" if share >= 1 else ""
        bar = "#" * round(_BAR * share)
        print(f"\r[{bar:{_BAR}}] {share:4.0%}", end=end, file=sys.stderr, flush=True)


def _words(name: str, text: str, allowed: Iterable[str]) -> list[str]:
    """Words between commas, each of some that are allowed, each once."""
    words = list(dict.fromkeys(text.split(",")))
    for word in words:
        check_choice(name, word, allowed)
    return words


def _names(chosen: argparse.Namespace, showings: Mapping[str, Showing]) -> list[str]:
    """The figures that are asked for: of all, or of some pages, or by their names; what is drawn on
    wish by its name alone."""
    names = [name for name, one in showings.items() if not one.exhibit.on_wish]
    if chosen.pages != "all":
        listed = _words("pages", chosen.pages, pages_of_runs())
        names = [n for page in listed for n in names if showings[n].exhibit.page.lower() == page]
        if not names:
            cell = chosen.cell
            raise ExperimentError(f"pages must have a figure of the cell {cell}, got {listed[0]}")
    if chosen.figures == "all":
        return names
    for word in chosen.figures.split(","):
        if word not in showings:
            raise ExperimentError(
                f"figures must be all or of {_shortly(showings)}, got {shown(word)}"
            )
    return list(dict.fromkeys(chosen.figures.split(",")))


def _shortly(names: Iterable[str]) -> str:
    """Names that begin alike, the beginning said once: states-overview, -trajectory."""
    figures: dict[str, list[str]] = {}
    for name in names:
        module, _, figure = name.partition("-")
        figures.setdefault(module, []).append(figure)
    return ", ".join(f"{module}-{', -'.join(every)}" for module, every in figures.items())


def pages_of_runs() -> list[str]:
    """The pages that show a run, as the command line calls them."""
    return list(dict.fromkeys(one.page.lower() for one in every() if one.of is not None))


def _seeds(text: str) -> list[int]:
    """ "1-20" or "1,4,7" as numbers; none of an empty word."""
    seeds: list[int] = []
    for part in text.split(",") if text else []:
        ends = re.fullmatch(r"(\d{1,10})(?:-(\d{1,10}))?", part, re.ASCII)
        if not ends:
            raise ExperimentError(f"seeds must be such as 1-20 or 1,4,7, got {shown(text)}")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not 0 <= last - first < MOST_SEEDS - len(seeds):
            raise ExperimentError(f"seeds must be 1 to {MOST_SEEDS}, rising, got {shown(text)}")
        seeds += range(first, last + 1)
    return list(dict.fromkeys(seeds))


def _scale(chosen: argparse.Namespace) -> float:
    scale = chosen.scale or (1.0 if chosen.theme == "print" else 2.0)
    if not 0.5 <= scale <= MOST_SCALE:
        raise ExperimentError(f"scale must be between 0.5 and {MOST_SCALE:g}, got {scale:g}")
    return scale
