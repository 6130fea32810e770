#!/bin/sh
# Attacks on who is who, who sits in a room and what was said in which order, played with real cores and the real
# gateway's rules in one process, under the sanitizers; one line an attack. Each test states the outcome that is right.
# tests/trust/expected-to-fail.txt lists those that the tree does not stop yet, `NAME RULE...`: such a test must fail,
# at what it claims and not on the way there, and whoever mends the rule takes its line out. `NAME dies: RULE...`: it
# ends the program.
. "$(dirname "$0")/common.sh"
list=tests/trust/expected-to-fail.txt

# one PROGRAM NAME: runs a test alone.
one() {
    program=$1 test=$2
    out=build/tests/$(basename "$program").$test.out
    rule=$(sed -n "s/^$test //p" "$list")
    timeout "${SOTTO_TEST_SECONDS:-300}" "$program" "$test" >"$out" 2>&1
    code=$?
    case $rule in dies:*) way=dies rule=${rule#dies: } ;; *) way=fails ;; esac
    grep -q "^not ok $test\$" "$out" && did=fails || did=dies
    if [ $code = 0 ] && grep -q "^ok $test\$" "$out"; then
        [ -z "$rule" ] && echo "ok $test" || echo "not ok $test: passes, take it out of $list ($rule)"
        return
    elif [ $code = 124 ]; then
        echo "not ok $test: ended by its time limit"
    elif grep -q '^  setup:$' "$out"; then
        echo "not ok $test: could not be played"
    elif [ -z "$rule" ]; then
        echo "not ok $test"
    elif [ $did = $way ]; then
        echo "ok $test (fails as expected: $rule)"
        return
    else
        echo "not ok $test: fails otherwise than $list says"
    fi
    grep -v '^ok \|^# \|^not ok ' "$out" | head -n 40 | sed 's/^/    /'
}

if [ $# = 2 ]; then
    said=$(one "$@") # at once: others say theirs
    echo "$said"
    exit 0
fi
build_preset debug || broken=1
all=build/tests/trust.list
: >"$all"
for program in $(programs debug trust); do
    [ -x "$program" ] || { echo "not ok $(basename "$program"): was not built"; continue; }
    "$program" --list >"$all.one" || echo "not ok $(basename "$program"): does not say what it has"
    sed "s,^,$program ," "$all.one" >>"$all"
done
sed 's/^[^ ]* //' "$all" | sort | uniq -d | sed 's/.*/not ok &: two tests of one name/'
sed 's/ .*//; /^#/d; /^$/d' "$list" | while read -r name; do
    grep -q " $name\$" "$all" || echo "not ok $name: in $list, and no such test"
done
# One that is killed says nothing, and may end xargs: what was said is counted.
xargs -P "$jobs" -L 1 "$0" <"$all" | tee "$all.said"
sed 's/.* //' "$all" | while read -r name; do
    grep -q "^\(not \)\{0,1\}ok $name\( \|:\|\$\)" "$all.said" || echo "not ok $name: was not played to its end"
done
tests/model/run.sh || broken=1
exit "${broken:-0}"
