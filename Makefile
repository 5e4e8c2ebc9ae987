# The one door to everything. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps

.DEFAULT_GOAL := help
.PHONY: help demo test install dev lint type unit e2e chaos bench scenarios words lock clean

help: ## List the targets.
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  %-12s %s\n", $$1, $$2}'

demo: install ## Run everything with the sandbox: console on :8000, phones on :8100.
	@$(BIN)/zeroten demo

install: $(STAMPS)/install ## Make .venv/ with the product; the command is .venv/bin/zeroten.

dev: $(STAMPS)/dev ## Make .venv/ with everything the tests need.

test: dev ## Lint, types, import rules and the whole suite, on SQLite and PostgreSQL.
	@tests/prepare-machine
	$(MAKE) --no-print-directory lint type
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $(PYTEST)

lint: dev ## Style and import directions.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

type: dev ## Types, strictly.
	$(BIN)/mypy

unit: dev ## The pure packages only; seconds.
	$(BIN)/python -m pytest -q tests/unit $(PYTEST)

e2e: dev ## The road end to end, in processes and in a browser.
	$(BIN)/python -m pytest -q tests/e2e $(PYTEST)

chaos: dev ## The full chaos run: 300 customers, processes killed, on both databases.
	CHAOS_CUSTOMERS=300 $(BIN)/python -m pytest -q -s tests/chaos $(PYTEST)

bench: install ## The benchmarks of docs/performance.md.
	$(BIN)/zeroten bench

scenarios: dev ## Rewrite the golden conversations; review the difference.
	$(BIN)/python -m tests.scenarios --update

words: dev ## Collect the console's words for its translators; fill in what console/languages/*.po leaves empty.
	@mkdir -p $(STAMPS)
	cd console && ../$(BIN)/pybabel -q extract -F ../tests/console/babel.cfg -k N_ -k _ --no-wrap --sort-output --add-location=file --omit-header -o ../$(STAMPS)/console.pot .
	for tag in nl es; do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --no-wrap -i $(STAMPS)/console.pot -o console/languages/$$tag.po -l $$tag; done

lock: ## Pin the newest allowed versions, by hash.
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean: ## Remove the environment and what was built.
	rm -rf $(VENV) $(STAMPS) build *.egg-info .mypy_cache .ruff_cache .pytest_cache var

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  echo "python has no venv; using virtualenv"; rm -rf $(VENV); \
	  $(PYTHON) -m pip install -q --target $(STAMPS)/virtualenv virtualenv && \
	  PYTHONPATH=$(STAMPS)/virtualenv $(PYTHON) -m virtualenv -q $(VENV); }

# The lock files are complete, so pip is asked to resolve nothing: older ones trip over `name[extra]` in a locked set
# as soon as a newer release of `name` is out.
$(STAMPS)/install: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/install
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip check --disable-pip-version-check
	@mkdir -p $(STAMPS) && touch $@
