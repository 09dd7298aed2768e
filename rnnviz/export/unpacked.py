"""What is taken out of a capsule: bounded before it is unpacked, whatever the zip claims."""

import io
import struct
import zipfile
import zlib
from typing import BinaryIO

from rnnviz.core.array_files import MOST_BYTES
from rnnviz.core.errors import ExperimentError
from rnnviz.core.tables.series import MAX_NUMBERS

SETTINGS = "settings.json"
_MAX_SETTINGS = MAX_NUMBERS * 26 + 100_000  # bytes: the longest series that an Experiment may have
_MAX_DIRECTORY = 1 << 20  # bytes: some ten thousand names
_END, _END_SIZE = b"PK\x05\x06", 22  # of the zip's directory, at the end of the file
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, RuntimeError, ValueError, OverflowError),
)
_NOT_A_ZIP = "the file must be a capsule (.zip) or settings (.json) of this program"


def settings(file: BinaryIO) -> bytes:
    """The bytes of the settings, bounded, of JSON that cannot grow into much more than it is."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if file.read(1) in b"{ \n\r\t" and size:
        file.seek(0)
        settings = file.read(_MAX_SETTINGS + 1)
    else:
        _check_directory(file, size)
        settings = _unpacked(file)
    if len(settings) > _MAX_SETTINGS:
        raise ExperimentError(f"{SETTINGS} must have at most {_MAX_SETTINGS} bytes, got more")
    # A series has a bracket a row; a million empty lists would take a hundred times their text.
    marks = {b"[": 6000, b"{": 10, b'"': 2000, b",": MAX_NUMBERS + 10_000}
    if any(settings.count(mark) > most for mark, most in marks.items()):
        raise ExperimentError(f"{SETTINGS} must be JSON as this program writes it")
    return settings


def _check_directory(file: BinaryIO, size: int) -> None:
    """Refuse a zip whose directory alone would fill the memory, before it is read."""
    file.seek(max(0, size - 65_535 - _END_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    end = tail[at : at + _END_SIZE] if at >= 0 else b""
    if len(end) < _END_SIZE or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise ExperimentError(f"{_NOT_A_ZIP}, got neither")
    (directory,) = struct.unpack("<L", end[12:16])
    if directory > _MAX_DIRECTORY:
        raise ExperimentError(f"{_NOT_A_ZIP}, got a zip of too many files")


def _unpacked(file: BinaryIO) -> bytes:
    try:
        with zipfile.ZipFile(file) as archive:
            info = archive.getinfo(SETTINGS)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile
            with archive.open(info) as inside:
                return inside.read(_MAX_SETTINGS + 1)  # whatever size the zip claims
    except KeyError:
        raise ExperimentError(f"{_NOT_A_ZIP}, got a zip without {SETTINGS}") from None
    except _DAMAGES:
        # RuntimeError: under a password; NotImplementedError, one of its kind: a newer zip.
        raise ExperimentError(f"{_NOT_A_ZIP}, got a damaged or a locked zip") from None


def member(file: BinaryIO, name: str) -> bytes | None:
    """A file of the zip, bounded before it is read; None where there is none, or no zip."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            info = archive.getinfo(name)
            plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if info.file_size > MOST_BYTES or not plain:
                raise ExperimentError(
                    f"{name} must have at most {MOST_BYTES >> 20} MB, got {info.file_size >> 20} MB"
                )
            with archive.open(info) as inside:
                return inside.read(MOST_BYTES)
    except (KeyError, zipfile.BadZipFile):
        return None
    except _DAMAGES as error:
        if isinstance(error, ExperimentError):
            raise
        raise ExperimentError(f"{_NOT_A_ZIP}, got a damaged or a locked zip") from None
