# Two commands do all the set-up: `make demo` and `make test`. Each makes its own virtual environment in .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)

.PHONY: demo test check format docs bench e2e conformance clean help

help: ## list the targets
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

# uv where it is there and works, else venv and pip.
define install
@{ test -n "$(UV)" && $(UV) venv -q --allow-existing --python $(PYTHON) $(VENV) \
    && $(UV) pip install -q --python $(BIN)/python -e $(1); } \
|| { { test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV); } \
    && $(BIN)/python -m pip install -q --disable-pip-version-check -e $(1); }
endef

$(BIN)/seawall: pyproject.toml
	$(call install,.)
	@touch $@

$(VENV)/.dev: pyproject.toml
	$(call install,'.[dev]')
	@touch $@ $(BIN)/seawall

demo: $(BIN)/seawall ## scan the example shop and print the report
	@$(BIN)/seawall scan examples/shop --fail-on none

test: $(VENV)/.dev ## install what tests need and run them with the coverage gate
	@$(BIN)/python -m pytest -q -n auto --cov --cov-report=term

check: $(VENV)/.dev ## ruff, mypy, import-linter, generated files fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/generate_docs.py --check
	@$(BIN)/python scripts/screenshot.py --check

format: $(VENV)/.dev ## rewrite sources as ruff would have them
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(VENV)/.dev ## regenerate the pages of rules and commands, the JSON Schema, and the README's picture
	@$(BIN)/python scripts/generate_docs.py
	@$(BIN)/python scripts/screenshot.py

e2e: $(VENV)/.dev ## hold Seawall against a real API server, built from Go modules (needs Go)
	@$(BIN)/python -m tests.e2e.build
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/e2e

bench: $(VENV)/.dev ## measure speed and memory beside a peer
	@$(BIN)/python -m bench

conformance: $(VENV)/.dev ## upstream's Pod Security fixtures and the YAML probes
	@$(BIN)/python scripts/conformance.py

clean: ## remove what the targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* bench/out
