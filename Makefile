# make demo: from nothing to three searches over real papers. make test: everything that CI runs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lint types tests format clean lock audit torture

.venv/demo.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable .
	touch $@

.venv/dev.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[dev,train]'
	touch $@

demo: .venv/demo.stamp
	$(BIN)/litdex demo --library .demo/library

test: check tests

check: .venv/dev.stamp lint types

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

tests: .venv/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadgroup -q

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate pyproject.toml --output-file .venv/lock
	(sed -n '/^[^#]/q;p' requirements.lock; cat .venv/lock) > .venv/lock.new && mv .venv/lock.new requirements.lock

audit:
	$(BIN)/uv tool run pip-audit --require-hashes --disable-pip --requirement requirements.lock

torture: .venv/dev.stamp
	$(BIN)/python -m benchmarks.torture --kills 200

clean:
	rm -rf .venv .demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
