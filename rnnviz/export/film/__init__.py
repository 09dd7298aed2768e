"""A run as a film: forward through time, and the gradient's way back."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run
from rnnviz.export.film import video
from rnnviz.export.film.choices import Film
from rnnviz.export.film.figure import DiagramScene
from rnnviz.export.film.files import CONTAINERS
from rnnviz.export.film.scene import Scene
from rnnviz.export.film.view import view

__all__ = ["CONTAINERS", "Film", "make", "pictures", "save"]


def pictures(run: Run, film: Film) -> Iterator[tuple[Image.Image, int]]:
    """Every picture, made as it is asked for, and its duration in ticks of 1 / rate seconds."""
    film.check(run.experiment)
    scene: Scene | DiagramScene | None = None
    for way, t, ticks in film.shots(run.trace.T_x):
        if scene is None or scene.view.way != way:
            scene = (Scene if film.picture == "tape" else DiagramScene)(view(run, film, way))
        yield scene.picture(t), ticks


def make(
    run: Run, film: Film, path: Path, progress: Callable[[int, int], None] = lambda done, of: None
) -> None:
    """Write a film; the file is there whole or not at all.

    `progress` hears of every picture, how many are done and of how many. Raises ExperimentError
    where the run cannot be filmed so, ffmpeg is missing or the disk refuses.
    """
    film.check(run.experiment)
    if film.format == "mp4":
        video.check()
    count = sum(1 for _ in film.shots(run.trace.T_x))

    def told() -> Iterator[tuple[Image.Image, int]]:
        for done, shot in enumerate(pictures(run, film)):
            progress(done, count)
            yield shot
        progress(count, count)

    save(told(), path, film.format, film.size, film.rate, film.loop, film.theme)


def save(
    shots: Iterator[tuple[Image.Image, int]],
    path: Path,
    form: str,
    size: tuple[int, int],
    rate: int,
    loop: bool,
    theme: str,
) -> None:
    """Write pictures, each with its duration in ticks of 1 / rate seconds, as one of CONTAINERS or
    mp4; the file is there whole or not at all. Raises ExperimentError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            if form == "mp4":
                video.write(shots, part, size, rate)
            else:
                with open(part, "w+b") as out:
                    CONTAINERS[form](shots, out, size, rate, loop, theme)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ExperimentError(f"the film cannot be written: {error.strerror}") from None
