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
# What waits for clocks leaves the processors idle: beside it runs what only computes, one part after another on either side of the
# slash. Those in `computing` give way. Browser suites run alone: what they lose beside others is more than is gained.
groups="lint unit wasm vectors flow+trust/gateway+log+verify web e2e attacks release interop fuzz ct"
computing="flow trust"
all=$(echo "$groups" | tr '+/' '  ')
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
groups=${parts:-$groups} # named parts run one after another
logs=$root/build/tests
budget=${SOTTO_TEST_BUDGET:-4800} # seconds; parts that would begin later fail
mkdir -p "$logs" || { echo "0 passed, 1 failed"; exit 1; }
for part in $(echo "$groups" | tr '+/' '  '); do rm -f "$logs/$part.log" "$logs/$part.log".*; done

if [ "${SOTTO_INSTALL:-yes}" = yes ]; then
    deploy/packages.sh build wasm test || echo "run: some packages are missing; parts that need them will fail" >&2
fi

passed=0
failed=0
broken=
part=
here= beside= judged= now=
lane= # the process that begins what runs beside, each part in a process group of its own
# However the run ends, what was found is said.
summary() {
    [ -z "$broken" ] || echo "failed in:$broken"
    echo "$passed passed, $failed failed"
}
cut_off() {
    trap '' INT TERM HUP
    [ -z "$lane" ] || kill "$lane" 2>/dev/null
    for part in $beside; do [ ! -e "$logs/$part.log.pid" ] || kill -- "-$(cat "$logs/$part.log.pid")" 2>/dev/null; done
    for part in $here $beside; do
        case " $judged " in *" $part "*) continue ;; esac
        [ -e "$logs/$part.log" ] || continue # not begun
        [ "$part" = "$now" ] || cat "$logs/$part.log"
        [ "$part" != "$now" ] && [ -s "$logs/$part.log.code" ] || echo "not ok $part: cut off" | tee -a "$logs/$part.log"
        judge "$part"
    done
    [ -n "$judged" ] || { echo "not ok run: cut off"; failed=1 broken=" run"; }
    summary
    exit 1
}
trap cut_off INT TERM HUP
began=$(date +%s)
due=$((began + budget))

# Runs a part, `apart`: in a process group of its own; its exit code and seconds stay in LOG.code.
run_part() {
    log=$logs/$1.log
    start=$(date +%s)
    lower=
    [ -z "$beside" ] || case " $computing " in *" $1 "*) lower="nice -n 15" ;; esac
    {
        if [ "$start" -gt "$due" ]; then
            echo "not ok $1: not begun, the run had its $budget s"
            code=1
        elif [ -x "tests/parts/$1.sh" ] && [ "${2:-}" = apart ]; then
            # shellcheck disable=SC2016
            $lower setsid -w sh -c 'echo $$ >"$0"; exec "$1"' "$log.pid" "tests/parts/$1.sh"
            code=$?
            rm -f "$log.pid"
        elif [ -x "tests/parts/$1.sh" ]; then
            $lower "tests/parts/$1.sh"
            code=$?
        else
            echo "not ok $1: tests/parts/$1.sh is missing"
            code=1
        fi
        echo "$code $(($(date +%s) - start))" >"$log.code"
    } 2>&1 | tee "$log"
}

# Counts what a part has claimed. One that was killed has left no code.
judge() {
    log=$logs/$1.log
    code=lost seconds=?
    [ ! -s "$log.code" ] || read -r code seconds <"$log.code"
    [ -e "$log" ] || : >"$log"
    p=$(grep -c '^ok ' "$log")
    f=$(grep -c '^not ok ' "$log")
    judged="$judged $1"
    # Silence is not success, and a part that stops half-way has failed even without a `not ok` line.
    if [ "$f" = 0 ] && { [ "$code" != 0 ] || [ "$p" = 0 ]; }; then
        echo "not ok $1: ended with code $code and $p passed"
        f=1
    fi
    echo "== $1: $p passed, $f failed, $seconds s"
    passed=$((passed + p))
    failed=$((failed + f))
    [ "$f" = 0 ] || broken="$broken $1"
}

for group in $groups; do
    here=$(echo "${group%%/*}" | tr + ' ')
    beside=
    case $group in */*) beside=$(echo "${group#*/}" | tr + ' ') ;; esac
    if [ -n "$beside" ]; then
        for part in $beside; do run_part "$part" apart; done >"$logs/beside.log" &
        lane=$!
    fi
    for part in $here; do
        echo "== $part"
        now=$part
        run_part "$part"
        judge "$part"
    done
    now=
    [ -z "$beside" ] || wait "$lane"
    lane=
    for part in $beside; do
        echo "== $part (beside $(echo "$here" | sed 's/ /, /g'))"
        cat "$logs/$part.log"
        judge "$part"
    done
done
echo "== all: $(($(date +%s) - began)) s"
summary
[ "$failed" = 0 ] && [ -z "$broken" ]
