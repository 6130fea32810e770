# core.wasm, kdf.wasm and test modules. Called by deploy/build-wasm.sh from the top of the tree, so that every
# path is relative and the result does not depend on where the repository lies.
SHELL = /bin/sh
export LC_ALL = C
export NODE_PATH = /usr/share/nodejs

OUT = build/wasm
DEPS = build/deps/wasm
ROOMS = base crypto schema schema/gen mls store engine engine/own core
NOT_CORE = %_native.c wasm/core/kdf_wasm.c
SOURCES := $(filter-out $(NOT_CORE),$(sort $(foreach r,$(ROOMS),$(wildcard wasm/$(r)/*.c))))
OBJECTS := $(SOURCES:%.c=$(OUT)/obj/%.o)
# The verifier of releases is no part of the core; its tests run as WebAssembly all the same.
RELEASE_OBJECTS := $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(wildcard wasm/release/*.c)))
TESTLIB := $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(filter-out %_native.c,$(wildcard tests/lib/*.c))))
KDF_SOURCES := wasm/core/kdf_wasm.c $(filter wasm/base/% wasm/crypto/%,$(SOURCES))
KDF_OBJECTS := $(KDF_SOURCES:%.c=$(OUT)/obj/%.o)

# assert stays on (rt_wasm.c turns it into a panic); file names in it are relative.
CFLAGS = -std=c11 -O2 -msimd128 -mbulk-memory -fvisibility=hidden -fno-strict-aliasing \
  -ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)/= \
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wvla -Wundef -Wcast-qual \
  -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
INCLUDES = -Iwasm -I$(OUT)/gen -isystem $(DEPS)/include/sodium -isystem $(DEPS)/include/bearssl \
  -isystem $(DEPS)/include/sqlite3
LIBS = $(DEPS)/lib/libsodium.a $(DEPS)/lib/libbearssl.a $(DEPS)/lib/libsqlite3.a
TEST_LIBS = $(LIBS:%/libsqlite3.a=%/libsqlite3_tests.a)
SYSLIB := $(shell em-config CACHE 2>/dev/null)/sysroot/lib/wasm32-emscripten
LDFLAGS = --no-entry --gc-sections --stack-first -z stack-size=1048576 --initial-memory=16777216
SYSLIBS = -L$(SYSLIB) -lc -lemmalloc -lcompiler_rt
# Below the stack, which comes first, nothing is ever read or written: an access that would fall there traps all the same.
# Twice, the first time lightly, gets what -Oz --converge gets in a third of its time.
OPT = wasm-opt -O1 -Os --low-memory-unused --enable-simd --enable-bulk-memory --strip-producers --strip-target-features
CORE_MEMORY_MAX = 536870912
KDF_MEMORY_MAX = 1073741824

.PHONY: all objects
.DELETE_ON_ERROR:
all: $(OUT)/core.wasm $(OUT)/kdf.wasm
objects: $(OBJECTS)

$(OUT)/gen/store/migrations.h: deploy/embed-sql.sh $(wildcard wasm/store/migrations/*.sql)
	deploy/embed-sql.sh store wasm/store/migrations $@

# What is small matters more than what is fast: a first visit loads all of it, and what computes lies in the libraries.
$(foreach r,base crypto mls store schema engine core,$(OUT)/obj/wasm/$(r)/%.o): CFLAGS += -Oz
$(OUT)/obj/%.o: %.c deploy/wasm.mk $(DEPS)/.built | $(OUT)/gen/store/migrations.h
	@mkdir -p $(@D)
	emcc $(CFLAGS) $(INCLUDES) -MMD -MF $(@:.o=.d) -c -o $@ $<
$(OUT)/obj/tests/%.o: INCLUDES += -Wno-missing-prototypes -Itests -Itests/lib -DSOTTO_TESTS_DIR='"tests"' -DSOTTO_VECTORS_DIR='"tests/vectors"'

# A header that is gone, as an old list of dependencies knows it: who included it is built anew.
%.h: ;

# The list of objects is a prerequisite too: a deleted file must not stay linked.
$(OUT)/objects.list: FORCE
	@mkdir -p $(@D)
	@echo '$(OBJECTS) $(RELEASE_OBJECTS) $(TESTLIB)' | cmp -s - $@ || echo '$(OBJECTS) $(RELEASE_OBJECTS) $(TESTLIB)' >$@
FORCE:

$(OUT)/core.wasm: $(OBJECTS) $(OUT)/objects.list $(LIBS)
	wasm-ld-14 $(LDFLAGS) --strip-all --max-memory=$(CORE_MEMORY_MAX) $(OBJECTS) $(LIBS) $(SYSLIBS) -o $(OUT)/core0.wasm
	$(OPT) $(OUT)/core0.wasm -o $@
	rm $(OUT)/core0.wasm

$(OUT)/kdf.wasm: $(KDF_OBJECTS) $(OUT)/objects.list $(LIBS)
	wasm-ld-14 $(LDFLAGS) --strip-all --max-memory=$(KDF_MEMORY_MAX) $(KDF_OBJECTS) $(LIBS) $(SYSLIBS) -o $(OUT)/kdf0.wasm
	$(OPT) $(OUT)/kdf0.wasm -o $@
	rm $(OUT)/kdf0.wasm

# Tests link the rooms they may use as an archive, so only what they need; as tests/CMakeLists.txt does.
TEST_ROOM := $(if $(filter tests/vectors_run/%,$(TEST)),vectors_run,$(word 3,$(subst /, ,$(TEST))))
USES_vectors_run = base crypto schema schema/gen mls release
USES_base = base
USES_crypto = base crypto
USES_schema = base crypto schema schema/gen
USES_mls = base crypto mls
USES_store = base crypto schema schema/gen store
USES_release = base crypto release
USES := $(or $(USES_$(TEST_ROOM)),$(ROOMS))
TEST_OBJECTS := $(foreach r,$(USES),$(filter $(OUT)/obj/wasm/$(r)/%.o,$(OBJECTS) $(RELEASE_OBJECTS)))
TEST_ROOMS := $(OUT)/librooms-$(or $(if $(USES_$(TEST_ROOM)),$(TEST_ROOM)),all).a
$(TEST_ROOMS): $(TEST_OBJECTS) $(OUT)/objects.list
	rm -f $@ && llvm-ar-14 rcsD $@ $(sort $(TEST_OBJECTS))
$(OUT)/libtest.a: $(TESTLIB) $(OUT)/objects.list
	rm -f $@ && llvm-ar-14 rcsD $@ $(TESTLIB)

# The vectors need few files of tests/lib, and nothing else there may stop them.
TEST_HELPERS := $(if $(filter vectors_run,$(TEST_ROOM)),$(filter %/check.o %/json.o %/mls_world.o %/release_case.o,$(TESTLIB)),$(OUT)/libtest.a)

# make TEST=tests/unit/x/y_test.c TEST_OUT=y.wasm test; TEST may be several files of one program.
.PHONY: test
test: $(TEST_OUT)
$(TEST_OUT): $(TEST:%.c=$(OUT)/obj/%.o) $(TEST_ROOMS) $(TEST_HELPERS) $(TEST_LIBS)
	@mkdir -p $(@D)
	wasm-ld-14 $(LDFLAGS) --max-memory=$(KDF_MEMORY_MAX) $(TEST:%.c=$(OUT)/obj/%.o) $(TEST_HELPERS) $(TEST_ROOMS) $(TEST_LIBS) $(SYSLIBS) -o $@

-include $(OBJECTS:.o=.d) $(RELEASE_OBJECTS:.o=.d) $(TESTLIB:.o=.d) $(KDF_OBJECTS:.o=.d) $(if $(TEST),$(TEST:%.c=$(OUT)/obj/%.d))
