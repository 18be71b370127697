# Everything a newcomer or CI needs. `make test` leaves out the tests marked slow; `make test-all` runs every test.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal
COVERAGE := --cov --cov-report=term:skip-covered

.PHONY: run test test-all test-rest check audit bench pictures chromium office postgresql clean

run: $(INSTALLED)
	$(BIN)/draftmill

test: $(INSTALLED) chromium office postgresql
	$(PYTEST) -n 3 -m "not slow" --hypothesis-profile=quick  # three on two cores: a third of the time is waiting

test-all: test test-rest

# What `make test` leaves out; the tests of units and screens all at once, to measure their coverage. Two tests bound CPU
# time, which tracing multiplies: `make test` runs them.
TIMED := tests/unit/test_kinds_read.py
test-rest: $(INSTALLED) chromium office postgresql
	$(PYTEST) -m "slow and not unit and not screens"
	$(PYTEST) $(COVERAGE) -m "unit or screens" \
	  --deselect $(TIMED)::test_hostile_text_is_refused_in_bounded_time --deselect $(TIMED)::test_reading_one_cloze_item_is_cheap

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(INSTALLED)
	$(BIN)/python .ci/audit.py

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

# The README's pictures: look at them before you commit them.
pictures: $(INSTALLED) chromium
	$(BIN)/python -m docs.screenshots

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(INSTALLED)

# The browser tests drive a real Chromium; on Debian and Ubuntu it is installed here, elsewhere any Chromium or Chrome will do.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	  else echo "no Chromium found: the browser tests will be skipped (Debian: apt-get install chromium)"; fi; }

# One test opens exported workbooks in LibreOffice; elsewhere than on Debian and Ubuntu it is skipped without one.
office:
	@command -v soffice localc libreoffice >/dev/null || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      libreoffice-calc-nogui >/dev/null || echo "LibreOffice could not be installed: its tests will be skipped"; \
	  else echo "no LibreOffice found: its tests will be skipped (Debian: apt-get install libreoffice-calc)"; fi; }

# The store's tests also run on PostgreSQL: on a server of their own, or on that of $DRAFTMILL_TEST_POSTGRESQL.
postgresql:
	@test -n "$$DRAFTMILL_TEST_POSTGRESQL" || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      postgresql >/dev/null || echo "PostgreSQL could not be installed: its tests will be skipped"; \
	  else echo "no PostgreSQL found: its tests will be skipped (Debian: apt-get install postgresql)"; fi; }

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
