"""The numbers behind any picture, as columns of a table."""

import numpy as np
import plotly.graph_objects as go


def columns(fig: go.Figure, silent: bool = False) -> dict[str, np.ndarray]:
    """What a figure of this package draws, by axis and line; columns may differ in length.

    Of a heatmap each row is a column, beside the steps that it shows; what says nothing when it is
    pointed at, as it frames or fills something, is only there if `silent`.
    """
    drawn = (t for t in fig.data if t.x is not None and t.y is not None)
    traces = [t for t in drawn if silent or t.hoverinfo != "skip"]
    first = np.asarray(traces[0].x) if traces else np.empty(0)
    shared = all(np.array_equal(trace.x, first) for trace in traces)
    table: dict[str, np.ndarray] = {}
    for trace in traces:
        label = f"{trace.name}: " if trace.name else ""
        if trace.type == "scatter3d":
            each = zip(titles_in(fig), (trace.x, trace.y, trace.z), strict=True)
            table |= {f"{label}{title}": np.asarray(places) for title, places in each}
            continue
        x, y = _title(fig, trace.xaxis), _title(fig, trace.yaxis)
        table[x if shared else f"{label}{x}"] = np.asarray(trace.x)
        if trace.type == "heatmap":
            exact = np.asarray(trace.z if trace.customdata is None else trace.customdata)
            rows = zip(trace.y, exact, strict=True)
            table |= {f"{trace.name or y} {name}": row for name, row in rows}
        else:
            table[f"{label}{y}"] = np.asarray(trace.y)
    return table


def titles_in(fig: go.Figure) -> tuple[str, str, str]:
    """The names of a scene's axes."""
    scene = fig.layout.scene
    return scene.xaxis.title.text, scene.yaxis.title.text, scene.zaxis.title.text


def _title(fig: go.Figure, axis: str) -> str:
    """The name of a trace's axis ("x", "y2", ..); rows above one another name time once, below."""
    named = fig.layout[f"{axis[0]}axis{axis[1:]}"].title.text
    below = (a.title.text for a in fig.select_xaxes() if a.title.text)
    return named or (next(below, "x") if axis[0] == "x" else "y")
