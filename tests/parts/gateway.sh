#!/bin/sh
# A real gateway process on loopback, built with the sanitizers: its protocol, bad input, kill -9.
. "$(dirname "$0")/common.sh"
build_preset debug || exit 1
npm_packages tests/gateway

# run_scripts NAME...: one after another; what a script says is printed when it has ended, whole.
run_scripts() {
    for script in "$@"; do
        said=$(report "gateway $script" "build/tests/gateway-$script.out" node "tests/gateway/$script.mjs")
        flock build/tests/said.lock printf '%s\n' "$said"
        echo "$script" >>build/tests/gateway.played
    done
}

# Two lanes of about the same length: a script waits most of the time. What is in none of them comes last.
: >build/tests/gateway.played
lane_1="crowd bad"
lane_2="cli flow holds kill http foreign"
rest=
for path in tests/gateway/*.mjs; do
    script=$(basename "$path" .mjs)
    case " lib $lane_1 $lane_2 " in *" $script "*) ;; *) rest="$rest $script" ;; esac
done
# shellcheck disable=SC2086
run_scripts $lane_1 &
# shellcheck disable=SC2086
run_scripts $lane_2 $rest
wait
for script in $lane_1 $lane_2 $rest; do
    grep -qx "$script" build/tests/gateway.played || echo "not ok gateway $script: was not played to its end"
done
