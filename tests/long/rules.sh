#!/bin/sh
# Takes each rule of trust out of the engine and of the gateway (wasm/base/rule.h), by a build that nothing shipped is
# made of, and plays the attacks of tests/trust/rules.txt that must then work: a line `ok RULE: ATTACK` says that the
# attack was stopped with all rules and is not stopped without this one.
. "$(dirname "$0")/../parts/common.sh"
table=tests/trust/rules.txt
build=build/rules
programs_dir=$build/tests

# play RULES TEST: what became of it: holds, works, setup, hangs or dies.
play() {
    program=$(sed -n "s/^\([^ ]*\) $2\$/\1/p" $build/list)
    [ -n "$program" ] || { echo unknown; return; }
    out=$build/out/$1.$2
    SOTTO_WITHOUT=$1 timeout "${SOTTO_TEST_SECONDS:-600}" "$program" "$2" >"$out" 2>&1
    code=$?
    if [ $code = 124 ]; then
        echo hangs
    elif [ "$(grep -m1 "^  [a-z.]" "$out")" = "  setup:" ]; then
        echo setup
    elif grep -q "^not ok $2\$" "$out"; then
        echo works
    elif [ $code = 0 ] && grep -q "^ok $2\$" "$out"; then
        echo holds
    else
        echo dies
    fi
}

if [ $# = 2 ]; then
    did=$(play "$1" "$2")
    if [ "$1" = - ]; then
        [ "$did" = holds ] || echo "not ok all rules: $2 ($did)"
    elif [ "$did" = works ]; then
        echo "ok $1: $2"
    else
        echo "not ok $1: $2 $did"
        grep -v '^ok \|^# \|^not ok ' "$build/out/$1.$2" | head -n 20 | sed 's/^/    /'
    fi
    exit 0
fi

# ---- what is shipped has every rule, and nothing of the switch
if cmake -S . -B build/rules.refused -DCMAKE_BUILD_TYPE=Release -DSOTTO_TESTS=OFF -DSOTTO_RULES=ON \
    >build/rules.refused.log 2>&1; then
    echo "not ok a_build_without_tests_refuses_the_switch"
else
    echo "ok a_build_without_tests_refuses_the_switch"
fi
rm -rf build/rules.refused
if echo '#include "base/rule.h"' | clang --target=wasm32 -DSOTTO_RULES=1 -Iwasm -fsyntax-only -x c - 2>/dev/null; then
    echo "not ok webassembly_refuses_the_switch"
else
    echo "ok webassembly_refuses_the_switch"
fi

names=$(grep -rhoE '\bRULE\([A-Z_]+\)' wasm gateway | sed 's/RULE(//; s/)//' | grep -v '^NAME$' | sort -u)
build_preset release || exit 1
left=$(find build/release \( -name '*.a' -o -name sotto -o -name sotto-gateway \) -type f | while read -r file; do
    nm "$file" 2>/dev/null | grep -w rule_holds | sed "s,^,$file ,"
    strings -a "$file" | grep -xF "$names" | sed "s,^,$file ,"
done)
if [ -n "$left" ]; then
    echo "not ok what_is_shipped_carries_nothing_of_the_switch"
    echo "$left" | head -n 20 | sed 's/^/    /'
else
    echo "ok what_is_shipped_carries_nothing_of_the_switch ($(echo "$names" | wc -l) names looked for)"
fi

# ---- the table and the tree speak of the same rules and the same tests
targets=$(for source in tests/trust/*_test.c; do echo "trust_$(basename "$source" _test.c)"; done)
mkdir -p build/tests $build/out
# shellcheck disable=SC2086
if ! { cmake -S . -B $build -DCMAKE_BUILD_TYPE=Release -DSOTTO_RULES=ON &&
    cmake --build $build -j "$jobs" --target $targets; } >build/tests/build-rules.log 2>&1; then
    grep -E 'error|undefined reference' build/tests/build-rules.log | head -n 40
    echo "not ok build_rules (build/tests/build-rules.log)"
    exit 1
fi
for target in $targets; do
    $programs_dir/"$target" --list | sed "s,^,$programs_dir/$target ,"
done >$build/list
sed -n 's/^\([A-Z][A-Z_,]*\):\{0,1\} .*/\1/p' $table | tr , '\n' | sort -u >$build/named
echo "$names" | comm -3 - $build/named | sed 's/^\t\(.*\)/not ok \1: in the table and not in the tree/; t
    s/^\(.*\)/not ok \1: in the tree and not in the table/'
sed -n 's/^[A-Z][A-Z_,]* \([a-z][a-z0-9_]*\)$/\1/p; s/^- \([a-z][a-z0-9_]*\): .*/\1/p' $table | sort -u >$build/behind
sed 's/^[^ ]* //' $build/list | sort | while read -r test; do
    grep -q "^$test " tests/trust/expected-to-fail.txt || grep -qx "$test" $build/behind ||
        echo "not ok $test: behind no rule of the table"
done

# ---- with all rules, then without each
sed -n 's/^[A-Z][A-Z_,]* \([a-z][a-z0-9_]*\)$/- \1/p' $table | sort -u | xargs -P "$jobs" -L 1 "$0"
grep -E '^[A-Z][A-Z_,]* [a-z][a-z0-9_]*$' $table | xargs -P "$jobs" -L 1 "$0"
sed -n 's/^\([A-Z][A-Z_,]*\): \(.*\)/ok \1 (no attack alone: \2)/p' $table
