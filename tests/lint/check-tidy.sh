#!/bin/sh
# clang-tidy and cppcheck on our C files. A file is looked at again only when it, a header or the settings changed.
cd "$(dirname "$0")/../.." || exit 1
build=build/release
cache=build/tests/tidy
jobs=${SOTTO_JOBS:-$(nproc)}
mkdir -p "$cache"
[ -e "$build/compile_commands.json" ] || { echo "not ok clang_tidy: build the release preset first"; exit 1; }
base=$(cat .clang-tidy tests/lint/check-tidy.sh $(git ls-files --cached --others --exclude-standard 'wasm/*.h' 'gateway/*.h' 'deploy/tools/*.h') 2>/dev/null |
    sha256sum | cut -c1-16)
todo=
for f in $(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sed "s,^$PWD/,," | grep -v '/gen/\|^build/' | sort -u); do
    [ -e "$f" ] || continue
    mark=$cache/$(echo "$f" | tr / _).$base.$(sha256sum "$f" | cut -c1-16)
    [ -e "$mark" ] || todo="$todo $f:$mark"
done
one() {
    f=${1%%:*} mark=${1#*:}
    clang-tidy -p "$build" --quiet "$f" >"$mark.out" 2>/dev/null && tidy=0 || tidy=1
    cppcheck --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --std=c11 -q -Iwasm \
        --suppress=missingInclude --suppress=unknownMacro --suppress=internalAstError "$f" >>"$mark.out" 2>&1 && cpp=0 || cpp=1
    if [ $tidy$cpp = 00 ]; then
        rm -f "$cache/$(echo "$f" | tr / _)".*
        : >"$mark"
    else
        grep -E 'error:|warning:|^wasm|^gateway|^deploy' "$mark.out" | sed "s,^$PWD/,,; s/^/  /" | head -n 12
        echo "not ok tidy $f"
    fi
}
if [ "${1:-}" = --one ]; then
    one "$2"
    exit
fi
export LC_ALL=C
# shellcheck disable=SC2086
[ -z "$todo" ] || printf '%s\n' $todo | build=$build cache=$cache xargs -P "$jobs" -n 1 "$0" --one >build/tests/tidy.out 2>&1
[ -n "$todo" ] || : >build/tests/tidy.out
cat build/tests/tidy.out
grep -q '^not ok' build/tests/tidy.out && exit 1
echo "ok clang_tidy_and_cppcheck_find_nothing"
