"""`python -m rnnviz inside MODEL`: what a trained model made of a review, word by word."""

import argparse
from pathlib import Path

FORMATS = ("json", "csv", "html")


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser(
        "inside",
        help="read a review with a trained model, word by word",
        usage="rnnviz inside MODEL (--text WORDS | --ids LIST | --signal FILE) [options]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Prints the classes, their probabilities after each word and what each word "
        "weighs;\na format has all of it, with states, gates and gradients. Nothing in the file is "
        "run.",
        epilog='  python -m rnnviz inside lstm --text "not really good"\n'
        "  python -m rnnviz inside mine.keras --ids 1,14,22 --padding front --length 100\n"
        '  python -m rnnviz inside mine.h5 --text ".." --vocabulary index.json --out inside.html',
    )
    one.add_argument("model", metavar="MODEL", help="a .keras or .h5 file, a PyTorch state_dict as "
                     ".safetensors or .npz, or a run by its id (lstm)")  # fmt: skip
    review = one.add_mutually_exclusive_group(required=True)
    review.add_argument("--text", metavar="WORDS", help="the review; the model must have its words")
    review.add_argument("--ids", metavar="LIST", help="the review in word ids, such as 1,14,22")
    review.add_argument("--signal", type=Path, metavar="FILE", help="of a model that reads "
                        "numbers, a CSV of them, one row a step")  # fmt: skip
    one.add_argument("--vocabulary", type=Path, metavar="FILE", help="JSON, one word a line, or "
                     "Keras' index of reviews")  # fmt: skip
    one.add_argument("--padding", metavar="SIDE", help="none, front or back (guessed, and said)")
    one.add_argument("--length", type=int, metavar="N", help="to which reviews are cut and padded")
    one.add_argument("--classes", default="", metavar="NAMES", help="from class 0 on, with commas")
    one.add_argument("--class", dest="target", metavar="NAME", help="that words are weighed for, "
                     "by name or number (the most probable; of two, class 1)")  # fmt: skip
    one.add_argument("--layer", type=int, metavar="N", help="recurrent layer to look into, from 1 "
                     "(the last)")  # fmt: skip
    one.add_argument("--direction", default="forward", help="of a Bidirectional: forward or "
                     "backward (%(default)s)")  # fmt: skip
    one.add_argument("--format", metavar="NAME", help=f"{', '.join(FORMATS)} (as FILE is named)")
    one.add_argument("--out", type=Path, metavar="FILE", help="file to write (standard output)")
    return one


def main(chosen: argparse.Namespace) -> int:
    """Read the review; raises ExperimentError."""
    from rnnviz.core.errors import ExperimentError, check_choice
    from rnnviz.export import inside
    from rnnviz.sentiment.opened import opened
    from rnnviz.sentiment.reading import read

    form = chosen.format or (chosen.out.suffix[1:].lower() if chosen.out else "")
    if form or chosen.out:
        check_choice("format", form, FORMATS)
    check_choice("direction", chosen.direction, ("forward", "backward"))
    one = opened(chosen.model, chosen.vocabulary, chosen.padding, chosen.length)
    names = tuple(n.strip() for n in chosen.classes.split(",")) if chosen.classes else one.names
    known = inside.names_of(one.model, names)
    if chosen.signal:
        model, row, words = one.fed(chosen.signal)
        dropped: list[str] = []
    else:
        row, words, review = one.given(chosen.text, chosen.ids)
        model, dropped = one.model, review.dropped
    reading = read(
        model, row, leave_out=True, padding=one.sides, target=_target(chosen.target, known),
        layer=_layer(chosen.layer, len(one.model.recurrent)),
        way=int(chosen.direction == "backward"),
    )  # fmt: skip
    told = inside.Read(Path(chosen.model).name, reading, words, names)
    said = [*(f"{note[:1].upper()}{note[1:]}." for note in one.model.notes), one.why]
    if dropped:
        said.append(f"Left out, as the vocabulary has no id: {', '.join(dropped)}.")
    summary = "\n".join([*said, "", inside.table(told)])
    if not form:
        print(summary)
        return 0
    if form == "json":
        content = inside.json(told, Path(chosen.model).name, one.padded, said)
    elif form == "csv":
        content = inside.csv(told)
    else:
        content = inside.html(told, f"trained {told.run.cell.title}, {told.title}")
    if chosen.out is None:
        print(content.removesuffix("\n"))
        return 0
    try:
        chosen.out.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ExperimentError(f"out must be a file to write, got: {error.strerror}") from None
    print(f"{summary}\n\n{chosen.out}")
    return 0


def _target(word: str | None, names: tuple[str, ...]) -> int | None:
    from rnnviz.core.errors import check_choice

    if word is None:
        return None
    if word.isascii() and word.isdigit() and word not in names and int(word[:9]) < len(names):
        return int(word)
    check_choice("class", word, names)
    return names.index(word)


def _layer(number: int | None, count: int) -> int | None:
    from rnnviz.core.errors import check_bounds

    if number is None:
        return None
    check_bounds("layer", number, 1, count)
    return number - 1
