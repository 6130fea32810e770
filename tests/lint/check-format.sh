#!/bin/sh
# clang-format agrees with every C file but the generated ones. To mend: clang-format -i FILE.
cd "$(dirname "$0")/../.." || exit 1
bad=0 count=0
for f in $(git ls-files --cached --others --exclude-standard '*.c' '*.h' | grep -v '^wasm/schema/gen/'); do
    [ -e "$f" ] || continue
    count=$((count + 1))
    clang-format "$f" | cmp -s - "$f" || { echo "  $f"; bad=$((bad + 1)); }
done
[ "$bad" = 0 ] && echo "ok clang_format_agrees ($count files)" || { echo "not ok clang_format_agrees ($bad of $count)"; exit 1; }
