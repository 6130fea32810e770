# Sourced by the parts that run programs of the CMake project.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
jobs=${SOTTO_JOBS:-$(nproc)}

# build_preset PRESET: configures and builds, or prints `not ok` and ends the part.
build_preset() {
    log=build/tests/build-$1.log
    mkdir -p build/tests
    if ! { cmake --preset "$1" && cmake --build --preset "$1" -j "$jobs" -- -k; } >"$log" 2>&1; then
        grep -E 'error|Error|FAILED|undefined reference' "$log" | head -n 40
        echo "not ok build_$1 (build/tests/build-$1.log)"
        return 1
    fi
    echo "ok build_$1"
}

# programs PRESET LABEL: the programs that the project has now (old ones may still lie in the folder).
programs() {
    ctest --test-dir "build/$1" -N -L "^$2\$" 2>/dev/null | sed -n "s,^ *Test *#[0-9]*: *,build/$1/tests/,p"
}

# run_programs PROGRAM...: runs each under a time limit and shows its ok / not ok lines, the program's name
# before each claim. A program that dies, hangs or claims nothing is itself a failure.
run_programs() {
    for program in "$@"; do
        [ -x "$program" ] || { echo "not ok $(basename "$program"): was not built"; continue; }
        name=$(basename "$program")
        out=build/tests/$name.out
        timeout "${SOTTO_TEST_SECONDS:-900}" ${SOTTO_WRAP:-} "$program" >"$out" 2>&1
        code=$?
        sed -n "s/^ok /ok $name: /p; s/^not ok /not ok $name: /p" "$out" >"$out.claims"
        cat "$out.claims"
        if [ $code != 0 ]; then
            grep -q '^not ok' "$out.claims" || echo "not ok $name: ended with code $code"
            grep -v '^ok \|^# ' "$out" | head -n 60 | sed 's/^/    /;s/^    not ok/    (not ok)/'
        elif [ ! -s "$out.claims" ]; then
            echo "not ok $name: claims nothing"
        fi
    done
}
