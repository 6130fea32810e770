#!/bin/sh
# Constant time: secrets are marked (CT_SECRET), valgrind reports any branch or index that depends on them; for both
# compilers and each level of optimisation, since the compiler can break what the source keeps. The programs
# ct_leak_* leak on purpose: that valgrind catches them shows that the others would be caught.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
caught=99
SOTTO_WRAP="valgrind -q --error-exitcode=$caught --suppressions=tests/ct/libraries.supp"
SOTTO_TEST_SECONDS=900
for cc in ${SOTTO_CT_COMPILERS:-gcc clang}; do
    for level in ${SOTTO_CT_LEVELS:-1 2 3 s}; do
        variant=ct-$cc-O$level
        log=build/tests/build-$variant.log
        cmake -S . -B "build/$variant" -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Release \
            -DSOTTO_CT_FLAGS="-O$level -gdwarf-4" -DSOTTO_CT=ON >"$log" 2>&1
        # shellcheck disable=SC2046
        set -- $(programs "$variant" ct)
        if [ $# = 0 ]; then
            echo "not ok $variant: no programs in tests/ct"
            continue
        fi
        rm -f "$@" # one of an earlier run is none of this code
        # shellcheck disable=SC2046
        if ! cmake --build "build/$variant" -j "$jobs" --target $(basename -a "$@") -- -k >>"$log" 2>&1; then
            grep -E 'error|undefined reference' "$log" | head -n 20
            echo "not ok $variant: does not build ($log)"
        fi
        honest=
        for program in "$@"; do
            case $program in
            */ct_leak_*)
                $SOTTO_WRAP "$program" >"build/tests/$variant-leak.out" 2>&1
                if [ $? = $caught ]; then
                    echo "ok $variant: $(basename "$program") is caught"
                else
                    echo "not ok $variant: $(basename "$program") is not caught"
                fi ;;
            *)  honest="$honest $program" ;;
            esac
        done
        # shellcheck disable=SC2086
        run_programs $honest | sed "s/^ok /ok $variant: /; s/^not ok /not ok $variant: /"
    done
done
exit 0
