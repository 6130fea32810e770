#!/bin/sh
# Builds the third-party libraries of the core once, outside the main project:
#   build/deps/native/{include/NAME,lib}   libsodium, the needed part of BearSSL, SQLite without an OS layer
#   build/deps/wasm/{include/NAME,lib}     the same for WebAssembly; SQLite twice, for the page and for tests
# Usage: deploy/deps.sh native|wasm|all. A second run finds its stamp and does nothing.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
src=$root/build/deps/src
jobs=${SOTTO_JOBS:-$(nproc)}

# SQLite as the core wants it: no OS layer (wasm/store brings one), no threads, no heap counters, and nothing that no
# statement of ours needs (these are the omissions that the amalgamation allows).
sqlite_flags="-DSQLITE_OS_OTHER=1 -DSQLITE_THREADSAFE=0 -DSQLITE_TEMP_STORE=3 -DSQLITE_ENABLE_FTS5 -DSQLITE_DQS=0
 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_DEPRECATED
 -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_PROGRESS_CALLBACK -DSQLITE_OMIT_JSON -DSQLITE_OMIT_LOCALTIME
 -DSQLITE_OMIT_UTF16 -DSQLITE_OMIT_TRACE -DSQLITE_OMIT_AUTHORIZATION -DSQLITE_MAX_ATTACHED=1 -DSQLITE_MAX_MMAP_SIZE=0
 -DSQLITE_TRUSTED_SCHEMA=0 -DSQLITE_OMIT_AUTOVACUUM -DSQLITE_OMIT_EXPLAIN -DSQLITE_OMIT_FOREIGN_KEY
 -DSQLITE_OMIT_GENERATED_COLUMNS -DSQLITE_OMIT_DESERIALIZE -DSQLITE_OMIT_SCHEMA_PRAGMAS -DSQLITE_OMIT_LOOKASIDE
 -DSQLITE_OMIT_INTROSPECTION_PRAGMAS -DSQLITE_OMIT_COMPILEOPTION_DIAGS -DSQLITE_OMIT_TCL_VARIABLE -DSQLITE_UNTESTABLE"
# Only tests ask whether a database is whole: as WebAssembly they link a SQLite of their own, which can tell.
# Only the ranking by bm25, which nobody asks for, takes logarithms: their table is 4 kB that do not compress.
sqlite_page_flags="-DSQLITE_OMIT_INTEGRITY_CHECK -Dlog=sqrt"

# BearSSL: constant-time AES (32 and 64 bit), GHASH, GCM, SHA-2, HMAC, HKDF and the byte-order helpers.
bearssl_files() {
    (cd "$src/bearssl" && ls src/symcipher/aes_common.c src/symcipher/aes_ct*.c src/hash/ghash_ctmul*.c \
        src/hash/sha2small.c src/hash/sha2big.c src/hash/dig_size.c src/mac/hmac.c src/kdf/hkdf.c src/aead/gcm.c \
        src/codec/dec*.c src/codec/enc*.c src/codec/ccopy.c) | LC_ALL=C sort
}

# libsodium for WebAssembly: everything but the platform's randomness (wasm/crypto/random_wasm.c stands in)
# and the files written for other processors.
sodium_wasm_files() {
    (cd "$src/libsodium/src/libsodium" && find . -name '*.c') | sed 's,^\./,,' |
        grep -v 'randombytes\|sse\|avx\|aesni\|armcrypto\|neon\|scrypt\|sandy2x\|obsolete' | LC_ALL=C sort
}
sodium_wasm_flags="-DCONFIGURED=1 -DNATIVE_LITTLE_ENDIAN=1 -DHAVE_INLINE_ASM=1 -DHAVE_C_VARARRAYS=1
 -DHAVE_EXPLICIT_BZERO=1 -DHAVE_WEAK_SYMBOLS=1 -DSODIUM_STATIC=1"
wasm_flags="-O2 -msimd128 -mbulk-memory -fvisibility=hidden -fno-strict-aliasing -ffunction-sections -fdata-sections
 -DNDEBUG -Wno-everything"

# Names of files in asserts and debug information do not depend on where the repository lies.
prefix_map="-ffile-prefix-map=$root/="

say() { printf '%s\n' "deps: $*" >&2; }
die() { say "$*"; exit 1; }

# Compiles "output<TAB>source<TAB>flags" lines from stdin with the command given, $jobs at a time.
compile_all() { # log compiler...
    log=$1; shift
    awk -F '\t' -v cc="$*" '{ printf "%s %s -c -o %s %s\n", cc, $3, $1, $2 }' |
        xargs -P "$jobs" -I CMD sh -c 'CMD' >"$log" 2>&1 || die "compiling failed, see ${log#"$root"/}"
}

# One include folder a library: the gateway must not see the core's sqlite3.h.
headers() { # out
    mkdir -p "$1/include/sodium" "$1/include/bearssl" "$1/include/sqlite3" "$1/lib"
    cp -R "$src/libsodium/src/libsodium/include/." "$1/include/sodium/"
    rm -f "$1/include/sodium/Makefile"* "$1/include/sodium/sodium/version.h.in"
    write_version_h >"$1/include/sodium/sodium/version.h"
    cp "$src/bearssl/inc/"*.h "$1/include/bearssl/"
    cp "$src/sqlite3/sqlite3.h" "$1/include/sqlite3/"
}

# What libsodium's configure would write, without running it.
write_version_h() {
    ac=$src/libsodium/configure.ac
    version=$(sed -n 's/^AC_INIT(\[libsodium\],\[\([0-9.]*\)\].*/\1/p' "$ac")
    major=$(sed -n 's/^SODIUM_LIBRARY_VERSION_MAJOR=//p' "$ac")
    minor=$(sed -n 's/^SODIUM_LIBRARY_VERSION_MINOR=//p' "$ac")
    [ -n "$version" ] && [ -n "$major" ] && [ -n "$minor" ] || die "libsodium's configure.ac has no version"
    sed -e "s/@VERSION@/$version/" -e "s/@SODIUM_LIBRARY_VERSION_MAJOR@/$major/" \
        -e "s/@SODIUM_LIBRARY_VERSION_MINOR@/$minor/" -e '/@SODIUM_LIBRARY_MINIMAL_DEF@/d' \
        "$src/libsodium/src/libsodium/include/sodium/version.h.in"
}

stamp_of() { # kind
    { cat "$root/deploy/pins.lock" "$root/deploy/deps.sh"; echo "$1"; } | sha256sum | cut -d' ' -f1
}

build_native() {
    out=$root/build/deps/native.new
    work=$root/build/deps/work/native
    rm -rf "$out" "$work" && mkdir -p "$work/bearssl" "$work/sodium"
    headers "$out"
    say "libsodium (native)"
    (cd "$work/sodium" && CC=gcc CFLAGS="-O2 -g $prefix_map" "$src/libsodium/configure" --disable-shared --enable-static --with-pic \
        --disable-dependency-tracking --disable-silent-rules >configure.log 2>&1 && make -j"$jobs" -C src >make.log 2>&1) ||
        die "libsodium failed, see build/deps/work/native/sodium/*.log"
    cp "$work/sodium/src/libsodium/.libs/libsodium.a" "$out/lib/"
    say "BearSSL (native)"
    flags="-O2 -g -fPIC -w $prefix_map -I$src/bearssl/inc -I$src/bearssl/src"
    bearssl_files | while read -r f; do
        printf '%s\t%s\t%s\n' "$work/bearssl/$(basename "$f" .c).o" "$src/bearssl/$f" "$flags"
    done | compile_all "$work/bearssl.log" gcc
    (cd "$work/bearssl" && ar rcsD "$out/lib/libbearssl.a" ./*.o)
    say "SQLite (native)"
    # shellcheck disable=SC2086
    gcc -O2 -g -fPIC -w $prefix_map $sqlite_flags -c -o "$work/sqlite3.o" "$src/sqlite3/sqlite3.c" || die "SQLite failed"
    ar rcsD "$out/lib/libsqlite3.a" "$work/sqlite3.o"
}

build_wasm() {
    command -v emcc >/dev/null 2>&1 || die "emcc is missing: run deploy/packages.sh wasm"
    export NODE_PATH=/usr/share/nodejs
    out=$root/build/deps/wasm.new
    work=$root/build/deps/work/wasm
    rm -rf "$out" "$work" && mkdir -p "$work/bearssl" "$work/sodium"
    headers "$out"
    # Fixed relative paths, so that the objects do not depend on where the repository lies.
    cd "$root/build/deps"
    wasm_flags=$(echo $wasm_flags)
    say "libsodium (WebAssembly)"
    sodium_wasm_files | while read -r f; do
        flags="$wasm_flags $(echo $sodium_wasm_flags) -Iwasm.new/include/sodium -Iwasm.new/include/sodium/sodium"
        # Its SIMD BlaMka for WebAssembly multiplies the wrong lanes: wrong Argon2id. See wasm/crypto tests.
        case $f in
        crypto_pwhash/argon2/*) flags="$flags -mno-simd128" ;;
        # A quarter of the bytes for 13 us more an encapsulation.
        crypto_kem/mlkem768/*) flags="$flags -fno-vectorize -fno-slp-vectorize -fno-unroll-loops" ;;
        esac
        printf '%s\t%s\t%s\n' "work/wasm/sodium/$(echo "${f%.c}" | tr / _).o" "src/libsodium/src/libsodium/$f" "$flags"
    done | compile_all "$work/sodium.log" emcc
    (cd "$work/sodium" && LC_ALL=C && export LC_ALL && llvm-ar-14 rcsD "$out/lib/libsodium.a" ./*.o)
    say "BearSSL (WebAssembly)"
    bearssl_files | while read -r f; do
        printf '%s\t%s\t%s\n' "work/wasm/bearssl/$(basename "$f" .c).o" "src/bearssl/$f" \
            "$wasm_flags -Isrc/bearssl/inc -Isrc/bearssl/src"
    done | compile_all "$work/bearssl.log" emcc
    (cd "$work/bearssl" && LC_ALL=C && export LC_ALL && llvm-ar-14 rcsD "$out/lib/libbearssl.a" ./*.o)
    say "SQLite (WebAssembly)"
    # shellcheck disable=SC2086
    emcc $wasm_flags -Oz $sqlite_flags $sqlite_page_flags -c -o work/wasm/sqlite3.o src/sqlite3/sqlite3.c || die "SQLite failed"
    llvm-ar-14 rcsD "$out/lib/libsqlite3.a" work/wasm/sqlite3.o
    # shellcheck disable=SC2086
    emcc $wasm_flags -Oz $sqlite_flags -c -o work/wasm/sqlite3_tests.o src/sqlite3/sqlite3.c || die "SQLite failed"
    llvm-ar-14 rcsD "$out/lib/libsqlite3_tests.a" work/wasm/sqlite3_tests.o
    cd "$root"
}

build() { # kind
    stamp=$root/build/deps/$1/.built
    want=$(stamp_of "$1")
    [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
    "$root/deploy/fetch.sh" || exit 1
    mkdir -p "$root/build/deps"
    exec 8>"$root/build/deps/.build-$1.lock"
    flock 8
    [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
    "build_$1"
    echo "$want" >"$out/.built"
    rm -rf "$root/build/deps/$1"
    mv "$out" "$root/build/deps/$1"
    rm -rf "$root/build/deps/work/$1"
}

case ${1:-} in
native|wasm) build "$1" ;;
all) build native; build wasm ;;
*) die "say which: native, wasm or all" ;;
esac
