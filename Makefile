# hopcheck: `make help` lists what can be made.
CC      ?= gcc
B       ?= build$(if $(SAN),-san)
Q       ?= @
VERSION := 0.1.0
LIBS    := yaml-0.1 jansson zlib libbpf
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wswitch -Wpointer-arith \
           $(if $(findstring clang,$(CC)),-Wno-unknown-warning-option )-Wno-format-truncation $(if $(WERROR),-Werror)
comma   := ,
SANITIZE := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Asked once, and only when something is compiled: what is missing may be installed by then.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(LIBS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(LIBS)) -ldl)$(PKG_LIBS)
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DHOPCHECK_VERSION='"$(VERSION)"' -Iinclude -Iharness -pthread $(WARN) $(SANITIZE) $(PKG_CFLAGS) $(CFLAGS)

SOURCES := $(filter-out %_test.c harness/fuzz/% harness/cli/main.c,$(wildcard harness/*/*.c harness/*/*/*.c))
TESTS   := $(wildcard harness/*/*_test.c harness/*/*/*_test.c)
FUZZERS := $(wildcard harness/fuzz/*.c)
OBJECTS := $(SOURCES:%.c=$(B)/%.o)

.DEFAULT_GOAL := all
MAKE_QUIET = $(MAKE) --no-print-directory

.PHONY: run test deps
run: deps ## install what is missing, build, run all cases on this kernel
	$(Q)$(MAKE_QUIET) all
	$(Q)$(B)/hopcheck run

test: deps ## install what is missing, build, run every test
	$(Q)$(MAKE_QUIET) all unit
	$(Q)B=$(B) tests/run.sh

deps:
	$(Q)scripts/deps.sh

.PHONY: kernels
kernels: ## get the kernels of the file `kernels`, or KERNELS="6.1 6.12"; UPDATE=1: newer ones
	$(Q)scripts/deps.sh kmod xz-utils zstd
	$(Q)scripts/kernels.sh $(if $(UPDATE),--update) $(KERNELS)

MATRIX_PACKAGES = qemu-system-x86 libarchive-tools kmod xz-utils zstd
# The whole list makes the reference in results/; a part of it is only compared with that.
MATRIX_OUTPUT   = $(if $(KERNELS),$(B)/matrix,results)
.PHONY: matrix matrix-deps
matrix: matrix-deps ## run all cases on many kernels in QEMU (KERNELS="6.1 6.12" picks some), write and compare results/
	$(Q)$(MAKE_QUIET) all
	$(Q)mkdir -p $(MATRIX_OUTPUT)
	$(Q)$(B)/hopcheck matrix $(KERNELS:%=--kernel %) $(if $(wildcard results/matrix.json),--against results/matrix.json) \
		--brief $(MATRIX_OUTPUT)/matrix.json --markdown $(MATRIX_OUTPUT)/matrix.md --json $(B)/matrix.json

matrix-deps:
	$(Q)scripts/deps.sh $(MATRIX_PACKAGES)

UML_PACKAGES = flex bison bc xz-utils libarchive-tools
.PHONY: uml
uml: ## build User Mode Linux (UML=6.12, KASAN=1) for `hopcheck matrix --kernel`: starts in a blink, without KVM
	$(Q)scripts/deps.sh $(UML_PACKAGES)
	$(Q)scripts/uml.sh $(if $(KASAN),--kasan) $(UML)

.PHONY: mutants
mutants: uml all ## plant the faults of mutants/ in the kernel, one by one: which does the suite notice? (MUTANTS="-j 4 NAME")
	$(Q)HOPCHECK=$(B)/hopcheck scripts/mutants.sh --report $(MUTANTS)

.PHONY: all
all: $(B)/hopcheck ## build hopcheck

$(B)/hopcheck: $(B)/harness/cli/main.o $(OBJECTS)
	@echo "  LD      $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The assembler reads the files of the page and of scripts, which -MMD does not see.
$(B)/harness/format/html_assets.o: $(wildcard harness/format/html/*)
$(B)/harness/bundle/assets.o: $(wildcard harness/bundle/script/*)

# One program a *_test.c beside the code it tests. Of the archive, which is thin, each takes what it needs: linking all of it into a
# hundred programs would take longer than compiling them.
$(B)/harness.a: $(OBJECTS)
	$(Q)rm -f $@.new && ar rcsT $@.new $^ && mv -f $@.new $@
$(B)/%_test: $(B)/%_test.o $(B)/harness.a
	@echo "  LD      $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka

.SECONDARY:
.PHONY: unit
unit: $(TESTS:%.c=$(B)/%) ## unit tests, no root needed
	$(Q)for t in $^; do $$t >$$t.log 2>&1 && tail -n 1 $$t.log | sed "s|^|$$(basename $$t): |" || { cat $$t.log; exit 1; }; done

# libFuzzer needs clang; corpora stay in build/fuzz/.
build-fuzz/%: harness/fuzz/%.c $(SOURCES) $(wildcard include/*.h harness/*/*.h harness/*/*/*.h)
	@mkdir -p $(@D)
	@echo "  FUZZ    $@"
	$(Q)clang -Wno-unknown-warning-option -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined $(ALL_CFLAGS) -o $@ $(filter %.c,$^) $(PKG_LIBS)

FUZZ_SECONDS ?= 60
# What a fuzzer starts from besides its corpus; the longest of it is not cut.
FUZZ_SEEDS_fuzz_declare = cases topologies
FUZZ_LENGTH_fuzz_declare = 20000
define FUZZ
$(Q)mkdir -p build-fuzz/$1.corpus
$(Q)build-fuzz/$1 -max_total_time=$(FUZZ_SECONDS) -max_len=$(or $(FUZZ_LENGTH_$1),2000) -len_control=0 -timeout=20 \
	-artifact_prefix=build-fuzz/ build-fuzz/$1.corpus $(FUZZ_SEEDS_$1) >build-fuzz/$1.log 2>&1 || \
	{ tail -n 40 build-fuzz/$1.log; exit 1; }
@echo "$1: $$(tail -n 1 build-fuzz/$1.log)"

endef
.PHONY: fuzz
fuzz: fuzzers ## run each fuzzer for FUZZ_SECONDS (60), from the shipped files where they fit
	$(foreach f,$(FUZZERS:harness/fuzz/%.c=%),$(call FUZZ,$f))

.PHONY: bench soak
bench: all ## cells a second, the time in each stage, a cold start, and what a router more costs
	$(Q)HOPCHECK=$(B)/hopcheck scripts/bench.sh

soak: all ## the whole suite 20 times at a load of 15, in every way, and in fresh labs: the same verdicts every time
	$(Q)HOPCHECK=$(B)/hopcheck scripts/soak.sh
	$(Q)FRESH=all B=$(B) tests/run.sh tests/fresh_lab.sh

.PHONY: fuzzers
fuzzers: $(FUZZERS:harness/fuzz/%.c=build-fuzz/%) ## build the fuzzers (needs clang)

.PHONY: format lint lint-if-here rooms
FORMATTED = $(shell git ls-files -co --exclude-standard 'harness/*.c' 'harness/*.h' 'include/*.h')
lint: ## format, rooms, shellcheck, codespell, cppcheck
	$(Q)scripts/lint.sh
lint-if-here: ## the same, by those of the tools that are installed
	$(Q)scripts/lint.sh --if-here

rooms: $(OBJECTS) ## check that no room looks into another, and that no two files of one room need each other
	$(Q)awk -f scripts/rooms.awk docs/design.md $(FORMATTED)
	$(Q)scripts/circles.sh $(OBJECTS)

format: ## rewrite the sources as .clang-format says
	$(Q)clang-format -i $(FORMATTED)

.PHONY: clean
clean: ## remove what was built
	$(Q)rm -rf build build-san build-fuzz

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

-include $(shell find $(B) -name '*.d' 2>/dev/null)
