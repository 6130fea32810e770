#!/bin/sh
# Searches the model of trust in every scenario: nothing may fall with all rules, and with a rule taken out the
# attack that it stops must be found. Prints a line a search and `ok model_...` / `not ok model_...`.
# Usage: tests/model/run.sh [--full] [NAME...]   NAME: a scenario, a goal that must be reached, or a switch without NO_RULE_
# --full: larger tables and more forgeries; SOTTO_MODEL_MB (3500) bounds the memory of a search, SOTTO_MODEL_SECONDS
# its time, counted by the processor, so that a busy machine changes no verdict: a search that reaches either has failed.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
model=$root/tests/model
work=$root/build/model
size=quick
[ "${1:-}" = --full ] && { size=full; shift; }
only=" $* "
megabytes=${SOTTO_MODEL_MB:-3500}
if [ $size = full ]; then limit=${SOTTO_MODEL_SECONDS:-14400}; else limit=${SOTTO_MODEL_SECONDS:-240}; fi
command -v spin >/dev/null || { echo "not ok model: spin is missing (deploy/packages.sh test)"; exit 1; }
mkdir -p "$work" || exit 1
broken=0
held=

# search NAME SCENARIO FLAG...: builds and runs one search in a folder of its own; sets states, depth, fallen, done.
search() {
    name=$1 scenario=$2
    shift 2
    dir=$work/$name
    rm -rf "$dir" && mkdir -p "$dir" && cd "$dir" || exit 1
    fallen= done=no states=0 depth=0 errors=0 unreached= memory=
    # $merging: -o3 keeps each statement a step of its own, else spin counts some as reached that never were.
    if ! { spin $merging "$@" -a "$model/$scenario.pml" &&
        gcc $optimise -w -DSAFETY -DNOREDUCE -DNOBOUNDCHECK -DVECTORSZ=1024 "-DMEMLIM=$megabytes" -o pan pan.c; } >build.log 2>&1; then
        sed 's/^/    /' build.log
        return
    fi
    # -E: a device that waits is no error by itself, P5 says which may. States are kept whole: spin's hash compaction keeps
    # 32 bits that tell them apart, which loses some of a million.
    ./pan -d >statements 2>&1
    (
        ulimit -t "$limit"
        ./pan -E -m10000 >out 2>&1 || echo "pan: ended by its time limit, or by a signal" >>out
        times >cpu
    )
    grep -q '^State-vector' out && ! grep -qE 'out of memory|max search depth too small|reached -DMEMLIM|time limit|interrupted' out && done=yes
    fallen=$(sed -n 's/^pan:[0-9]*: assertion violated \([A-Z0-9]*\).*/\1/p' out)
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' out)
    depth=$(sed -n 's/.*depth reached \([0-9]*\).*/\1/p' out)
    errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' out)
    unreached=$(sed -n 's/^step \([a-z_]*\) 0$/\1/p' out | tr '\n' ' ')
    ends=$(sed -n 's/^step end //p' out) excused=$(sed -n 's/^step excused //p' out) unasked=$(sed -n 's/^step unasked //p' out)
    why=$(sed -n 's/^why //p' out | awk '$2 { printf "%s%s %s", n++ ? ", " : "", $1, $2 }')
    lines=$(sed -n 's/^.*(\([0-9]* of [0-9]*\) states)$/\1/p' out | awk '{ a += $1; b += $3 } END { print a " of " b }')
    # the second line of `times` is what the search took: user and system, MmS.FFs
    seconds=$(sed -n 2p cpu | tr 'ms' '  ' | awk '{ printf "%.1f", $1 * 60 + $2 + $3 * 60 + $4 }')
    memory=$(sed -n 's/^ *\([0-9]*\)\.[0-9]*\ttotal actual memory usage.*/\1/p' out)
    [ -n "$states" ] || done=no
}

chosen() { [ "$only" = "  " ] && return 0; for n in "$@"; do case "$only" in *" $n "*) return 0 ;; esac; done; return 1; }
fail() { broken=1; echo "not ok $*"; }

# Searches that end within a second are not worth a compiler's time.
quickly() { optimise=-O0; }
at_length() { optimise=-O1; }
quickly
merging=

# holds SCENARIO STEPS FLAG...: all rules; the steps that honest people take in it (a comma between) must have been taken.
holds() {
    scenario=$1 steps=$2
    shift 2
    chosen "$scenario" holds || return 0
    # as group_2_3_two_of_his: budget, entries, and what is switched on
    label=$scenario$(echo "$*" | sed -n 's/.*-DBUDGET=\([0-9]*\) -DENTRIES=\([0-9]*\).*/_\1_\2/p')
    label=$label$(printf '%s\n' "$@" | sed -n 's/^-D\([A-Z_]*\)$/_\1/p' | tr -d '\n' | tr A-Z a-z)
    held="$held all_$label"
    merging=-o3
    search "all_$label" "$scenario" "$@"
    merging=
    echo "  $scenario $*: ${states:-0} states, depth ${depth:-0}, errors ${errors:-?}, ${seconds:-?} s CPU, ${memory:-?} MB; ends ${ends:-0}, in ${excused:-0} of them some device is excused${why:+ ($why)}, in ${unasked:-0} all are"
    echo "    steps never taken: ${unreached:-none}; statements unreached: ${lines:-?} (build/model/all_$label/out)"
    missed=
    for s in $(echo "$steps" | tr , ' '); do case " $unreached" in *" $s "*) missed="$missed $s" ;; esac; done
    if [ $done = no ]; then fail "model_$label: the search did not end (build/model/all_$label)"
    elif [ "$errors" != 0 ]; then fail "model_$label: $fallen falls (build/model/all_$label/$scenario.pml.trail)"
    elif [ -n "$missed" ]; then fail "model_$label: never taken:$missed"
    elif [ "$ends" = "$unasked" ]; then fail "model_$label: P5 was never asked"
    else echo "ok model_${label}_nothing_falls_with_all_rules"
    fi
}

# reaches NAME SCENARIO FLAG...: an end where P5 was asked and -DREACH=NAME holds; meets: a state where -DMEET=NAME holds, with
# all rules. So nothing holds for want of cases.
reaches() { reach REACH "$@"; }
meets() { reach MEET "$@"; }
reach() {
    how=$1 goal=$2 scenario=$3
    shift 3
    chosen "$goal" "$scenario" || return 0
    search "reach_$goal" "$scenario" "-D$how=$(echo "$goal" | tr a-z A-Z)" "$@"
    echo "  $goal: found after ${states:-0} states, depth ${depth:-0}, ${seconds:-?} s CPU"
    if [ "$fallen" = REACHED ]; then echo "ok model_reaches_$goal"; else fail "model_reaches_$goal: ${fallen:-never} (build/model/reach_$goal)"; fi
}

# falls SWITCH ATTACK PROPERTY SCENARIO FLAG...: without the rule the attack is found.
falls() {
    switch=$1 attack=$2 property=$3 scenario=$4
    shift 4
    chosen "$switch" || return 0
    case " $* " in *" -DASK="*) alone=_${property}_alone ;; *) alone= ;; esac
    search "no_$switch$alone" "$scenario" "-DNO_RULE_$switch" "$@"
    echo "  NO_RULE_$switch in $scenario: ${fallen:-nothing} falls after ${states:-0} states, depth ${depth:-0}, ${seconds:-?} s CPU"
    if [ "$fallen" = "$property" ]; then echo "ok model_finds_${attack}_without_rule_$switch$alone ($property)"
    else fail "model_finds_${attack}_without_rule_$switch$alone: ${fallen:-nothing} falls, $property should (build/model/no_$switch$alone)"
    fi
}

# coverage: the statements that none of the searches with all rules reached. A statement is a line, its text with the arguments
# put in, and which copy it is (spin puts in what is inline wherever it stands: 1 in a commit, 2 in a Welcome); constants that
# differ between the scenarios are one. Each that is unreached belongs to one of the sorts of unreached.txt, whose counts hold.
tab=$(printf '\t')
constants() { sed -E 's/\(+\(1<<[0-9]\)(\|\(1<<[0-9]\)\))+/KEYS/g; s/([^0-9a-z_])[01](&&|\|\||==0\))/\1C\2/g'; }
statements() {
    # LINE TEXT STATE COPY of all there are, then those that pan names as unreached
    sed -nE 's/^[[:space:]]*state +([0-9]+) -\(tr.*\] [^ ]*:([0-9]+) => (.*)$/\2\t\3\t\1/p' "$1/statements" | constants |
        sort -t"$tab" -k1,2 -k3,3n -u | awk -F'\t' -v OFS='\t' '{ copy = $1 FS $2 == last ? copy + 1 : 1; last = $1 FS $2; print $0, copy }' >"$1/all.txt"
    sed -nE 's/^\t[^ ]*:([0-9]+), state ([0-9]+), "(.*)"$/\1\t\3\t\2/p' "$1/out" | grep -v '\-end-' | constants >"$1/missed.txt"
    awk -F'\t' -v OFS='\t' '
        FNR == NR { copy[$1 FS $2 FS $3] = $4; next }
        !($1 FS $2 FS $3 in copy) { print $1, $2, "unlisted", 0; next }
        { missed[$1 FS $2 FS $3] = 1 }
        END { for (s in copy) { split(s, part, FS); print part[1], part[2], copy[s], !(s in missed) } }' "$1/all.txt" "$1/missed.txt"
}
coverage() {
    cd "$work" || exit 1
    for s in $held; do statements "$s"; done |
        awk -F'\t' '{ reached[$1 FS $2 FS $3] += $4 } END { for (s in reached) print s FS !!reached[s] }' | sort -n >statements.txt
    # a line that only goes on, (1), is told by what stands after it
    awk -F'\t' '!$4 && $2 != "(1)" { print $2 " #" $3 " " $1 }' statements.txt >unreached.txt
    wrong=
    while IFS='|' read -r count why pattern; do
        case $count in '' | '#'*) continue ;; esac
        n=$(grep -cE -- "$pattern" unreached.txt)
        [ $size = quick ] || echo "  unreached, $n of $count: $why"
        [ "$n" = "$count" ] || wrong="$wrong $n-for-$count"
        grep -vE -- "$pattern" unreached.txt >rest.txt
        mv rest.txt unreached.txt
    done <"$model/unreached.txt"
    [ $size = quick ] || sed 's/^/    unexplained: /' unreached.txt
    echo "  statements: $(wc -l <statements.txt), reached: $(grep -c "${tab}1\$" statements.txt), unexplained: $(wc -l <unreached.txt)"
    # what a d_step hides from spin
    never=$(for s in $held; do sed -n 's/^step \([a-z_]*\) \([0-9]*\)$/\1 \2/p' "$s/out"; done |
        awk '{ n[$1] += $2 } END { for (s in n) if (!n[s]) printf "%s ", s }')
    echo "  steps that no search took: ${never:-none}"
    [ $size = full ] || return 0 # the small tables leave some for the full search: build/model/unreached.txt
    if [ -s unreached.txt ] || [ -n "$never" ] || [ -n "$wrong" ]; then fail "model_coverage${wrong:+: counts$wrong}"; else echo "ok model_coverage"; fi
}

. "$model/searches.sh"
exit $broken
