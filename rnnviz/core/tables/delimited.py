"""A file of rows and columns, as people have them: unpacked, decoded, and cut into fields.

CSV, TSV and their like, gzip or in a zip; UTF-8, UTF-16, else Windows-1252. Nothing is repaired: a
row that can be read in no way is an ExperimentError with its number (the first row is 1).
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, shown

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}
_CHUNK = 1 << 20
_JSON = re.compile(r'\s*[{\[]\s*["{]')
_SEPARATOR = re.compile(r'"?sep=."?(?=[\r\n])', re.IGNORECASE)  # its row stays, as an empty one
# Bytes that are no letters beyond ASCII in Windows-1252: its currency, quotes, dashes and signs.
_NO_LETTERS = bytes([*range(0x80), 0x80, 0x85, *range(0x91, 0x98), *range(0xA0, 0xC0)])
_LETTERS = bytes(byte for byte in range(128) if chr(byte).isalpha())
_RUN = re.compile(b"[\x80-\xff]{4,}")
_MOST_RUNS = 12  # bytes of them: a word or two of another encoding are none


class Form(NamedTuple):
    """How rows are written: what separates fields, whether quotes hold one together, whether one
    inside is marked by a backslash (else it is doubled), and whether spaces stand before fields."""

    delimiter: str = ","
    quoted: bool = True
    backslash: bool = False
    spaced: bool = False


class Content(NamedTuple):
    """A file's bytes, unpacked; the name of Python's codec, and the one that is said."""

    data: bytes
    codec: str
    encoding: str


def opened(content: bytes, most: int, name: str = "a CSV") -> Content:
    """Unpacked and with its encoding. Raises ExperimentError above `most` bytes, and where it is no
    text.

    >>> opened("a;é".encode("cp1252"), 1 << 20).encoding
    'Windows-1252'
    """
    if content[:2] == b"\x1f\x8b":
        content = _gunzipped(content, most, name)
    elif content[:4] == b"PK\x03\x04":
        content = _unzipped(content, most, name)
    if len(content) > most:
        raise _too_large(name, most)
    codec, encoding = _encoding(content, name)
    head = content[:40].decode(codec, "replace")
    if _JSON.match(head):
        raise ExperimentError(f"{name} must be rows of fields, got JSON: save it as CSV")
    if mark := _SEPARATOR.match(head):  # Excel's own first row
        text = content.decode(codec, "c1_controls")[mark.end() :]
        return Content(text.encode(), "utf-8", encoding)
    return Content(content, codec, encoding)


def rows(content: Content, form: Form, name: str = "a CSV") -> Iterator[list[str]]:
    """Every row's fields, empty rows as []. Raises ExperimentError at the first unreadable one.

    >>> list(rows(opened(b'a,"b, c"', 1 << 20), Form()))
    [['a', 'b, c']]
    """
    # One field may be the whole file. The limit is all readers' of this process: it only rises.
    csv.field_size_limit(max(csv.field_size_limit(), len(content.data)))
    text = io.TextIOWrapper(
        io.BytesIO(content.data), content.codec, errors="c1_controls", newline=""
    )
    options: dict = {"delimiter": form.delimiter, "strict": True}
    options["skipinitialspace"] = form.spaced
    if not form.quoted:
        options |= {"quoting": csv.QUOTE_NONE, "quotechar": None}
    elif form.backslash:
        options |= {"escapechar": "\\", "doublequote": False}
    reader, number = csv.reader(text, **options), 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ExperimentError(
                f"row {number} of {name} must be fields, those with a quote in them quoted and the "
                f"quote doubled, got: {shown(str(error))}"
            ) from None
        yield row
        number += 1


def _gunzipped(content: bytes, most: int, name: str) -> bytes:
    parts, size = [], 0
    try:
        while content:  # a gzip file may have several members
            unpack = zlib.decompressobj(wbits=31)
            part = unpack.decompress(content, most + 1 - size)
            size += len(part)
            parts.append(part)
            if size > most:
                raise _too_large(name, most)
            if not unpack.eof:
                raise zlib.error("it ends too early")
            content = unpack.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise ExperimentError(
            f"{name} must be a whole gzip file, got: {shown(str(error))}"
        ) from None
    return b"".join(parts)


def _unzipped(content: bytes, most: int, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [
                one for one in archive.infolist()
                if not one.is_dir() and not one.filename.startswith("__MACOSX/")
            ]  # fmt: skip
            if any(one.filename == "[Content_Types].xml" for one in members):
                raise ExperimentError(f"{name} must be text, got a workbook: save it as CSV")
            if len(members) != 1:
                raise ExperimentError(
                    f"{name} in a zip must be its only file, got {len(members)} files"
                )
            with archive.open(members[0]) as member:
                data = member.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise ExperimentError(f"{name} must be a sound zip, got: {shown(str(error))}") from None
    if len(data) > most:
        raise _too_large(name, most)
    return data


def _too_large(name: str, most: int) -> ExperimentError:
    return ExperimentError(f"{name} may have at most {most >> 20} MB of text, got more")


def _encoding(content: bytes, name: str) -> tuple[str, str]:
    """The codec of a text, and its name in a sentence."""
    wide = _utf_16(content)
    if wide:
        return _checked(content, wide, name), "UTF-16"
    if b"\0" in content:
        raise ExperimentError(f"{name} must be text, got a zero byte")
    try:
        return _checked(content, "utf-8-sig", name), "UTF-8"
    except ExperimentError:
        pass
    beyond = len(content.translate(None, _NO_LETTERS))
    plain = len(content) - len(content.translate(None, _LETTERS))
    # In a language that Windows-1252 writes, most letters are plain, and so is one in four.
    runs = sum(len(run) for run in _RUN.findall(content) if len(set(run)) > 2)  # no ———— or ……
    if beyond > plain or runs > max(_MOST_RUNS, beyond / 2):
        raise ExperimentError(
            f"{name} must be text in UTF-8, UTF-16 or Windows-1252, got another encoding: save it "
            "as UTF-8"
        )
    return "cp1252", "Windows-1252"


def _utf_16(content: bytes) -> str:
    """The codec where a mark says UTF-16, or where every other byte of the beginning is zero."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    sample = content[:2000]
    for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, other = sample[start::2].count(0), sample[1 - start :: 2].count(0)
        if len(sample) > 3 and zeros > 0.4 * len(sample[start::2]) and not other:
            return codec
    return ""


def _checked(content: bytes, codec: str, name: str) -> str:
    """The codec, once all of the content was decoded with it, in pieces."""
    decoder, view = codecs.getincrementaldecoder(codec)(), memoryview(content)
    try:
        for start in range(0, len(content), _CHUNK):
            text = decoder.decode(view[start : start + _CHUNK], start + _CHUNK >= len(content))
            if "\0" in text:
                raise ExperimentError(f"{name} must be text, got a zero character")
    except UnicodeDecodeError as error:
        raise ExperimentError(f"{name} must be text, got: {shown(error.reason)}") from None
    return codec


def _controls(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves open, as browsers read them."""
    if not isinstance(error, UnicodeDecodeError) or error.encoding not in ("cp1252", "charmap"):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("c1_controls", _controls)
