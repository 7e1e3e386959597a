# The commands of this project. `make demo` and `make test` are all that a newcomer needs.

PYTHON ?= python3
BIN := .venv/bin
UI := src/riverchief/web/static/ui/index.html
UI_SOURCES := $(shell find ui -type f -not -path 'ui/node_modules/*' -not -path 'ui/dist/*' 2>/dev/null)

# compiled once and kept: without it every process of the platform and its tests compiles all it imports anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check verify ui screenshots clean

setup: .venv/.done

.venv/.done: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "riverchief needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[web,server,dev]'
	touch $@

# the system's npm where there is one, else the one that comes as a Python wheel
ui: $(UI)

$(UI): $(UI_SOURCES) | .venv/.done
	PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/build-ui

demo: setup ui
	$(BIN)/riverchief demo

# two lanes, one for each core, about as long as each other: all that needs no browser; beside it the platform's tests on
# PostgreSQL, then those in the browser, at last the walker's phone, which brings a platform of its own
PHONE := tests/e2e/test_phone.py tests/e2e/test_phone_page.py

test: setup ui
	@mkdir -p build; \
	{ $(BIN)/python tools/on_postgres.py; postgres=$$?; \
		$(BIN)/pytest -q -rs --durations=10 tests/e2e $(PHONE:%=--ignore=%); browser=$$?; \
		$(BIN)/pytest -q -rs --durations=10 $(PHONE); exit $$((postgres || browser || $$?)); } \
		> build/beside.log 2>&1 & beside=$$!; \
	$(BIN)/pytest -q -rs --ignore=tests/e2e $(PYTEST_ARGS); tests=$$?; \
	wait $$beside; also=$$?; cat build/beside.log; exit $$((tests || also))

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/project
	$(BIN)/riverchief basin check src/riverchief/basins/mini
	$(BIN)/riverchief basin check src/riverchief/basins/jinzhong

# the long proofs at full size; their tables go to docs/validation
verify: setup ui
	RIVERCHIEF_FULL=1 $(BIN)/pytest -q -rs -m slow
	$(BIN)/python benchmarks/verify.py

# every page at three sizes in two languages, from a running demo, into docs/images
screenshots: setup ui
	$(BIN)/python tools/screenshots.py

clean:
	rm -rf .venv build dist demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf ui/node_modules ui/dist src/riverchief/web/static/ui
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
