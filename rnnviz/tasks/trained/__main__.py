"""`python -m rnnviz.tasks.trained`: train what comes with the package (some by their names)."""

import sys

from rnnviz.tasks.networks import shipped
from rnnviz.tasks.trained import SEEDS, TRIALS, made

if __name__ == "__main__":
    for trial in sys.argv[1:] or TRIALS:
        for seed in SEEDS:
            path = shipped() / f"{trial}{seed}.npz"
            path.write_bytes(made(trial, seed).packed())
            print(path.name, path.stat().st_size, flush=True)
