# Everything a newcomer or CI needs: `make run`, `make test`, `make check`, `make audit`, `make bench`.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: run test check audit bench chromium office clean

run: $(INSTALLED)
	$(BIN)/draftmill

test: $(INSTALLED) chromium office
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(INSTALLED)
	$(BIN)/python .ci/audit.py

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

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

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
