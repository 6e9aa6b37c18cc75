# What a developer types. Everything needed is set up from nothing, below .venv and .build, which git ignores.

PYTHON := $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
PARALLEL := -n logical --dist loadgroup --no-loadscope-reorder
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# pip and the compilers write below a home directory; without a usable one they get one here.
ifneq ($(shell test -n "$$HOME" -a -w "$$HOME" && echo usable),usable)
export HOME := $(CURDIR)/.build/home
endif

.PHONY: help demo samples test proofs mutants bench lint catalog packages clean

help:
	@echo 'make demo     build four programs and ask what becomes of them in base images'
	@echo 'make samples  build all programs of samples/ into .build/demo'
	@echo 'make test     the tests, with a sample of the pairs compared with reality; LIBCCHECK_REQUIRE=1: nothing left out'
	@echo 'make proofs   the tests, with every pair; as long as it takes'
	@echo 'make mutants  the launch model changed in 200 places, one at a time: which of them do the tests not notice?'
	@echo 'make bench    images of three kinds read through every source, cold and warm: seconds and megabytes'
	@echo 'make lint     ruff and mypy'
	@echo 'make catalog  the built-in base images anew, from the archives that tools/catalog.json lists, in ROOTS=DIR'
	@echo 'make packages what packages of distributions hold anew, as root, from PLACE=DIR that keeps what was fetched'
	@echo 'make clean    remove all that the other targets made'

demo: .venv/toolchains
	@$(BIN)/python -m demo

samples: .venv/toolchains
	@$(BIN)/python -m demo.build

test: .venv/development .venv/toolchains
	$(BIN)/python -m pytest $(PARALLEL)

proofs: .venv/development .venv/toolchains
	LIBCCHECK_PROOFS=1 $(BIN)/python -m pytest $(PARALLEL)

mutants: .venv/development .venv/toolchains
	@$(BIN)/python -m tests.mutants $(MUTANTS)

bench: .venv/development
	@$(BIN)/python -m tests.benchmarks.images $(IMAGES)

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

catalog: .venv/package
	@test -n '$(ROOTS)' || { echo 'say where the archives are: make catalog ROOTS=DIR' >&2; exit 2; }
	rm -rf .build/catalog
	$(BIN)/libccheck catalog add --list tools/catalog.json --roots '$(ROOTS)' --catalog .build/catalog
	mv .build/catalog/snapshots.bin src/libccheck/catalog/

packages: .venv/package
	@test -n '$(PLACE)' || { echo 'say where to keep what is fetched: make packages PLACE=DIR' >&2; exit 2; }
	$(BIN)/python tools/packages.py '$(PLACE)'

clean:
	rm -rf .venv .build .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

.venv/created:
	@test -n '$(PYTHON)' || { echo 'libccheck needs Python 3.10 or newer, and there is none in PATH' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@mkdir -p .build/home
	@echo 'setting up .venv with $(PYTHON)'
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) 'pip>=25.1'
	@touch $@

.venv/package: .venv/created pyproject.toml
	@$(PIP) --editable .
	@touch $@

.venv/toolchains .venv/development: .venv/package
	@echo 'installing $(@F) packages'
	@$(PIP) --group $(@F:development=dev)
	@touch $@
