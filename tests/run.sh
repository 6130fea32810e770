#!/bin/sh
# Runs the tests: ./tests/run.sh [PART...], without PART all of them; `vectors DIR` takes those of another folder.
#   ./tests/run.sh --list       what there is: a part, and in it a program with its tests, or a script
#   ./tests/run.sh -k NAME      only what has NAME in its name: a test in a second, once its program is built
# Each part is tests/parts/PART.sh; it prints `ok NAME` and `not ok NAME` lines. Ends with `N passed, N failed`; the exit
# code is 1 when anything failed.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
called_from=$PWD
cd "$root" || exit 1
case ${1:-} in
--list | -k) exec tests/one.sh "$@" ;;
-h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
all="lint unit wasm vectors flow trust gateway log verify web e2e attacks release interop fuzz ct"
parts=
for arg in "$@"; do
    case " $all :${parts##* }" in
    *" $arg "*) parts="$parts $arg" ;;
    *:vectors)
        case $arg in
        /*) SOTTO_VECTORS=$arg ;;
        *)  SOTTO_VECTORS=$called_from/$arg ;;
        esac
        export SOTTO_VECTORS ;;
    *)  parts="$parts $arg" ;;
    esac
done
parts=${parts:-$all}
logs=$root/build/tests
budget=${SOTTO_TEST_BUDGET:-4800} # seconds; parts that would begin later fail
mkdir -p "$logs" || { echo "0 passed, 1 failed"; exit 1; }

if [ "${SOTTO_INSTALL:-yes}" = yes ]; then
    deploy/packages.sh build wasm test || echo "run: some packages are missing; parts that need them will fail" >&2
fi

passed=0
failed=0
broken=
part=
# However the run ends, what was found is said.
summary() {
    [ -z "$broken" ] || echo "failed in:$broken"
    echo "$passed passed, $failed failed"
}
cut_off() {
    echo "not ok ${part:-run}: cut off"
    failed=$((failed + 1))
    broken="$broken ${part:-run}"
    summary
    exit 1
}
trap cut_off INT TERM HUP
began=$(date +%s)
for part in $parts; do
    log=$logs/$part.log
    start=$(date +%s)
    echo "== $part"
    if [ $((start - began)) -gt "$budget" ]; then
        echo "not ok $part: not begun, the run had its $budget s"
        failed=$((failed + 1))
        broken="$broken $part"
        continue
    fi
    if [ -x "tests/parts/$part.sh" ]; then
        # The part's exit code travels past tee in a file.
        { "tests/parts/$part.sh"; echo $? >"$log.code"; } 2>&1 | tee "$log"
        code=$(cat "$log.code")
    else
        echo "not ok $part: tests/parts/$part.sh is missing" | tee "$log"
        code=1
    fi
    p=$(grep -c '^ok ' "$log")
    f=$(grep -c '^not ok ' "$log")
    # Silence is not success, and a part that stops half-way has failed even without a `not ok` line.
    if [ "$f" = 0 ] && { [ "$code" != 0 ] || [ "$p" = 0 ]; }; then
        echo "not ok $part: ended with code $code and $p passed"
        f=1
    fi
    echo "== $part: $p passed, $f failed, $(($(date +%s) - start)) s"
    passed=$((passed + p))
    failed=$((failed + f))
    [ "$f" = 0 ] || broken="$broken $part"
done
echo "== all: $(($(date +%s) - began)) s"
summary
[ "$failed" = 0 ]
