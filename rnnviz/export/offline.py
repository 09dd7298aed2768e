"""Figures as one web page that opens offline: Plotly inside it once, light or dark as its reader
likes it."""

import json
from collections.abc import Iterable
from html import escape
from typing import Protocol

import plotly.graph_objects as go

from rnnviz.export.plotly_js import source
from rnnviz.figures.theme import FONT, MODES

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ground: {light.ground}; --quiet: {light.quiet}; }}
@media screen and (prefers-color-scheme: dark) {{
  :root {{ --ground: {dark.ground}; --quiet: {dark.quiet}; }}
}}
body {{ background: var(--ground); margin: 0 auto; max-width: 1080px; padding: 16px; }}
figure {{ break-inside: avoid; margin: 0 0 40px; }}
figcaption {{ color: var(--quiet); font: 12px {font}; padding: 4px 8px; }}
</style>
</head>
<body>
<main>
{body}
</main>
<script>{plotly}</script>
<script>
const FIGURES = {figures};
const dark = matchMedia("(prefers-color-scheme: dark)");
const boxes = [...document.querySelectorAll("figure > div")];
function draw(paper) {{
  const mode = dark.matches && !paper ? "dark" : "light";
  boxes.forEach((box, n) => {{
    const {{ data, layout }} = FIGURES[n][mode];
    const config = {{ displaylogo: false, toImageButtonOptions: {{ format: "svg" }} }};
    Plotly.react(box, data, {{ ...layout, width: box.clientWidth }}, config);
  }});
}}
dark.addEventListener("change", () => draw(false));
addEventListener("resize", () => draw(false));
addEventListener("beforeprint", () => draw(true));
addEventListener("afterprint", () => draw(false));
draw(false);
</script>
</body>
</html>
"""


class Drawn(Protocol):
    """What the page takes of a picture, such as a Showing."""

    @property
    def name(self) -> str: ...
    @property
    def footer(self) -> str: ...
    def draw(self, mode: str = "light") -> go.Figure: ...


def html(showings: Iterable[Drawn]) -> str:
    """The page of some pictures, each with its footer; titled after the first."""
    figures: list[dict] = []
    bodies: list[str] = []
    title = "rnnviz"
    for showing in showings:
        title = f"{title}: {showing.footer}" if not figures else title
        both = {mode: showing.draw(mode) for mode in ("light", "dark")}
        figures.append(
            {mode: json.loads(fig.to_json(validate=False)) for mode, fig in both.items()}
        )
        layout = both["light"].layout
        bodies.append(
            f'<figure id="{escape(showing.name)}">\n'
            f'<div role="img" aria-label="{escape(layout.meta["description"])}"'
            f' style="height: {layout.height}px"></div>\n'
            f"<figcaption>{escape(showing.footer)}</figcaption>\n</figure>"
        )
    return _PAGE.format(
        title=escape(title),
        body="\n".join(bodies),
        plotly=source(both["light"] for both in figures),
        # Nothing that a figure says may end the script early.
        figures=json.dumps(figures, separators=(",", ":")).replace("<", "\\u003c"),
        font=FONT,
        light=MODES["light"],
        dark=MODES["dark"],
    )
