# Two commands do all set-up on a fresh machine: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
RUN := .venv
TEST := .venv-test
PORT ?=
HERE := $(shell pwd)

.DEFAULT_GOAL := help
.PHONY: help run test tests check lint fix types contracts bench soak docs lock parts envs olds clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUN)/.ready ## Start Hotwash on this machine with a worked example
	@$(RUN)/bin/hotwash up $(if $(PORT),--port $(PORT)) $(UP)

test: check parts envs tests olds ## Everything that must hold before a change is taken: lint, types, contracts, all tests

tests: $(TEST)/.ready parts envs
	@$(TEST)/bin/python -m tests.twice $(T)

check: lint types contracts

lint: $(TEST)/.ready
	@$(TEST)/bin/ruff check --quiet .
	@$(TEST)/bin/ruff format --quiet --check . || (echo "Run 'make fix': some files are not formatted." && false)

fix: $(TEST)/.ready ## Format, and mend what can be mended by itself
	@$(TEST)/bin/ruff check --quiet --fix .
	@$(TEST)/bin/ruff format --quiet .

types: $(TEST)/.ready
	@$(TEST)/bin/mypy src tests

contracts: $(TEST)/.ready
	@$(TEST)/bin/lint-imports --no-logo 2>/dev/null || $(TEST)/bin/lint-imports

bench: $(TEST)/.ready parts envs ## Measure speed, as ratios against yardsticks of the same run (LONG=1: all tools, all sizes)
	@$(TEST)/bin/python -m bench $(if $(LONG),--long) $(B)

soak: $(TEST)/.ready parts envs ## The long runs
	@HOTWASH_TRIES=soak $(TEST)/bin/pytest -n 2 --dist loadgroup -m "soak or not soak" $(T)

docs: $(TEST)/.ready ## Write the generated pages of docs/reference anew
	@$(TEST)/bin/python -m tests.documents --write

parts: $(TEST)/.ready
	@$(TEST)/bin/python -m tests.parts

envs: $(TEST)/.ready
	@$(TEST)/bin/python -m tests.envs

olds: $(TEST)/.ready
	@$(TEST)/bin/python -m tests.interpreters

lock: ## Resolve the dependencies anew (needs uv)
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-emit-package hotwash-guard --extra questions \
		pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-emit-package hotwash-guard --extra questions --extra postgres --extra test \
		pyproject.toml -c requirements.lock -o requirements-test.lock

clean: ## Remove the environments and caches (never a data folder)
	@rm -rf $(RUN) $(TEST) .venv-3.* .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(RUN)/.ready: requirements.lock pyproject.toml
	@./install $(PYTHON) $(RUN) requirements.lock

$(TEST)/.ready: requirements-test.lock pyproject.toml
	@./install $(PYTHON) $(TEST) requirements-test.lock
