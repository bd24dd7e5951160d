# sechandle: `make help` lists the targets.

VERSION   = 0.1.0
BUILD    ?= build
PREFIX   ?= /usr/local
ifeq ($(origin CC),default)
CC        = gcc
endif
CFLAGS   ?= -O2 -g
WARNINGS  = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Werror
override CFLAGS += -std=c11 $(WARNINGS)
override CPPFLAGS += -D_POSIX_C_SOURCE=200809L

# What `make deps` installs: Debian 12's names.
PACKAGES = gcc libc6-dev clang libclang-rt-14-dev libcmocka-dev libjansson-dev \
           libxml2-dev libmd-dev valgrind python3 python3-jinja2 pkgconf groff-base libwinpr2-dev
# For 32-bit words, and to run them where the kernel does not.
ifeq ($(shell uname -m),x86_64)
PACKAGES += gcc-multilib qemu-user
endif
BENCH_PACKAGES = $(PACKAGES) gnuplot-nox
PROOF_PACKAGES = frama-c-base why3 z3 cvc4 gcc libc6-dev patch python3
# What is judged beside the reference, and what it is judged with.
SUBJECT_PACKAGES = gcc libc6-dev libwinpr2-dev libkrb5-dev gss-ntlmssp gcc-mingw-w64-x86-64 \
                   wine64 winbind valgrind pkgconf
FUZZ_PACKAGES = gcc libc6-dev clang libclang-rt-14-dev llvm afl++ libjansson-dev libxml2-dev libmd-dev pkgconf python3
PYTHON   = /usr/bin/python3

SPECS  = $(patsubst specs/%.c,$(BUILD)/specs/%.o,$(wildcard specs/*.c))
SUITES = $(BUILD)/tests/oracle/embedded.o $(patsubst %,$(BUILD)/%.o,fuzz/invent tests/unit/random)
ORACLE = $(patsubst tests/oracle/%.c,$(BUILD)/tests/oracle/%.o,$(wildcard tests/oracle/*.c)) $(SUITES)
JUDGING = $(patsubst %,$(BUILD)/tests/oracle/%.o,judging leaks least scripts results deviation_list json_file files suites tidy attach worker process orphans hello transcript) $(SUITES)
BENCHES = $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%.o,$(wildcard tests/bench/*.c))
REF    = $(patsubst ref/%.c,$(BUILD)/ref/%.o,$(wildcard ref/*.c))
LIBRARY = $(patsubst ref/%.c,$(BUILD)/pic/ref/%.o,$(wildcard ref/*.c))
HEADERS = $(patsubst %,$(BUILD)/include/sechandle/%.h,sspi security inspect)
SONAME = libsechandle.so.0
SHARED = libsechandle.so.$(VERSION)
PRODUCTS = $(BUILD)/sechandle $(BUILD)/sechandle-subject $(BUILD)/libsechandle.a $(BUILD)/libsechandle.so \
           $(HEADERS) $(BUILD)/man/stamp
HELPERS = $(patsubst %,$(BUILD)/tests/unit/%.o,random naive steps watch calls ledger abi exchange guarded) \
          $(DRIVER)
SERVE  = $(patsubst %,$(BUILD)/tests/subjects/%.o,serve play live posix snapshot structs driver walk)
SUBJECT = $(patsubst %,$(BUILD)/tests/subjects/%.o,subject load wide credentials overlap threads_posix reference) $(SERVE)
DRIVER = $(patsubst %,$(BUILD)/tests/subjects/%.o,structs driver walk reference record replay)
TARGETS = $(patsubst %,$(BUILD)/fuzz/%,lifecycle small raw text empty)
KIT    = $(patsubst %,$(BUILD)/fuzz/%.o,checked news trace apart edit invent mutate shrink wander isolate statement reproducer report harness) \
         $(BUILD)/tests/unit/random.o
RAW    = $(patsubst %,$(BUILD)/%.o,fuzz/parameters fuzz/expect fuzz/finding tests/unit/watch tests/unit/calls tests/unit/ledger)
INPUTS = $(BUILD)/fuzz/target_raw.o $(BUILD)/fuzz/target_text.o $(RAW)
MUTATOR = $(patsubst %,$(BUILD)/%.o,fuzz/edit fuzz/invent fuzz/mutate fuzz/trim fuzz/mutator tests/unit/random)
PLUGIN = $(patsubst $(BUILD)/%,$(BUILD)/pic/%,$(MUTATOR)) \
         $(patsubst %,$(BUILD)/pic/specs/%.o,binary scenario grow)
# Each is built where its library or its compiler is there.
MINGW ?= x86_64-w64-mingw32-gcc
SUBJECTS := $(BUILD)/subjects/skeleton \
            $(if $(shell pkg-config --exists krb5-gssapi 2>/dev/null && echo yes),$(BUILD)/subjects/gss) \
            $(if $(shell command -v $(MINGW)),$(BUILD)/sechandle-subject.exe)
WINDOWS = $(patsubst %,$(BUILD)/windows/%.o,\
            $(patsubst %,tests/subjects/%,subject load wide credentials overlap serve play live windows threads_windows structs driver walk) \
            $(patsubst %,specs/%,scenario parse print grow))
ENUMERATE = $(patsubst %,$(BUILD)/fuzz/%.o,enumerate explore expand dead memo state world store alphabet image) $(DRIVER)
THREADS = $(patsubst tests/threads/%.c,$(BUILD)/tests/threads/%.o,$(wildcard tests/threads/*.c))
UNITS  = $(patsubst tests/unit/test_%.c,$(BUILD)/test_%,$(wildcard tests/unit/test_*.c))

.PHONY: all install uninstall units targets portable verify test judge bench slotmap prove mutants fuzz pages deps deps-bench deps-proof deps-fuzz deps-subjects clean help force
.DELETE_ON_ERROR:

all: $(PRODUCTS) ## build the program, the library and the manual

units: $(UNITS) $(BUILD)/test_threads $(BUILD)/example $(BUILD)/bench/bench $(BUILD)/drive $(SUBJECTS) $(TARGETS) $(BUILD)/fuzz/triples $(BUILD)/fuzz/enumerate all ## build the unit tests without running them

targets: $(TARGETS) $(BUILD)/fuzz/mutator.so ## build the fuzz targets, by default without an engine

# What runs where there is no cmocka; and test_sspi.c's assertions of the layout.
portable: $(BUILD)/test_threads $(BUILD)/tests/unit/test_sspi.o

# Where `make install` puts things.
ifneq ($(word 2,$(DESTDIR))$(word 2,$(PREFIX))$(filter-out /%,$(PREFIX)),)
$(error PREFIX begins with /, and neither it nor DESTDIR can have a space in it)
endif
ROOT    = $(abspath $(DESTDIR)$(PREFIX))
INCLUDE = $(ROOT)/include/sechandle
LIB     = $(ROOT)/lib
MAN     = $(ROOT)/share/man
DOC     = $(ROOT)/share/doc/sechandle

# The loader finds a library by its cache, which only root can write.
LDCONFIG = if [ -z '$(DESTDIR)' ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

install: all ## install below PREFIX (/usr/local), or DESTDIR and PREFIX
	install -d $(ROOT)/bin $(INCLUDE) $(LIB)/pkgconfig $(DOC)
	install $(BUILD)/sechandle $(BUILD)/sechandle-subject $(ROOT)/bin
	install -m 644 $(HEADERS) $(INCLUDE)
	install -m 644 $(BUILD)/libsechandle.a $(BUILD)/$(SHARED) $(LIB)
	ln -sf $(SHARED) $(LIB)/$(SONAME)
	ln -sf $(SONAME) $(LIB)/libsechandle.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' ref/sechandle.pc.in > $(LIB)/pkgconfig/sechandle.pc
	install -m 644 LICENSE $(DOC)
	cd $(BUILD)/man && for page in man*/*; do install -D -m 644 $$page $(MAN)/$$page || exit; done
	@$(LDCONFIG)

uninstall: $(BUILD)/man/stamp ## remove what install put there
	rm -f $(ROOT)/bin/sechandle $(ROOT)/bin/sechandle-subject $(patsubst %,$(INCLUDE)/%,$(notdir $(HEADERS))) \
	  $(patsubst %,$(LIB)/%,libsechandle.a libsechandle.so $(SONAME) $(SHARED) pkgconfig/sechandle.pc) \
	  $(DOC)/LICENSE
	cd $(BUILD)/man && for page in man*/*; do rm -f $(MAN)/$$page || exit; done
	for folder in $(INCLUDE) $(DOC); do test ! -d $$folder || rmdir --ignore-fail-on-non-empty $$folder; done
	@$(LDCONFIG)

verify: deps deps-proof deps-fuzz ## the main job: build, check and prove everything, and tell on one page
	+$(PYTHON) -B tests/verify.py $(VERIFY)

test: deps deps-proof deps-fuzz ## run all tests, by gcc and clang, with and without sanitizers
	+$(PYTHON) tests/run.py

judge: deps $(BUILD)/sechandle $(BUILD)/sechandle-subject $(BUILD)/libsechandle.so $(SUBJECTS) ## judge the reference, WinPR, Wine and GSS-API, as far as they are there
	@if [ -e $(BUILD)/sechandle-subject.exe ] && [ ! -d $(BUILD)/wine ]; then \
	  echo 'Wine makes its folder, which takes a minute'; \
	  tests/subjects/wine/subject $(BUILD)/sechandle-subject.exe --help >/dev/null 2>&1 || true; \
	fi
	$(PYTHON) -B tests/judge.py --build=$(BUILD) $(JUDGE)

bench: deps-bench $(BUILD)/bench/bench slotmap ## measure: trace checking, round trips, the handle table, first legs and deletes, scenarios judged
	@rm -f $(BUILD)/bench/table.dat
	$(BUILD)/bench/bench --data=$(BUILD)/bench/table.dat $(BENCH)
	@if [ -s $(BUILD)/bench/table.dat ]; then \
	  gnuplot -c tests/bench/table.gp $(BUILD)/bench/table.dat $(BUILD)/bench/table.svg && \
	  echo 'plot: $(BUILD)/bench/table.svg'; \
	fi

# What the handle table is measured beside, where cargo and the crate are there.
# It is built in a copy, since cargo writes beside its sources.
slotmap: $(BUILD)/bench/bench
	@rm -f $(BUILD)/bench/libslotmap_loops.so
	@if command -v cargo >/dev/null && ls -d /usr/share/cargo/registry/slotmap-* >/dev/null 2>&1; then \
	  cp -R tests/bench/slotmap $(BUILD)/bench/ && cd $(BUILD)/bench/slotmap && \
	  cargo build --quiet --release --offline --target-dir target && \
	  cp target/release/libslotmap_loops.so .. || echo 'make: slotmap was not built' >&2; \
	fi

prove: deps-proof ## prove the library with Frama-C (some minutes); prove-FILE, as prove-table: one file
	$(PYTHON) -B proofs/prove.py $(PROVE)

prove-%: deps-proof
	$(PYTHON) -B proofs/prove.py $(PROVE) $*

mutants: deps-proof ## show that the proof refuses each planted fault (some minutes)
	$(PYTHON) -B proofs/mutants.py $(MUTANTS)

# The script knows what is left out. `fuzz/campaign.py --help` lists its other verbs.
fuzz: deps-fuzz ## start a fuzz campaign or go on with it: TARGET, ENGINE, SECONDS, JOBS, SANITIZERS=1
	$(PYTHON) -B fuzz/campaign.py --build=$(BUILD) start --target=$(or $(TARGET),lifecycle) \
	  $(ENGINE:%=--engine=%) $(SECONDS:%=--seconds=%) $(JOBS:%=--jobs=%) \
	  $(if $(filter-out 0,$(SANITIZERS)),--sanitizers) $(QUOTA:%=--quota=%)

pages: deps $(BUILD)/sechandle ## write the generated pages of specs/
	$(BUILD)/sechandle rules --json | $(PYTHON) -B specs/pages/page.py
	$(BUILD)/sechandle rules --json | $(PYTHON) -B specs/pages/matrix.py

deps: $(BUILD)/deps.stamp ## install the Debian packages that are needed (as root)

deps-bench: $(BUILD)/deps-bench.stamp ## install the Debian packages of the measurements (as root)

deps-proof: $(BUILD)/deps-proof.stamp ## install the Debian packages of the proof (as root)

deps-subjects: $(BUILD)/deps-subjects.stamp ## install the Debian packages of other implementations (as root)

deps-fuzz: $(BUILD)/deps-fuzz.stamp ## install the Debian packages of the fuzz campaigns (as root)

$(BUILD)/deps.stamp: NEEDED = $(PACKAGES)
$(BUILD)/deps-bench.stamp: NEEDED = $(BENCH_PACKAGES)
$(BUILD)/deps-proof.stamp: NEEDED = $(PROOF_PACKAGES)
$(BUILD)/deps-fuzz.stamp: NEEDED = $(FUZZ_PACKAGES)
$(BUILD)/deps-subjects.stamp: NEEDED = $(SUBJECT_PACKAGES)
$(BUILD)/deps.stamp $(BUILD)/deps-bench.stamp $(BUILD)/deps-proof.stamp $(BUILD)/deps-fuzz.stamp $(BUILD)/deps-subjects.stamp: Makefile
	@missing=; for p in $(NEEDED); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove $$missing; \
	elif [ -n "$$missing" ]; then \
	  echo "make: packages are missing; as root run: apt-get install$$missing" >&2; exit 1; \
	fi
	@mkdir -p $(BUILD) && touch $@

clean: ## remove everything that was built
	rm -rf build $(BUILD)

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo 'Variables: CC, CFLAGS, BUILD (the folder built into), PREFIX, DESTDIR; VERIFY, JUDGE, BENCH, PROVE and MUTANTS (arguments of verify, judge, bench, prove and mutants)'

# Holds the compilers and their flags; changes when they do, and so rebuilds all.
$(BUILD)/flags: BUILT_BY = $(CC) $(CPPFLAGS) $(CFLAGS) $(COVERAGE_CC) $(COVERAGE) $(SANITIZE)
$(BUILD)/flags: force
	@mkdir -p $(@D)
	@echo '$(BUILT_BY)' | cmp -s - $@ || echo '$(BUILT_BY)' > $@

$(BUILD)/%.o: %.c Makefile $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The command lines need argp, which is GNU's.
$(BUILD)/tests/oracle/%.o $(BUILD)/tests/bench/%.o $(BUILD)/tests/subjects/drive.o $(BUILD)/tests/subjects/posix.o $(BUILD)/tests/subjects/snapshot.o $(BUILD)/fuzz/triples.o $(BUILD)/fuzz/enumerate.o: private override CPPFLAGS += -D_GNU_SOURCE

$(BUILD)/tests/oracle/junit.o: private override CPPFLAGS += $$(pkg-config --cflags libxml-2.0)

$(BUILD)/libspecs.a: $(SPECS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/libref.a: $(REF)
	rm -f $@ && ar rcs $@ $^

# The library's objects: of what they define, lock.c's functions alone are for
# programs. No link-time optimization: it would hide names from objcopy.
$(BUILD)/pic/%.o: %.c Makefile $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -fno-lto -fvisibility=$(VISIBILITY) -MMD -MP -c $< -o $@

VISIBILITY = hidden
$(BUILD)/pic/ref/lock.o: private VISIBILITY = default

# One object, whose names are those of sspi.h and inspect.h: its others may not
# clash with a program's. Of CFLAGS it needs the machine's; those of sanitizers
# would put their runtime into it.
$(BUILD)/libsechandle.a: $(LIBRARY) ref/sechandle.map
	$(CC) $(filter -m%,$(CFLAGS)) -r -nostdlib $(LIBRARY) -o $(@:.a=.o)
	sed -n 's/^\t*\([A-Z][A-Za-z]*\);$$/\1/p' ref/sechandle.map > $(@:.a=.names)
	objcopy --wildcard --keep-global-symbols=$(@:.a=.names) --keep-global-symbol='sechandle_*' $(@:.a=.o)
	rm -f $@ && ar rcs $@ $(@:.a=.o)

$(BUILD)/libsechandle.so: $(LIBRARY) ref/sechandle.map
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=ref/sechandle.map \
	  $(LIBRARY) -pthread -o $(@D)/$(SHARED)
	ln -sf $(SHARED) $(@D)/$(SONAME)
	ln -sf $(SONAME) $@

# A program as users write it, with what they get.
$(BUILD)/tests/example/%.o: private override CPPFLAGS += -I$(BUILD)/include/sechandle
$(BUILD)/tests/example/exchange.o: $(HEADERS)

$(BUILD)/example: $(BUILD)/tests/example/exchange.o $(BUILD)/libsechandle.a
	$(CC) $(CFLAGS) $^ -o $@

$(BUILD)/include/sechandle/%.h: ref/%.h
	@mkdir -p $(@D)
	cp $< $@

$(BUILD)/man/stamp: ref/sspi.h $(wildcard ref/man/*)
	rm -rf $(@D)
	$(PYTHON) -B ref/man/pages.py --release='sechandle $(VERSION)' $(@D)
	@touch $@

$(BUILD)/sechandle: $(ORACLE) $(KIT) $(INPUTS) $(DRIVER) $(BUILD)/libspecs.a $(BUILD)/libref.a
	$(CC) $(CFLAGS) $^ -ljansson -lxml2 -lmd -pthread -o $@

# The scenarios that the program holds; and the folders, as a file may go.
$(BUILD)/tests/oracle/embedded.c: tests/oracle/embed.py tests/traces/keep tests/faults fuzz/seeds/lifecycle $(wildcard tests/traces/keep/* tests/faults/*.script fuzz/seeds/lifecycle/*)
	@mkdir -p $(@D)
	$(PYTHON) -B $< tests/traces/keep tests/faults fuzz/seeds/lifecycle > $@

$(BUILD)/tests/oracle/embedded.o: $(BUILD)/tests/oracle/embedded.c tests/oracle/embedded.h Makefile $(BUILD)/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) -I. -c $< -o $@

# A target as one of many: its function has a name of its own.
$(BUILD)/fuzz/target_%.o: $(BUILD)/fuzz/%.o
	objcopy --redefine-sym LLVMFuzzerTestOneInput=target_$* $< $@

$(BUILD)/test_%: $(BUILD)/tests/unit/test_%.o $(HELPERS) $(BUILD)/libspecs.a $(BUILD)/libref.a
	$(CC) $(CFLAGS) $(filter %.o,$^) $(filter %.a,$^) -lcmocka -o $@

$(BUILD)/test_mutate: $(MUTATOR) $(BUILD)/fuzz/wander.o
$(BUILD)/test_shrink: $(patsubst %,$(BUILD)/fuzz/%.o,shrink edit)
$(BUILD)/test_suites: $(patsubst %,$(BUILD)/tests/oracle/%.o,suites tidy) $(SUITES) $(BUILD)/fuzz/edit.o
$(BUILD)/test_live: $(BUILD)/tests/subjects/live.o
$(BUILD)/test_attach: $(patsubst %,$(BUILD)/tests/oracle/%.o,attach worker process orphans hello transcript)

$(BUILD)/sechandle-subject: $(SUBJECT) $(BUILD)/libspecs.a $(BUILD)/libref.a
	$(CC) $(CFLAGS) $^ -Wl,-z,now -pthread -ldl -o $@

# What a subject in C is linked with.
$(BUILD)/libsubject.a: $(SERVE) $(SPECS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/tests/subjects/gss.o: tests/subjects/gss.def
$(BUILD)/tests/subjects/gss.o: private override CPPFLAGS += -D_GNU_SOURCE
$(BUILD)/tests/subjects/gss.o: private override CFLAGS += -Wno-unused-parameter $(shell pkg-config --cflags krb5-gssapi 2>/dev/null)

$(BUILD)/subjects/gss: $(BUILD)/tests/subjects/gss.o $(BUILD)/libsubject.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $^ $$(pkg-config --libs krb5-gssapi) -ldl -o $@

# With the platform's own headers, and nothing of CFLAGS, which are another compiler's.
$(BUILD)/windows/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(MINGW) -O2 -g -std=c11 $(WARNINGS) -D__USE_MINGW_ANSI_STDIO=1 -MMD -MP -c $< -o $@

$(BUILD)/sechandle-subject.exe: $(WINDOWS)
	$(MINGW) -static $^ -lsecur32 -o $@

$(BUILD)/subjects/skeleton: $(BUILD)/tests/subjects/skeleton.o $(BUILD)/libsubject.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $^ -ldl -o $@

$(BUILD)/drive: $(BUILD)/tests/subjects/drive.o $(DRIVER) $(BUILD)/libspecs.a $(BUILD)/libref.a
	$(CC) $(CFLAGS) $^ -o $@

# What the engine wants of the code that it explores, and of the target that does
# nothing, as libFuzzer begins with no input that reaches nothing: flags, COVERAGE, and
# perhaps a compiler of its own, COVERAGE_CC. Others are not counted: an input that only
# moves the judge is not worth keeping.
COVERAGE_CC ?= $(CC)
COVERED = $(REF) $(BUILD)/fuzz/checked.o $(BUILD)/fuzz/empty.o
$(COVERED): private override CFLAGS += $(COVERAGE)
$(COVERED): private override CC := $(COVERAGE_CC)

# SANITIZE is flags for what is under test, and for what owns the memory that it is
# given; unlike those in CFLAGS it leaves the judge as fast as it is. Tests run that one
# with sanitizers.
$(REF) $(DRIVER) $(RAW) $(patsubst %,$(BUILD)/fuzz/%.o,harness lifecycle small raw text empty): private override CFLAGS += $(SANITIZE)

# FUZZING_ENGINE is a library or flags that bring main(), perhaps in C++.
FUZZING_ENGINE ?= $(BUILD)/fuzz/runner.o
FUZZING_LINKER ?= $(CC)

$(TARGETS): $(BUILD)/fuzz/%: $(BUILD)/fuzz/%.o $(KIT) $(DRIVER) $(BUILD)/libspecs.a $(BUILD)/libref.a $(filter %.o,$(FUZZING_ENGINE))
	$(FUZZING_LINKER) $(SANITIZE) $(filter-out -std=%,$(CFLAGS)) $(filter-out %/runner.o,$(filter %.o,$^)) $(filter %.a,$^) $(FUZZING_ENGINE) -pthread -o $@

$(BUILD)/fuzz/enumerate: $(ENUMERATE) $(BUILD)/libspecs.a $(BUILD)/libref.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $^ -ljansson -pthread -o $@

# What one target alone needs. What text explores is the language's code, counted.
EXPLORED = $(patsubst specs/%.c,$(BUILD)/fuzz/specs/%.o,$(wildcard specs/*.c))
$(BUILD)/fuzz/lifecycle $(BUILD)/fuzz/small: $(MUTATOR)
$(BUILD)/fuzz/raw: $(RAW)
$(BUILD)/fuzz/text: $(BUILD)/fuzz/finding.o $(EXPLORED)

$(BUILD)/fuzz/specs/%.o: specs/%.c Makefile $(BUILD)/flags
	@mkdir -p $(@D)
	$(COVERAGE_CC) $(CPPFLAGS) $(CFLAGS) $(COVERAGE) $(SANITIZE) -MMD -MP -c $< -o $@

$(BUILD)/fuzz/triples: $(BUILD)/fuzz/triples.o $(KIT) $(DRIVER) $(BUILD)/libspecs.a $(BUILD)/libref.a
	$(CC) $(CFLAGS) $^ -pthread -o $@

# What AFL++ loads into itself: a sanitizer's runtime is not there.
$(BUILD)/pic/fuzz/mutator.o: private VISIBILITY = default
$(PLUGIN) $(BUILD)/fuzz/mutator.so: private override CFLAGS := $(filter-out -fsanitize%,$(CFLAGS))

$(BUILD)/fuzz/mutator.so: $(PLUGIN)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared $^ -o $@

$(BUILD)/test_threads: $(THREADS) $(BUILD)/libref.a
	$(CC) $(CFLAGS) $^ -pthread -o $@

# $ORIGIN: it looks for the library of slotmap's loops in its own folder, and for
# libsechandle.so in the one above; by the old tag, which holds too where a
# sanitizer's runtime calls dlopen.
$(BUILD)/bench/bench: $(BENCHES) $(JUDGING) $(KIT) $(DRIVER) $(BUILD)/libspecs.a $(BUILD)/libref.a | $(BUILD)/libsechandle.so $(BUILD)/sechandle-subject
	@test -d $(@D) || rm -f $(@D)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $^ -Wl,--disable-new-dtags,-rpath,'$$ORIGIN:$$ORIGIN/..' -ljansson -pthread -ldl -o $@

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
