# make run     build what is missing, start everything on this machine, with live figures of it
# make test    install what the tests need, run them all (SEED and QUERIES of random SQL)
# make test-processes   each part in a process of its own, killed and restarted
# make test-faults     kills and starves processes under load, compares with a ledger; 20 rounds (ROUNDS)
# make test-sql        random SQL, compared with DuckDB; an hour (MINUTES, SEED)
# make check-deploy     what is under deploy/: syntax, schemas, and the proxy with real processes
# make build   build without tests
# make ui-dev  the UI from its sources, on a running backend (ANNULUS_URL)
# make ui-test the browser tests on what is built
# make format  bring all sources into shape

MVN := mvn -B -ntp
PORT ?= 8000
DATA_DIR ?= $(HOME)/.annulus
ROUNDS ?= 20
MINUTES ?= 60

BUILT := standalone/target/annulus/.built
# A FoundationDB cluster to run the tests on as well; they run in several directories.
ifneq ($(FDB_CLUSTER_FILE),)
override FDB_CLUSTER_FILE := $(abspath $(FDB_CLUSTER_FILE))
export FDB_CLUSTER_FILE
endif

SOURCES := $(shell git ls-files '*.java' '*.xml' '*.proto' 'ui/**' '**/src/main/resources/**' 2>/dev/null)

.PHONY: run test test-processes test-faults test-sql check-deploy build format clean ui-dev ui-test
.DEFAULT_GOAL := build

run: build
	bin/annulus standalone --demo --port $(PORT) --data-dir $(DATA_DIR) $(ARGS)

build: $(BUILT)

$(BUILT): $(SOURCES)
	$(MVN) -q install -DskipTests
	@touch $@

test:
	.ci/prepare
	rm -f */target/failsafe-reports/TEST-*.xml
	$(MVN) install $(if $(SEED),-Dsql.seed=$(SEED)) $(if $(QUERIES),-Dsql.queries=$(QUERIES))
	.ci/flakes
	@touch $(BUILT)
	ui/e2e/run.sh

ui-test: build
	ui/e2e/run.sh $(ARGS)

ui-dev:
	ui/scripts/build.sh install
	cd ui && npm run --silent dev

test-processes: build
	$(MVN) -q -pl standalone verify -Dtest=CommandsTest -Dit.test=ProcessesIT -Dsurefire.failIfNoSpecifiedTests=false

test-faults: build
	$(MVN) -Pfaults -pl fault-tests verify -Dfaults.rounds=$(ROUNDS) $(ARGS)

test-sql: build
	$(MVN) -q -pl query-service verify -Dtest=none -Dit.test=DifferentialIT -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dsql.minutes=$(MINUTES) -Dsql.queries=2000000000 -Dsql.seed=$(or $(SEED),$(shell date +%s)) $(ARGS)

check-deploy: build
	deploy/check

format:
	$(MVN) -q spotless:apply

clean:
	$(MVN) -q clean
