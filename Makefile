# The front door. Meson and Ninja do the work; this knows the usual ways to call them.
# Building never needs root; tools/setup asks sudo only when a Debian package is missing.
PREFIX  ?= /usr/local
DESTDIR ?=
WORDS   ?=
RELEASE  = build-release
TEST     = build-test
FUZZ     = build-fuzz
FUZZ_SECONDS ?= 60

# never a question, never a terminal
export DEBIAN_FRONTEND = noninteractive

.PHONY: build help demo test quick install bench fuzz clean setup

build: $(RELEASE)/build.ninja
	@ninja -C $(RELEASE)

help:
	@echo "make            build the release program in $(RELEASE)/"
	@echo "make demo       install what is missing, build, and show a running example"
	@echo "make test       install what is missing, build with sanitizers, run every test"
	@echo "make install    PREFIX=/usr/local DESTDIR="
	@echo "make bench      measure the release program"
	@echo "make fuzz       fuzz every parser, FUZZ_SECONDS=60 each"
	@echo "make clean      remove all build folders"
	@echo "tools/dev       what you use while writing: check, build, test, format, tidy"

setup:
	@tools/setup build

$(RELEASE)/build.ninja: | setup
	@meson setup $(RELEASE) --buildtype=release -Db_sanitize=none -Dwerror=false \
		-Dtests=false --prefix=$(PREFIX) >/dev/null

$(TEST)/build.ninja:
	@meson setup $(TEST) >/dev/null

demo: setup build
	@$(RELEASE)/voldaan demo

test:
	@tools/setup test
	@$(MAKE) --no-print-directory $(TEST)/build.ninja
	@ninja -C $(TEST)
	@tools/run_tests --build $(TEST) $(WORDS)

install: build
	@meson configure $(RELEASE) --prefix=$(PREFIX)
	@DESTDIR='$(DESTDIR)' meson install -C $(RELEASE)

bench: build
	@tools/bench --build $(RELEASE)

fuzz:
	@tools/setup dev
	@test -d $(FUZZ) || CC=clang meson setup $(FUZZ) -Dfuzz=true -Dbuildtype=debugoptimized >/dev/null
	@ninja -C $(FUZZ)
	@tools/fuzz --build $(FUZZ) --seconds $(FUZZ_SECONDS)

clean:
	@rm -rf $(RELEASE) $(TEST) $(FUZZ) build-clang
