# make run     build what is missing, start everything on this machine, with live figures of it
# make test    install what the tests need, run them all
# make test-processes   each part in a process of its own, killed and restarted
# make check-deploy     lint and check what is under deploy/
# make build   build without tests
# make format  bring all sources into shape

MVN := mvn -B -ntp
PORT ?= 8000
DATA_DIR ?= $(HOME)/.annulus

BUILT := standalone/target/annulus/.built
SOURCES := $(shell git ls-files '*.java' '*.xml' '*.proto' 'ui/**' '**/src/main/resources/**' 2>/dev/null)

.PHONY: run test test-processes check-deploy build format clean
.DEFAULT_GOAL := build

run: build
	bin/annulus standalone --demo --port $(PORT) --data-dir $(DATA_DIR) $(ARGS)

build: $(BUILT)

$(BUILT): $(SOURCES)
	$(MVN) -q install -DskipTests
	@touch $@

test:
	$(MVN) install
	@touch $(BUILT)

test-processes: build
	$(MVN) -q -pl standalone verify -Dtest=CommandsTest -Dit.test=ProcessesIT -Dsurefire.failIfNoSpecifiedTests=false

check-deploy:
	deploy/check

format:
	$(MVN) -q spotless:apply

clean:
	$(MVN) -q clean
