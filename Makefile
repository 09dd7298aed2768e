# Everything happens in a .venv of the project's own; set-up is repeated only when the pins change.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: install run quick test check format fuzz bench pretrained tasks screenshots film gallery fonts live trial lock audit clean

install: .venv/installed

run: install
	$(BIN)/python -m rnnviz

# The loop of a working day: neither browser nor training, under a minute on two cores.
quick: .venv/installed-dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto -m "not browser and not training and not slow"

# Each core has a worker of its own: more threads for products would wait for one another.
test: .venv/installed-dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto

check: .venv/installed-dev node_modules/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest tests/test_layers.py
	npm run --silent check

format: .venv/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# N hostile inputs of every kind, each read or refused in one sentence; then a twentieth as many
# hostile browsers, at every page.
N ?= 10000
fuzz: .venv/installed-dev
	cd tests && PYTHONPATH=.. ../$(BIN)/python fuzz.py --cases $(N)
	cd tests && PYTHONPATH=.. ../$(BIN)/python fuzz_pages.py --cases $$(($(N) / 20)) 2>/dev/null

bench: .venv/installed-dev
	$(BIN)/python benchmarks/engine.py

# 300 sessions through deploy/'s door, one of its three servers killed (three minutes; needs nginx).
trial: .venv/installed-dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/trial.py --sessions 300 --think 18

# The small trained runs that come with the package: about three minutes.
pretrained: install
	rm -rf build/runs
	$(BIN)/python -m rnnviz sentiment --cells rnn,lstm,gru,bow --out build/runs
	$(BIN)/python -m rnnviz.sentiment.ship build/runs

# The small trainings that the lessons about learning show: about a minute.
tasks: install
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m rnnviz.tasks.trained
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m rnnviz.tasks.runs.ship

screenshots: .venv/installed-dev
	$(BIN)/python docs/screenshots.py

# A teacher's ten minutes, as docs/TEN_MINUTES.md has them, done and filmed (about two minutes).
film: .venv/installed-dev
	$(BIN)/python docs/ten_minutes.py

# The gallery's pages and pictures, from the lines in them (needs a Chrome).
gallery: .venv/installed-dev
	PYTHONPATH=. $(BIN)/python docs/gallery.py

# assets/fonts, when Streamlit's fonts or the icons that are named have changed.
fonts: install
	$(BIN)/pip install --quiet 'fonttools[woff]'
	$(BIN)/python docs/fonts.py

# docs/live.html, the page that is the thing itself: GitHub Pages serves it as it is. Once a release.
live: install
	$(BIN)/python -m rnnviz page --out docs/live.html

# The pins, from pyproject.toml: exact versions for every platform, so that next year's install is
# the one that was tested.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links

lock: .venv/bin/python
	$(BIN)/pip install --quiet uv
	$(LOCK) pyproject.toml --extra sentiment -o requirements.txt
	$(LOCK) pyproject.toml --extra cluster -c requirements.txt -o deploy/requirements.txt
	$(LOCK) pyproject.toml --extra sentiment --extra export --extra dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) requirements.txt deploy/requirements.txt --no-deps --generate-hashes -o deploy/requirements.lock

# Known holes in what the image installs.
audit: .venv/bin/python
	$(BIN)/pip install --quiet uv
	$(BIN)/python deploy/audit.py $(BIN)/uvx --quiet pip-audit

clean:
	rm -rf .venv node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# The checker of the JavaScript in assets/; what is in package-lock.json, and no package's scripts.
node_modules/installed: package.json package-lock.json
	npm ci --silent --ignore-scripts --no-audit --no-fund
	touch $@
