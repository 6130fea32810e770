#!/bin/sh
# clang-tidy and cppcheck on our C files. A file is looked at only when it, a header of ours that it includes, or the
# settings are not as they were when nothing was found: tests/lint/tidied.txt has a hash of these for each file, and is
# committed. --mark writes it anew from what this run found good; `tests/long.sh tidy` looks at all files.
cd "$(dirname "$0")/../.." || exit 1
build=build/release
marks=tests/lint/tidied.txt
jobs=${SOTTO_JOBS:-$(nproc)}
export LC_ALL=C

one() {
    f=$1
    out=$work/$(echo "$f" | tr / _)
    clang-tidy -p "$build" --quiet "$f" >"$out" 2>/dev/null && tidy=0 || tidy=1
    cppcheck --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --std=c11 -q -Iwasm \
        --suppress=missingInclude --suppress=unknownMacro --suppress=internalAstError "$f" >>"$out" 2>&1 && cpp=0 || cpp=1
    if [ $tidy$cpp = 00 ]; then
        echo "$f" >>"$work/good"
    else
        grep -E 'error:|warning:|^wasm|^gateway|^deploy' "$out" | sed "s,^$PWD/,,; s/^/  /" | head -n 12
        echo "not ok tidy $f"
    fi
}
# Hash and name of a file together with every header of ours that it includes, and the settings.
state() {
    f=$1
    inside=$(gcc -MM -std=c11 -D_DEFAULT_SOURCE -DH2O_USE_EPOLL=1 -DH2O_USE_LIBUV=0 -Iwasm -Igateway -I. -Ideploy/tools -I"$build/gen" \
        -isystem build/deps/native/include/sodium -isystem build/deps/native/include/bearssl -isystem build/deps/native/include/sqlite3 "$f" 2>/dev/null |
        sed 's/^[^:]*://; s/\\$//' | tr ' ' '\n' | sed '/^$/d; /^\//d; /^build\//d' | sort -u)
    # What cannot be read alone is never taken for unchanged.
    [ -n "$inside" ] || { echo "unreadable $f"; return; }
    # shellcheck disable=SC2086
    echo "$({ echo "$settings"; sha256sum $inside; } | sha256sum | cut -c1-32) $f"
}
case ${1:-} in
--one) one "$2"; exit ;;
--state) state "$2"; exit ;;
esac

[ -e "$build/compile_commands.json" ] || { echo "not ok clang_tidy: build the release preset first"; exit 1; }
work=$PWD/build/tests/tidy
rm -rf "$work"
mkdir -p "$work"
: >"$work/good"
settings=$(cat .clang-tidy tests/lint/check-tidy.sh | sha256sum | cut -c1-32)
export build work settings
sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sed "s,^$PWD/,," | grep -v '/gen/\|^build/' | sort -u |
    while read -r f; do [ ! -e "$f" ] || echo "$f"; done >"$work/files"
[ -s "$work/files" ] || { echo "not ok clang_tidy: no files"; exit 1; }
xargs -P "$jobs" -n 1 "$0" --state <"$work/files" | sort -k 2 >"$work/states"
if [ "${1:-}" = --all ]; then
    cp "$work/files" "$work/todo"
else
    touch "$work/none"
    if [ -e "$marks" ]; then known=$marks; else known=$work/none; fi
    grep -v '^unreadable' "$work/states" | grep -Fxf "$known" | cut -d' ' -f2 >"$work/same"
    grep -vFxf "$work/same" "$work/files" >"$work/todo"
fi
xargs -P "$jobs" -n 1 "$0" --one <"$work/todo" >build/tests/tidy.out 2>&1
cat build/tests/tidy.out
if [ "${1:-}" = --mark ]; then
    cat "$work/good" "$work/same" | sort -u >"$work/fine"
    grep -v '^unreadable' "$work/states" | while read -r hash f; do ! grep -qFx "$f" "$work/fine" || echo "$hash $f"; done >"$marks"
fi
# Each file that was to be looked at is good, or the run was no run.
[ "$(wc -l <"$work/good")" = "$(wc -l <"$work/todo")" ] || { grep -q '^not ok' build/tests/tidy.out || echo "not ok clang_tidy: ended early"; exit 1; }
echo "ok clang_tidy_and_cppcheck_find_nothing ($(wc -l <"$work/todo") of $(wc -l <"$work/files") files changed)"
