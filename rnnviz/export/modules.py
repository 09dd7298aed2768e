"""A component's script as the one text that Streamlit takes, out of its several files."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[\w/]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default \w+;\n", re.MULTILINE)


def one_module(main: Path) -> str:
    """An ES module with all that it imports by name, as the text of one.

    Streamlit takes a component's script as one text: files beside it are served only for a package
    that is installed and declares them. So each file follows those that it imports, and the words
    import and export go, but for the default of the first; a name of the top level is then one
    thing in all of the files.
    """
    texts: dict[Path, str] = {}

    def add(path: Path) -> None:
        if path in texts:
            return
        text = path.read_text()
        for imported in _IMPORT.findall(text):
            add((path.parent / f"{imported}.js").resolve())
        named = text if path == main.resolve() else _DEFAULT.sub("", text)
        texts[path] = _EXPORT.sub("", _IMPORT.sub("", named))

    add(main.resolve())
    return "\n".join(texts.values())
