"""`python -m rnnviz train`: a small network learns a task; its record as JSON."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser(
        "train",
        help="a small network learns a task",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="the same command goes on where it was stopped, to the same bits\n\n"
        "  python -m rnnviz train --task adding --cell gru --out adding-gru\n"
        "  python -m rnnviz train --task characters --data novel.txt --out novel\n"
        "  python -m rnnviz train --task columns --data rows.csv --targets price --out price",
    )
    task = one.add_argument_group("the task")
    task.add_argument("--task", default="adding", metavar="NAME", help="adding, anbn, brackets, "
                      "characters, columns, copy, echo, first-bit, flip-flop, parity, parity-last, "
                      "sine (%(default)s)")  # fmt: skip
    task.add_argument("--steps", type=int, metavar="N", help="its length (the task's usual one)")
    task.add_argument("--delay", type=int, default=10, metavar="N", help="of echo (%(default)s)")
    task.add_argument("--data", type=Path, metavar="FILE", help="a text up to 1 MB, or a CSV")
    task.add_argument("--inputs", default="", metavar="LIST", help="columns of the CSV, by name or "
                      "number (all but the targets)")  # fmt: skip
    task.add_argument("--targets", default="", metavar="LIST", help="columns (the last)")
    net = one.add_argument_group("the network")
    net.add_argument("--cell", default="lstm", metavar="NAME", help="(%(default)s)")
    net.add_argument("--equations", default="", metavar="TEXT", help="a cell of one's own")
    net.add_argument("--activation", default="tanh", metavar="NAME", help="(%(default)s)")
    net.add_argument("--units", type=int, default=32, metavar="N", help="(%(default)s)")
    net.add_argument("--init", default="orthogonal", metavar="NAME", help="(%(default)s)")
    net.add_argument("--gain", type=float, default=1.0, metavar="N", help="(%(default)s)")
    net.add_argument("--forget-bias", type=float, default=1.0, metavar="N", help="(%(default)s)")
    net.add_argument("--seed", type=int, default=1, metavar="N", help="(%(default)s)")
    net.add_argument("--dtype", default="float32", metavar="NAME", help="or float64 (%(default)s)")
    how = one.add_argument_group("how it learns")
    how.add_argument("--updates", type=int, default=2000, metavar="N", help="(%(default)s)")
    how.add_argument("--batch", type=int, default=64, metavar="N", help="sequences (%(default)s)")
    how.add_argument("--optimiser", default="adam", metavar="NAME", help="adam, sgd, rmsprop "
                     "(%(default)s)")  # fmt: skip
    how.add_argument("--rate", type=float, default=0.01, metavar="N", help="(%(default)s)")
    how.add_argument("--schedule", default="constant", metavar="NAME", help="of the rate: "
                     "constant, linear, cosine (%(default)s)")  # fmt: skip
    how.add_argument(
        "--momentum", type=float, default=0.9, metavar="N", help="of sgd (%(default)s)"
    )
    how.add_argument("--epsilon", type=float, default=1e-8, metavar="N", help="(%(default)s)")
    how.add_argument("--epsilon-place", default="outside", metavar="NAME", help="outside or inside "
                     "of the root (%(default)s)")  # fmt: skip
    how.add_argument("--clip", type=float, default=1.0, metavar="N", help="the gradient's largest "
                     "norm, 0 for none (%(default)s)")  # fmt: skip
    how.add_argument("--decay", type=float, default=0.0, metavar="N", help="of the weights "
                     "(%(default)s)")  # fmt: skip
    how.add_argument("--truncation", type=int, default=0, metavar="N", help="steps after which the "
                     "way back is cut, 0 for nowhere (%(default)s)")  # fmt: skip
    how.add_argument("--mistake", default="", metavar="NAME", help="made on purpose: no-slope, "
                     "not-carried, transposed, bias-once, wrong-step, epsilon-inside, no-clipping, "
                     "no-memory of lstm, reset-path and notebook of gru")  # fmt: skip
    one.add_argument(
        "--again",
        type=Path,
        metavar="FILE",
        help="train once more what a capsule of a trained task or of a duel, or a network.npz, "
        "was trained by; other words are left out",
    )
    one.add_argument("--pictures", action="store_true", help="loss, gradient by lag, answers and "
                     "eigenvalues as a web page, too: DIR/pictures.html")  # fmt: skip
    one.add_argument("--film", type=Path, metavar="FILE", help="the training as a film: .webp, "
                     ".apng, .gif, or .mp4 which takes ffmpeg")  # fmt: skip
    one.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder, or the "
                     "one of the same command")  # fmt: skip
    return one


def main(chosen: argparse.Namespace) -> int:
    """Train what was asked for."""
    from rnnviz.export.capsule import network_of
    from rnnviz.export.duel_capsule import networks_of
    from rnnviz.tasks.runs import Folder, command

    if chosen.again is None:
        ended = command.train(chosen)
    else:
        if several := networks_of(chosen.again):
            return max(_again(name, one, chosen.out) for name, one in several.items())
        ended = command.again(network_of(chosen.again), chosen.out)
    if chosen.pictures and ended == 0:
        from rnnviz.export.training import page

        folder, (one, task) = Folder(chosen.out), Folder(chosen.out).opened()
        chance, solved = task.chance(one.settings.steps), task.solved
        goal = {"loss": solved.value, "share": solved.value * chance}.get(solved.measure)
        folder.write_text("pictures.html", page(one, task.title, chance, goal))
        print(folder.path / "pictures.html")
    if chosen.film and (chosen.out / "state.npz").exists():
        from rnnviz.export.film.learning import Learning, film

        one, task = Folder(chosen.out).opened()
        film(Learning(one, task.title, task.chance(one.settings.steps)), chosen.film)
        print(chosen.film)
    return ended


def _again(name: str, network: bytes, out: Path) -> int:
    from rnnviz.tasks.runs import command

    print(f"{name}:")
    return command.again(network, out / name)
