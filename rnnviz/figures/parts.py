"""The pieces that several pictures share: heatmaps over time, lines over time, notes."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.types import Run
from rnnviz.figures import theme

MOST_CELLS = (
    120_000  # of one heatmap: more cannot be told apart on a screen, and takes long to send
)


def times(run: Run) -> np.ndarray:
    """The time axis, 1 .. T_x."""
    return np.arange(1, run.trace.T_x + 1)


def drawn_steps(run: Run) -> int:
    """How many steps there are to draw: up to the first NaN or infinity, at least one."""
    broken = run.trace.nonfinite_step
    return run.trace.T_x if broken is None else max(1, broken)


def stride(rows: int, steps: int) -> int:
    """Every how many-th step a heatmap of `rows` shows."""
    return max(1, -(-rows * steps // MOST_CELLS))


def largest(*arrays: np.ndarray) -> float:
    """The largest finite magnitude, for a scale that is centred on zero; 1 where all is zero."""
    finite = [np.abs(a[np.isfinite(a)]) for a in arrays]
    return max((float(a.max()) for a in finite if a.size), default=0.0) or 1.0


def heatmap(
    values: np.ndarray,
    t: np.ndarray,
    mode: str,
    limits: tuple[float, float],
    name: str,
    axis: str = "coloraxis",
) -> go.Heatmap:
    """Units x time, (n, T_x); diverging where the limits lie on both sides of zero."""
    every = stride(*values.shape)
    signed = limits[0] < 0
    ink = theme.MODES[mode]
    small = limits[1] < 1e30  # what an explosion leaves needs the range of float64
    return go.Heatmap(
        z=np.asarray(values[:, ::every], np.float32 if small else float),
        x=t[::every],
        y=np.arange(1, len(values) + 1),
        zmin=limits[0],
        zmax=limits[1],
        colorscale=ink.diverging if signed else ink.sequential,
        showscale=False,
        name=name,
        hovertemplate=f"{name}<br>unit %{{y}}, t = %{{x}}<br>%{{z:.6g}}<extra></extra>",
    )


def bar(mode: str, limits: tuple[float, float], y: float, length: float, title: str) -> go.Scatter:
    """An empty trace that carries one colour bar, at a height and length of the whole figure."""
    ink = theme.MODES[mode]
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker=dict(
            color=[limits[0]],
            cmin=limits[0],
            cmax=limits[1],
            colorscale=ink.diverging if limits[0] < 0 else ink.sequential,
            showscale=True,
            colorbar=dict(
                title=dict(text=title, side="top", font_size=13),
                y=y,
                yanchor="middle",
                len=length,
                thickness=10,
                outlinewidth=0,
                tickfont_size=13,
                nticks=5,
            ),
        ),
    )


def cursor(fig: go.Figure, t: int | None, mode: str) -> None:
    """The line at "now" through every row."""
    if t is not None:
        fig.add_vline(x=t + 1, line=dict(color=theme.MODES[mode].now, width=1.5))


def unit_axis(n: int) -> dict:
    """Ticks for units 1 .. n, first one on top."""
    step = 1 if n <= 8 else -(-n // 5)
    return dict(autorange="reversed", tickvals=list(range(1, n + 1, step)))


def note_broken(fig: go.Figure, run: Run, mode: str) -> None:
    """Say on the picture where the numbers ended."""
    if run.trace.nonfinite_step is not None:
        fig.add_annotation(
            text=f"no finite numbers from t = {run.trace.nonfinite_step + 1} on",
            xref="paper",
            yref="paper",
            x=1,
            y=1,
            xanchor="right",
            yanchor="bottom",
            showarrow=False,
            font=dict(color=theme.MODES[mode].now),
        )


def positive(values: np.ndarray) -> np.ndarray:
    """Values as a log axis can take them: what is not above zero, or not finite, is left out."""
    values = np.array(values, float)
    values[~(np.isfinite(values) & (values > 0))] = np.nan
    return values


def log_axis(*values: np.ndarray) -> dict:
    """A log axis of whole decades around the values, two at least, ticks as powers of ten."""
    every = np.concatenate([positive(v).ravel() for v in values])
    every = every[~np.isnan(every)]
    low, high = (every.min(), every.max()) if every.size else (0.1, 1.0)
    low, high = np.floor(np.log10(low) - 0.05), np.ceil(np.log10(high) + 0.05)
    if high - low < 2:
        low = high - 2
    decade = max(1, int(np.ceil((high - low) / 6)))
    return dict(
        type="log", range=[low, high], dtick=decade, exponentformat="power", showexponent="all"
    )


def wide(t: np.ndarray, **arrays: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays (n, T_x) as table columns "a 1", "a 2", .. beside the time steps."""
    columns = {"t": t}
    for name, array in arrays.items():
        columns |= {f"{name} {row}": values for row, values in enumerate(array, 1)}
    return columns
