"""What an exported picture weighs and takes, by format: the table of docs/EXPORT.md."""

import statistics
import time
from dataclasses import replace

import rnnviz
from rnnviz.exhibits import of_run
from rnnviz.export import capsule, images, offline, pages
from rnnviz.export.dress import look

SEEDS = range(1, 21)
USUAL = rnnviz.Experiment(n_a=5, init="notebook", forget_bias=0.0)  # what the table is of


def main() -> None:
    """Print the table and the run of a whole course."""
    showings = of_run(rnnviz.run(USUAL))
    first = dict(list(showings.items())[:1])
    began = time.perf_counter()
    list(images.draw(pages.orders(first, look("light"), ["svg"])))
    start = time.perf_counter() - began
    print(f"a Chrome and the first picture: {start:.1f} s\n")
    print("| format | scale | KB, smallest | median | largest | seconds a picture |")
    print("| --- | --- | --- | --- | --- | --- |")
    for theme, width in (("light", "960"), ("print", "85mm"), ("print", "174mm")):
        worn = look(theme, width)
        for form, scale in (
            ("svg", 1),
            ("png", 1),
            ("png", 2),
            ("png", 4),
            ("webp", 2),
            ("pdf", 1),
        ):
            times, sizes = [], []
            for _, content in images.draw(pages.orders(showings, worn, [form], scale)):
                times.append(time.perf_counter())
                sizes.append(len(content) / 1024)
            sizes.sort()
            each = (times[-1] - times[0]) / (len(times) - 1)  # without the start of Chrome
            middle = statistics.median(sizes)
            print(
                f"| {form}, {theme} {width} | {scale} | {sizes[0]:.0f} | {middle:.0f} "
                f"| {sizes[-1]:.0f} | {each:.2f} |",
                flush=True,
            )
    began = time.perf_counter()
    size = len(offline.html(showings.values())) / 1024
    print(f"| html, all {len(showings)} | | | {size:.0f} | | {time.perf_counter() - began:.2f} |")
    for form in ("svg", "png", "pdf"):
        print(f"200 {form}: {course(form):.1f} s")


def course(form: str) -> float:
    """Seconds for ten figures of each of twenty seeds."""

    def orders():
        for seed in SEEDS:
            ten = capsule.own(rnnviz.run(replace(USUAL, seed=seed)))
            yield from pages.orders(ten, look("light"), [form], 2)

    began = time.perf_counter()
    count = sum(1 for _ in images.draw(orders()))
    assert count == 200
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
