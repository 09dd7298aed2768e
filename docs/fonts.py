"""assets/fonts: of the fonts that come with Streamlit the letters that pages are written in.

    make fonts

A fifth of the whole is left. The names are those of Streamlit's files, which hold a hash:
`rnnviz/fonts.py` sends these in place of the same, and of no other version. Letters that are left
out come with the whole file; `rest.css` says which. Icons are made of their names by ligatures, so
one that is left out would be a word: here are those of this project and of Streamlit's scripts.
Source Sans, Serif and Code may not be called so once they are changed (SIL Open Font License).
"""

import re
from pathlib import Path

import streamlit
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).parent.parent
OUT = ROOT / "assets" / "fonts"
STATIC = Path(streamlit.__file__).parent / "static" / "static"
LETTERS = [  # Latin, Greek, quotes and dashes, raised and lowered numbers, arrows, signs, shapes
    (0, 0x17F), (0x2C6, 0x2DC), (0x300, 0x3FF), (0x2000, 0x209F),
    (0x20AC, 0x20AC), (0x2113, 0x2126), (0x2150, 0x215F), (0x2190, 0x22FF), (0x25A0, 0x25FF),
]  # fmt: skip
FONTS = {  # by the beginning of their names: family, style, and how much of their axes is used
    "SourceSansVF-Upright": ("Source Sans", "normal", {"wght": (400, 700)}),
    "SourceSansVF-Italic": ("Source Sans", "italic", {"wght": (400, 700)}),
    "SourceSerifVariable-Roman": ("Source Serif", "normal", {"wght": (400, 600), "opsz": (14, 40)}),
    "SourceCodeVF-Upright": ("Source Code Pro", "normal", {"wght": (400, 700)}),
}
ICONS = "MaterialSymbols-Rounded"
PLAIN = [
    *range(0x61, 0x7B),
    *range(0x30, 0x3A),
    0x20,
    0x5F,
]  # letters that names of icons consist of
_RULE = """@font-face {{ font-family: "{family}"; font-weight: 100 900; font-style: {style};
  src: url("./static/media/{name}?whole") format("woff2"); unicode-range: {left}; }}
"""


def main() -> None:
    for old in OUT.glob("*.woff2"):
        old.unlink()
    rules = []
    for start, (family, style, axes) in FONTS.items():
        path = file(start)
        font = TTFont(path)
        narrowed(font, unicodes=[n for first, last in LETTERS for n in range(first, last + 1)])
        font = instancer.instantiateVariableFont(font, axes)
        renamed(font, family.replace("Source", "rnnviz"))
        save(font, path.name)
        rules.append(_RULE.format(family=family, style=style, name=path.name, left=others()))
    (OUT / "rest.css").write_text("".join(rules))
    path = file(ICONS)
    font = TTFont(path)
    named = ligatures(font)
    print(f"no icons: {', '.join(sorted(icons() - named.keys()))}")
    narrowed(font, glyphs=[named[name] for name in icons() & named.keys()], unicodes=PLAIN)
    save(font, path.name)


def narrowed(font: TTFont, **kept) -> None:
    """Leave out of a font all but some letters, or glyphs, and what they are made of."""
    options = subset.Options(hinting=False, layout_closure="glyphs" not in kept)
    options.name_IDs = [*options.name_IDs, 13, 14]  # the licence
    options.layout_features = [*options.layout_features, "tnum", "lnum", "sups", "subs"]
    one = subset.Subsetter(options)
    one.populate(**kept)
    one.subset(font)


def ligatures(font: TTFont) -> dict[str, str]:
    """The glyph that stands for a word."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    subtables = [s for look in font["GSUB"].table.LookupList.Lookup for s in look.SubTable]
    sets = [item for s in subtables for item in getattr(s, "ExtSubTable", s).ligatures.items()]
    return {
        "".join(letters[glyph] for glyph in (first, *one.Component)): one.LigGlyph
        for first, each in sets
        for one in each
    }


def renamed(font: TTFont, name: str) -> None:
    """Call a font by a name of its own, wherever it says one."""
    for record in font["name"].names:
        if record.nameID not in (0, 13, 14):  # whose it is, and its licence
            text = record.toUnicode()
            record.string = re.sub(
                r"Source ?(Sans|Serif|Code)( ?Pro|VF| Variable| 3| 4)*", name, text
            )


def others() -> str:
    """All letters that are left out, as CSS names them."""
    firsts = [last + 1 for _, last in LETTERS]
    lasts = [*(first - 1 for first, _ in LETTERS[1:]), 0x10FFFF]
    return ", ".join(f"U+{a:X}-{b:X}" for a, b in zip(firsts, lasts, strict=True))


def save(font: TTFont, name: str) -> None:
    font.flavor = "woff2"
    font.save(OUT / name)
    kept, whole = ((folder / name).stat().st_size for folder in (OUT, STATIC / "media"))
    print(f"{name}: {kept / 1000:.0f} kB of {whole / 1000:.0f}")


def file(start: str) -> Path:
    (path,) = (STATIC / "media").glob(f"{start}*.woff2")
    return path


def icons() -> set[str]:
    """The icons that this project and Streamlit's scripts name."""
    paths = [*(ROOT / "rnnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    texts = (path.read_text() for path in [*paths, *(STATIC / "js").glob("*.js")])
    return {name for text in texts for name in re.findall(r":material/(\w+):", text)}


if __name__ == "__main__":
    main()
