# The two commands: `make demo` and `make test`. Both set up everything they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Labelled development data, for the benchmarks only.
DATA ?= ../shared/data
# What was compiled once is kept, also where the machine says otherwise (empty is no): every worker
# and every command that a test starts would compile it all again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check lint types imports licences tests tests-elsewhere spark-tests example example-check browser cli-docs bench bench-large clean

demo: $(STAMP)
	$(BIN)/gnomon demo --out reports/demo

# What waits for the network or takes one core goes two at a time; the suite takes both cores itself.
test:
	$(MAKE) --no-print-directory --jobs 2 $(STAMP) browser check example-check
	$(MAKE) --no-print-directory tests tests-elsewhere spark-tests

check: lint types imports licences

# Exactly the files whose hashes are written down, then the project itself from this folder.
$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

licences: $(STAMP)
	$(BIN)/python tools/sbom.py --check

# The offline browser tests need Chromium, those of the PDF Pango. Both are installed where that is possible; where it is not,
# the tests say that they did not run.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { command -v apt-get >/dev/null && test "$$(id -u)" = 0 \
	       && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk \
	            libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils >/dev/null; } \
	  || echo 'Chromium is not here and could not be installed: browser tests will be skipped'

# In an empty network namespace where the system allows one: what calls somebody fails. Workers keep
# to neighbouring tests, so what a file or folder sets up once is seldom set up in both.
tests: $(STAMP)
	tools/offline.sh $(BIN)/pytest --numprocesses 2 --dist worksteal --cov --cov-report=term \
	  --cov-fail-under=90

# All that reads, reckons with or prints times, where the machine's own zone is another: nothing may
# depend on it. `make tests-elsewhere ELSEWHERE=tests` takes the whole suite.
ELSEWHERE ?= tests/test_*.py $(addprefix tests/,read engine ids reference clues links weigh job show verbs)

tests-elsewhere: $(STAMP)
	TZ=Asia/Tokyo $(BIN)/pytest --quiet --numprocesses 2 --dist worksteal -m 'not browser and not slow' $(ELSEWHERE)
	TZ=America/St_Johns $(BIN)/pytest --quiet --numprocesses 2 --dist worksteal -m 'not browser and not slow' $(ELSEWHERE)

# Half a gigabyte, of use only where there is Java to run it. What builds it stands last in its lock
# and is installed first, so that nothing without a hash is fetched.
$(STAMP)-spark: requirements-spark.lock
	sed -n '/^setuptools==/,$$p' $< > $@.part
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $@.part
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation --requirement $<
	mv $@.part $@

spark-tests: $(STAMP)
	@if command -v java >/dev/null; then \
	  $(MAKE) --no-print-directory $(STAMP)-spark && tools/offline.sh $(BIN)/pytest --quiet -m spark tests/engine; \
	else echo 'Java is not here: the tests with Spark are skipped'; fi

example: $(STAMP)
	$(BIN)/python tools/make_example.py

# Twice: as the processor can, and with plain instructions alone, as if on another machine. Only what
# does not hang on how a machine rounds can be compared by hash.
PLAIN = OPENBLAS_CORETYPE=Nehalem NPY_DISABLE_CPU_FEATURES="$$($(BIN)/python -c \
  'from numpy._core._multiarray_umath import __cpu_dispatch__ as names; print(*names)')"

example-check: $(STAMP)
	$(BIN)/python tools/make_example.py --check
	$(PLAIN) $(BIN)/python -W ignore::ImportWarning tools/make_example.py --check

cli-docs: $(STAMP)
	$(BIN)/python tools/make_cli_reference.py

bench: $(STAMP)
	$(BIN)/python benchmarks/accuracy.py $(DATA) --transfer --groups --rules
	for part in clockchanges calendars audience segments shifts automation hands; do \
	  $(BIN)/python benchmarks/$$part.py $(DATA) || exit 1; done
	$(BIN)/python benchmarks/crews.py
	$(BIN)/python benchmarks/scenarios.py
	$(BIN)/python benchmarks/pixels.py $(DATA)/images
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/reduction.py --rows 300000
	$(BIN)/python benchmarks/intake.py
	$(BIN)/python benchmarks/platforms.py
	$(BIN)/python benchmarks/images.py $(DATA)/images
	$(BIN)/python benchmarks/image_mutants.py $(DATA)/images --count 2000
	$(BIN)/python benchmarks/image_text.py
	$(BIN)/python benchmarks/labels.py $(DATA)
	$(BIN)/python benchmarks/codes.py
	$(BIN)/python benchmarks/sun.py
	$(BIN)/python benchmarks/controls.py
	$(BIN)/python benchmarks/links_content.py --election $(DATA)/german_election_2021.parquet
	$(BIN)/python benchmarks/links_groups.py --quick
	$(BIN)/python benchmarks/fusion.py
	$(BIN)/python benchmarks/exports.py
	$(BIN)/python benchmarks/report_page.py
	$(BIN)/python benchmarks/custody.py
	$(BIN)/python benchmarks/kill_points.py --points 40 --seed 1

# Half an hour on two free cores and 30 GB of disk; `RECORD=--record DATE` adds lines to the history.
bench-large: $(STAMP)
	$(BIN)/python benchmarks/reduction.py --rows 10000000 --rounds 1 --sides good,same,polars,sql,scan $(RECORD)
	$(BIN)/python benchmarks/reduction.py --growth 1,3,10,30
	$(BIN)/python benchmarks/reduction.py --rows 50000000 --format parquet --limit-mb 3000 --rounds 1 --sides scan $(RECORD)
	$(BIN)/python benchmarks/run_growth.py --rows 1000000,3000000,10000000

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .coverage reports/demo
