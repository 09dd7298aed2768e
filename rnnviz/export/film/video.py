"""MP4 through ffmpeg, where it is there: raw pictures go into its standard input."""

import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from rnnviz.core.errors import ExperimentError, Unavailable

MISSING = (
    "mp4 needs ffmpeg (apt install ffmpeg, brew install ffmpeg); webp, apng and gif need nothing"
)


def check() -> None:
    """Raise Unavailable unless ffmpeg is there."""
    if shutil.which("ffmpeg") is None:
        raise Unavailable(MISSING)


def write(pictures, path: Path, size: tuple[int, int], rate: int) -> None:
    """H.264 in an MP4, constant rate, as every player takes it. Raises ExperimentError."""
    check()
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", "{}x{}".format(*size), "-r", str(rate), "-i", "-", "-an"]
    command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"]
    command += ["-color_primaries", "bt709", "-color_trc", "bt709", "-c:v", "libx264"]
    command += ["-preset", "veryfast", "-tune", "animation", "-crf", "18", "-pix_fmt", "yuv420p"]
    command += ["-movflags", "+faststart", "-f", "mp4", str(path)]
    with tempfile.TemporaryFile() as said:
        encoder = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said)
        assert encoder.stdin is not None  # it is a pipe
        try:
            _feed(encoder.stdin, pictures)
        except BaseException:  # the film is given up
            encoder.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                encoder.stdin.close()
            encoder.wait()
        if encoder.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise ExperimentError(f"ffmpeg could not write the film: {lines[-1][:200]}")


def _feed(encoder: IO[bytes], pictures) -> None:
    with suppress(BrokenPipeError):  # its exit code and its words tell why it stopped
        for picture, ticks in pictures:
            raw = picture.tobytes()
            for _ in range(ticks):
                encoder.write(raw)
