# A few obvious commands. Each sets up what it needs; a second run finds it done.
#   make run      a demo class on http://127.0.0.1:8000     (make run ARGS="--port 9000")
#   make test     everything that must hold                 (make test ARGS="-k hands")

.DEFAULT_GOAL := help
# Some machines forbid Python to keep its bytecode; then every process compiles the whole tree again, and every test too.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run test check fmt clean lock
MAKEFLAGS += --no-print-directory

PREPARE = @python=$$(PYTHON="$(PYTHON)" scripts/find-python) && "$$python" -m scripts.prepare
BIN := .venv/bin
PYTHON_TREES = $(wildcard lyceum realtime crdt rooms gateway media rest loadtests scripts tests)
ARGS ?=

help:
	@echo "make setup | run | test | check | fmt | clean | lock      (what each does: CONTRIBUTING.md)"

setup: ## .venv from the locks, the web client built
	$(PREPARE) runtime web
	@echo "ready: make run, or .venv/bin/lyceum --help"

run: setup ## the demo class, every plane in one process
	@exec $(BIN)/lyceum up --demo $(ARGS)

# Asyncio's debug mode would cost a fifth more. Who shares what: tests/sharing.py.
test: ## checks, then every test
	$(PREPARE) runtime dev web interop browser proxy
	@$(BIN)/python -m scripts.checks || { echo "the tests were not run: mend the above first"; exit 1; }
	@echo "· pytest"
	@$(BIN)/python -m pytest --numprocesses=3 -o asyncio_debug=false $(ARGS) \
		|| { echo "· once more, alone: what failed beside others" \
		&& $(BIN)/python -m pytest --last-failed --last-failed-no-failures=none $(ARGS); }

check: ## format, lint, types, import direction
	$(PREPARE) runtime dev web
	@$(BIN)/python -m scripts.checks ruff pyright imports web-types web-lint

fmt: ## format and mend what can be mended
	$(PREPARE) runtime dev
	@$(BIN)/ruff check --fix $(PYTHON_TREES); $(BIN)/ruff format $(PYTHON_TREES)

lock: ## pins and hashes from requirements/*.in; make lock ARGS=--upgrade moves them
	$(PREPARE) runtime dev
	@for group in base dev load; do \
		echo "· requirements/$$group.txt"; \
		$(BIN)/uv pip compile --system-certs --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links $(ARGS) requirements/$$group.in -o requirements/$$group.txt || exit 1; \
	done

clean: ## everything that make made; class data stays
	rm -rf .venv .setup web/node_modules web/dist tests/interop/node/node_modules *.egg-info
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find $(PYTHON_TREES) -name __pycache__ -type d -prune -exec rm -rf {} +

# Benchmarks, load, chaos, soak and evaluation add their targets in files of their own: mk/bench.mk, mk/chaos.mk, ...
-include mk/*.mk
