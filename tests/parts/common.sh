# Sourced by the parts that run programs of the CMake project.
set -u
root=${root:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$root" || exit 1
jobs=${SOTTO_JOBS:-$(nproc)}
# AddressSanitizer keeps the stack of every allocation. SQLite has no frame pointers, so past its first frame a stack is
# noise, nearly each one new, and remembering them took up to a quarter of the time. Only reports are shorter: a program
# that fails shows whole stacks when it is run by hand.
export ASAN_OPTIONS="malloc_context_size=4${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

# build_preset PRESET [TARGET...]: configures and builds all or these, or prints `not ok` and ends the part. Parts that run
# beside each other take turns. With `configured=yes` a build folder that is there is taken as it is.
build_preset() {
    built=$1
    shift
    [ $# = 0 ] || set -- --target "$@"
    log=build/tests/build-$built.log
    mkdir -p build/tests
    if ! (
        flock 8
        { { [ -n "${configured:-}" ] && [ -f "build/$built/CMakeCache.txt" ]; } || cmake --preset "$built"; } >"$log" 2>&1 &&
            cmake --build --preset "$built" -j "$jobs" "$@" -- -k >>"$log" 2>&1
    ) 8>"build/tests/build-$built.lock"; then
        grep -E 'error|Error|FAILED|undefined reference' "$log" | head -n 40
        echo "not ok build_$built ($log)"
        return 1
    fi
    echo "ok build_$built"
}

# programs PRESET LABEL [SLOW]: the programs that the project has now (old ones may still lie in the folder). Those whose
# name matches SLOW come first: begun last, they would run alone.
programs() {
    ctest --test-dir "build/$1" -N -L "^$2\$" 2>/dev/null | sed -n "s,^ *Test *#[0-9]*: *,build/$1/tests/,p" |
        awk -v slow="${3:-}" 'slow != "" && $0 ~ slow { print; next } { rest = rest $0 "\n" } END { printf "%s", rest }'
}

# npm_packages FOLDER: what its lock file pins, or `not ok` and the end of the part.
npm_packages() {
    log=build/tests/npm-$(echo "$1" | tr / -).log
    mkdir -p build/tests
    deploy/npm.sh "$1" >"$log" 2>&1 || { tail -n 10 "$log"; echo "not ok $1: its npm packages cannot be had ($log)"; exit 1; }
}

# build_page LABEL: the core as WebAssembly and the page with a release of this machine, in build/tests/page. The preset
# release must be built. Or `not ok` and the end of the part.
build_page() {
    tests/web/install.sh >build/tests/npm.log 2>&1 || { tail -n 5 build/tests/npm.log; echo "not ok $1_packages"; exit 1; }
    deploy/build-wasm.sh >build/tests/wasm-build.out 2>&1 || { tail -n 5 build/tests/wasm-build.out; echo "not ok $1_core_builds"; exit 1; }
    deploy/local-release.sh build/tests/page build/tests/release >build/tests/web-build.out 2>&1 || { tail -n 5 build/tests/web-build.out; echo "not ok $1_page_builds"; exit 1; }
}

# report LABEL OUT COMMAND...: runs it under a time limit and shows its ok / not ok lines, LABEL before each claim.
report() {
    label=$1 out=$2
    shift 2
    timeout "${SOTTO_TEST_SECONDS:-900}" "$@" >"$out" 2>&1
    tell "$label" "$out" $?
}

# tell LABEL OUT CODE: the same for what has run. What dies, hangs or claims nothing has failed; then `broken` is 1.
tell() {
    sed -n "s|^ok |ok $1: |p; s|^not ok |not ok $1: |p" "$2" | cut -c1-300 >"$2.claims"
    cat "$2.claims"
    if [ "$3" != 0 ]; then
        broken=1
        grep -q '^not ok' "$2.claims" || echo "not ok $1: ended with code $3"
        grep -v '^ok \|^# ' "$2" | head -n 60 | sed 's/^/    /;s/^    not ok/    (not ok)/'
    elif [ ! -s "$2.claims" ]; then
        broken=1
        echo "not ok $1: claims nothing"
    fi
}

# tell_plain NAME OUT CODE: all that it said, whose claims have names of their own.
tell_plain() {
    cat "$2"
    if grep -q '^not ok ' "$2"; then
        broken=1
    elif [ "$3" != 0 ] || ! grep -q '^ok ' "$2"; then
        broken=1
        echo "not ok $1: ended with code $3 and $(grep -c '^ok ' "$2") claims"
    fi
}

# run_program PROGRAM: with its name before its claims.
run_program() {
    [ -x "$1" ] || { echo "not ok $(basename "$1"): was not built"; return 1; }
    name=$(basename "$1")
    # shellcheck disable=SC2086
    report "$name" "build/tests/$name.out" ${SOTTO_WRAP:-} "$1"
    [ -z "${broken:-}" ]
}

# run_programs PROGRAM...: as many at once as there are processors; what one says comes whole.
run_programs() {
    [ $# -gt 0 ] || { echo "not ok programs: there are none"; broken=1; return; }
    export root SOTTO_WRAP="${SOTTO_WRAP:-}" SOTTO_TEST_SECONDS="${SOTTO_TEST_SECONDS:-900}"
    printf '%s\n' "$@" | xargs -P "$jobs" -I{} sh -c '
        . tests/parts/common.sh
        said=$(run_program "$1"); code=$?
        flock build/tests/said.lock printf "%s\n" "$said"
        exit $code' sh {} || broken=1
}
