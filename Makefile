# The two commands a newcomer needs are `make run` and `make test`; `make help` lists the rest.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
BOARD ?= paris-v1
STATE ?= .horodateur
POSTGRES ?= .postgres
CENTRAL_PORT ?= 8081
WORKERS ?= 2
SEEDS ?= 1-23000
BIN := .venv/bin
LAWS = $(BIN)/python -m simulator.street.laws --jobs $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help run central-postgres test laws laws-long test-trixie check golden bench bench-central defects kills server-kills crash-states image image-test bundle release-key docs translations requirements debian clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

run: .venv/desk  ## start the machine and the city; opens on http://HOST:PORT, state under STATE; BOARD=paris-v2 has a front panel
	$(BIN)/horodateur-sim run --host $(HOST) --port $(PORT) --state $(STATE) --wiring board/$(BOARD).toml

central-postgres: .venv/desk ## the city alone, on a private PostgreSQL under POSTGRES; prints the first operator's token once
	$(BIN)/horodateur-central private --folder $(POSTGRES) --host $(HOST) --port $(CENTRAL_PORT)

test: .venv/dev debian  ## every test: the browser, PostgreSQL, systemd, loop devices (these two by root, or through sudo); then the laws
	$(BIN)/python -m tests.suite -q -n $(WORKERS) --dist worksteal --durations 40 $(ARGS)
	$(if $(ARGS),,$(LAWS) --visits 20000 --seconds 200)

laws: .venv/dev  ## small streets under heavy faults, seed after seed: 20 000 visits, or what three minutes and a half allow (docs/laws.md)
	$(LAWS) --visits 20000 --seconds 200

laws-long: .venv/dev ## the same for every seed of SEEDS, by hand or nightly: SEEDS=1-23000 are a million visits
	$(LAWS) --seeds $(SEEDS)

test-trixie: .venv/dev ## the same inside a Debian 13, Python 3.13, made under out/trixie; root; by hand or nightly
	WORKERS=$(WORKERS) $(BIN)/python -m tests.trixie $(foreach each,$(DEBIAN),$(lastword $(subst :, ,$(each))))

check: .venv/dev ## style, types and import contracts between packages
	$(BIN)/ruff check .
	shellcheck flash.sh workshop/flash/*.sh
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.hal.panel_types
	$(BIN)/lint-imports

golden: .venv/dev ## record the golden files again (tests/golden, the tariff schema); then review the diff
	$(BIN)/pytest -q -m golden --record-golden
	git --no-pager diff --stat -- tests/golden docs

bench: .venv/dev ## measure; prints a table and writes bench/results.json
	$(BIN)/python -m bench

bench-central: .venv/dev ## measure the city on PostgreSQL; a quarter of an hour; writes bench/central-results.json
	$(BIN)/python -m bench.central

defects: .venv/dev ## plant every known defect in copies of the tree, on all cores; each must turn its test red (ARGS=--help)
	$(BIN)/python -m tests.planted $(ARGS)

kills: .venv/dev ## kill a station's process 100 times with each protocol of a terminal, then hold its accounts; by hand or nightly (ARGS=--help)
	$(BIN)/python -m tests.kills $(ARGS)

server-kills: .venv/dev ## kill the city's PostgreSQL 50 times under load, with and without a replica; nothing acknowledged is lost; by hand or nightly
	$(BIN)/python -m tests.server_kills $(ARGS)

crash-states: .venv/dev ## a power cut after every operation of a station's disk, every call made to fail; half an hour; by hand or nightly
	$(BIN)/python -m tests.crash $(ARGS)

image: .venv/dev ## a bootable arm64 image from Debian's packages, signed; by hand or nightly, out/image
	$(BIN)/python -m workshop.image build

image-test: .venv/dev ## flash the image into a file, boot it in an emulator, sell, cut the power; by hand or nightly
	$(BIN)/python -m tests.image

bundle: .venv/desk ## the station for a stock Raspberry Pi OS (Bookworm, 64 bits): out/horodateur-bundle.tar, signed
	$(BIN)/python -m workshop.bundle

release-key: .venv/desk ## the key that signs images and bundles, made once outside the checkout; prints its public half
	@$(BIN)/python -m workshop.common.release_key

docs: .venv/dev debian ## redraw docs/screens.md and the pictures from the code
	$(BIN)/horodateur-sim docs
	$(BIN)/python -m workshop.drawings.wiring
	$(BIN)/python -m workshop.drawings.alarms_page
	$(BIN)/python -m workshop.drawings.openacr
	$(BIN)/python -m workshop.drawings.manual
	$(BIN)/python -m tests.money
	$(BIN)/horodateur tariff plot docs/pictures/tariff.png --vehicle car
	$(BIN)/python docs/photograph.py

translations: .venv/dev ## extract the sentences, update and compile the catalogues
	$(BIN)/pybabel -q extract -k say -k say_count:1,2 -F firmware/locale/babel.cfg --no-location --omit-header -o firmware/locale/horodateur.pot firmware
	$(BIN)/pybabel -q update -i firmware/locale/horodateur.pot -d firmware/locale -D horodateur --ignore-pot-creation-date --no-fuzzy-matching
	$(BIN)/pybabel -q compile -d firmware/locale -D horodateur --statistics

requirements: .venv/dev ## resolve the dependencies again and write their hashes
	for set in station pi desk dev; do \
	  case $$set in station) extra=;; desk) extra="--extra simulator --extra workshop";; *) extra="--extra $$set";; esac; \
	  test $$set != dev || extra="$$extra --override requirements/dev-override.txt"; \
	  $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    --python-version 3.11.2 pyproject.toml $$extra -o requirements/$$set.txt || exit 1; done

# A set of requirements is installed once; its stamp is newer than its hashed list, or it is installed again.
.venv/desk .venv/dev: .venv/%: requirements/%.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
	  echo "python3-venv is missing: sudo apt-get install -y python3-venv"; exit 1; }
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/$*.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What the tests use of the system, by the program each package brings: a browser, a database, a supervisor, tools for cards.
DEBIAN := chromium:chromium $(or $(lastword $(wildcard /usr/lib/postgresql/*/bin/postgres)),postgres):postgresql /lib/systemd/systemd:systemd udevadm:udev \
  dtc:device-tree-compiler mkfs.vfat:dosfstools sfdisk:fdisk mcopy:mtools mke2fs:e2fsprogs xz:xz-utils shellcheck:shellcheck
debian:
	@PATH=$$PATH:/usr/sbin:/sbin; missing=$$(for each in $(DEBIAN); do command -v $${each%%:*} >/dev/null || echo $${each##*:}; done); \
	test -z "$$missing" || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq $$missing >/dev/null; } || { \
	  echo "the tests need Debian's packages: sudo apt-get install -y" $$missing; exit 1; }

clean:           ## forget what was installed and measured (the state of the machine is kept)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
