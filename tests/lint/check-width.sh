#!/bin/sh
# What is handed to a statement of the store is read as 64 bits. In WebAssembly an int has 32, and what lies behind it
# would be read along: each integer of a call without fixed parameters is asked for its width there, by the compiler.
cd "$(dirname "$0")/../.." || exit 1
sysroot=$(em-config CACHE 2>/dev/null)/sysroot/include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/query" <<'Q'
set output diag
set bind-root false
match callExpr(isExpansionInMainFile(), callee(functionDecl(matchesName("^::store_"), isVariadic())), hasAnyArgument(expr(anyOf(hasType(hasCanonicalType(asString("int"))), hasType(hasCanonicalType(asString("unsigned int"))), hasType(hasCanonicalType(asString("long"))), hasType(hasCanonicalType(asString("unsigned long"))))).bind("narrow")))
Q
look() {
    clang-query-14 -f "$work/query" "$1" -- -std=c11 -Iwasm -I"$2" -Ibuild/release/gen -Ibuild/wasm/gen --target=wasm32 -msimd128 \
        -isystem build/deps/native/include/sodium -isystem build/deps/native/include/bearssl \
        -isystem build/deps/native/include/sqlite3 -isystem "$sysroot" 2>&1 | grep -E '"narrow" binds|error:|not found'
}
cat >"$work/one.c" <<'C'
#include <stdint.h>
int store_one(const char *types, ...);
int store_two(const char *types, ...);
int main(void) { return store_one("i", 1) + store_two("i", (int64_t)1); }
C
# The check itself: one of two.
[ "$(look "$work/one.c" "$work" | wc -l)" = 1 ] || { echo "not ok width: the check finds nothing"; exit 1; }
git ls-files 'wasm/*.c' | grep -vE '_native\.c$|^wasm/cli/' | while read -r file; do look "$file" wasm; done >"$work/found"
sed "s,^$PWD/,,; s/^/  /" "$work/found"
if [ -s "$work/found" ]; then
    echo "not ok width: an integer narrower than 64 bits is handed to a statement"
else
    echo "ok width: all integers that statements are given have 64 bits"
fi
