#!/bin/sh
# One test, or a few: tests/run.sh --list, tests/run.sh -k NAME. Programs come from the preset `fast` (SOTTO_PRESET=debug:
# with the sanitizers); the scripts of a part are run as that part runs them, on what is built.
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tests/parts/common.sh"
preset=${SOTTO_PRESET:-fast}

# Lines `PART PROGRAM TEST`, or `PART SCRIPT` where a script is the smallest that can be run alone.
list() {
    for part in unit flow trust; do
        find "tests/$part" -name '*_test.c' | sort | while read -r source; do
            name=$(echo "${source#tests/}" | sed 's/_test\.c$//; s,/,_,g')
            sed -n "s/^TEST(\([a-z0-9_]*\)).*/$part $name \1/p" "$source"
        done
    done
    for part in gateway log verify; do
        for path in tests/$part/*.mjs; do
            case $path in */lib.mjs | */world.mjs) ;; *) echo "$part $path" ;; esac
        done
    done
    sed -n 's/^lane_[0-9]="\(.*\)"$/\1/p' tests/parts/e2e.sh | tr ' ' '\n' | sed 's,.*,e2e tests/web/e2e/&.mjs,'
    find tests/fuzz -name '*_fuzz.c' | sort | sed 's,tests/fuzz/\(.*\)_fuzz.c,fuzz \1,'
}

if [ "$1" = --list ]; then
    list
    exit 0
fi
[ $# = 2 ] && [ -n "$2" ] || { echo "tests/run.sh -k NAME" >&2; exit 2; }
mkdir -p build/tests
mine=$(mktemp -d build/tests/one.XXXXXX) || exit 1 # of this run: two may go on at once
trap 'rm -rf "$mine"' EXIT
found=$mine/list
out=$mine/out
list | grep -F -e "$2" >"$found" || { echo "not ok $2: no test has this in its name (tests/run.sh --list)"; exit 1; }
: >"$out"
if grep -q '^\(unit\|flow\|trust\) ' "$found"; then
    targets=$(awk '/^(unit|flow|trust) / { print $2 }' "$found" | sort -u)
    # shellcheck disable=SC2086
    said=$(configured=yes && build_preset "$preset" $targets) || { echo "$said"; exit 1; }
fi
while read -r part what name; do
    case $part in
    unit | flow | trust) report "$what" "$mine/test.out" "build/$preset/tests/$what" "$name" ;;
    gateway | log | verify | e2e) report "$part $(basename "$what" .mjs)" "$mine/test.out" node "$what" ;;
    fuzz) FUZZ_ONLY=$what tests/parts/fuzz.sh ;;
    esac </dev/null | tee -a "$out"
done <"$found"
failed=$(grep -c '^not ok ' "$out")
echo "$(grep -c '^ok ' "$out") passed, $failed failed"
[ "$failed" = 0 ]
