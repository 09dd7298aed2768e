"""Draws docs/gallery anew: runs the lines of each page and puts their figure under them.

A new picture's page begins with the lines that its exhibit's record gives. Lines that show it
better are written into the page itself, and stay.
"""

import re
import sys
from pathlib import Path

import plotly.graph_objects as go

import rnnviz
from rnnviz import Run, figures
from rnnviz.exhibits import of_run
from rnnviz.exhibits.footer import footer
from rnnviz.export import images
from rnnviz.export.dress import dressed, look
from rnnviz.ui.show import snippet

GALLERY = Path(__file__).parent / "gallery"
LOOK = look("light", "760")


def functions() -> dict[str, object]:
    """Every public figure by "module-function"."""
    found = {}
    for module in (getattr(figures, name) for name in figures.__all__):
        for name, thing in vars(module).items():
            made = getattr(thing, "__annotations__", {}).get("return")
            if made is go.Figure and not name.startswith("_"):
                found[f"{module.__name__.rsplit('.', 1)[-1]}-{name}"] = thing
    return found


def lines(name: str) -> str:
    """The lines of a page; those of the exhibit's record where there is no page yet."""
    if not (GALLERY / f"{name}.md").exists():
        run = rnnviz.run(rnnviz.Experiment())
        code = snippet(run.experiment, of_run(run, asked=True)[name])
        return code.replace("\n\n", "\n", 1).removesuffix("fig.show()")
    (code,) = re.findall(r"```python\n(.*?)```", (GALLERY / f"{name}.md").read_text(), re.DOTALL)
    return code


def made(name: str) -> tuple[go.Figure, str]:
    """The figure that a page's lines make, and its footer."""
    names = {}
    exec(lines(name), names)
    several = [v for value in names.values() for v in _each(value) if isinstance(v, Run)]
    return names["fig"], footer(*dict.fromkeys(run.experiment for run in several))


def order(name: str, fig: go.Figure, words: str) -> images.Order:
    """The picture of a page, to be drawn."""
    return images.Order(name, lambda: dressed(fig, LOOK, words), LOOK, "svg")


def page(name: str, thing, fig: go.Figure) -> str:
    """A page: what the figure shows, the lines, the picture with its numbers in words."""
    call = f"figures.{name.replace('-', '.')}"
    summary = " ".join(thing.__doc__.split("\n\n")[0].split())
    return (
        f"# {fig.layout.title.text}\n\n{summary}\n\n```python\n{lines(name)}```\n\n"
        f"![{_plain(fig.layout.meta['description'])}]({name}.svg)\n\n"
        f"`{call}`: `fig` alone shows it in a notebook, `fig.show()` in a browser, "
        f'`fig.write_html("{name}.html")` keeps it. [All figures](README.md)\n'
    )


def index(titles: dict[str, str]) -> str:
    """The page that names them all."""
    rows = [f"| [{title}]({n}.md) | [![{title}]({n}.svg)]({n}.md) |" for n, title in titles.items()]
    head = "# Gallery\n\nEvery figure, each with the ten lines that make it (`make gallery`).\n\n"
    return head + "\n".join(["| figure | picture |", "| --- | --- |", *rows]) + "\n"


def _each(value) -> list:
    return list(value.values()) if isinstance(value, dict) else [value]


def _plain(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def main() -> int:
    """Draw all of it; returns the exit code."""
    found = {name: made(name) for name in functions()}
    orders = [order(name, fig, words) for name, (fig, words) in found.items()]
    for one, content in images.draw(orders):
        text = content.decode()
        # Plotly draws lots for the names in a picture; the same figure is to be the same file.
        lot = re.search(r"defs-([0-9a-f]{6})", text)
        (GALLERY / f"{one.name}.svg").write_text(text.replace(lot[1], "rnnviz") if lot else text)
    for name, thing in functions().items():
        (GALLERY / f"{name}.md").write_text(page(name, thing, found[name][0]))
    titles = {name: fig.layout.title.text for name, (fig, _) in found.items()}
    (GALLERY / "README.md").write_text(index(titles))
    return 0


if __name__ == "__main__":
    sys.exit(main())
