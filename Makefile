.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help
help: ## Shows these targets
	@awk 'BEGIN {FS = ":.*## "} /^## / {printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Run

.venv/installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

install: .venv/installed ## Installs everything into .venv
up: install ## Starts the whole system on this machine, with demo data
	$(BIN)/lantoa up --demo
down: ## Stops it
	$(BIN)/lantoa down

## Check

test: install ## Runs the tests on the first stack that is there
	$(BIN)/python -m pytest
faults: install ## Kills processes, takes the broker away, sends poison: tried hard, for some minutes
	$(BIN)/python -m pytest tests/faults --long --timeout=900
check: install ## Format, lint, types, import contracts, libraries, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config importlinter.toml
	$(BIN)/deptry .
	$(BIN)/python -m gateway.schema.file --check
	$(BIN)/python -m deploy.generate --check
gen: install ## Writes the generated files: SDL, OpenAPI, JSON Schemas, AsyncAPI
	$(BIN)/python -m gateway.schema.file
	$(BIN)/python -m deploy.generate

lock: install ## Writes requirements.lock anew after a change of pyproject.toml; what is pinned stays
	$(BIN)/pip-compile --quiet --extra=dev --extra=embedded --no-emit-find-links --no-emit-index-url --no-emit-options \
		--no-emit-trusted-host --output-file=requirements.lock --strip-extras pyproject.toml
audit: install ## Looks what is pinned up among known vulnerabilities: asks the network, so it is no part of check
	$(BIN)/pip-audit --requirement requirements.lock --no-deps --disable-pip

compose-test: install ## Tries the compose file for real: needs Docker
	LANTOA_COMPOSE_TEST=1 $(BIN)/python -m pytest tests/compose --timeout=1500 -s

bench: install ## Measures intake against the bare database, and what pages cost; some minutes
	$(BIN)/python -m tests.bench.bench_intake $(MONGO)
	$(BIN)/python -m tests.bench.bench_pages $(DATA)

.PHONY: install up down test faults check gen lock audit compose-test bench
