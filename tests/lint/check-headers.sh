#!/bin/sh
# Every header of ours compiles alone.
cd "$(dirname "$0")/../.." || exit 1
deps=build/deps/native/include
bad=0 count=0
for h in $(git ls-files --cached --others --exclude-standard 'wasm/*.h' 'gateway/*.h' 'deploy/tools/*.h' 'tests/*.h'); do
    [ -e "$h" ] || continue
    count=$((count + 1))
    flags=
    case $h in gateway/*|tests/*) flags="-Igateway -I. -Itests -Itests/lib -DH2O_USE_EPOLL=1 -DH2O_USE_LIBUV=0" ;; esac
    # The gateway and the tools have the system's SQLite, the core its own.
    case $h in gateway/*|deploy/tools/*) ;; *) flags="$flags -isystem $deps/sqlite3" ;; esac
    # shellcheck disable=SC2086
    printf '#include "%s"\ntypedef int not_empty;\n' "$PWD/$h" | gcc -std=c11 -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Wstrict-prototypes -Wmissing-prototypes \
        -Werror -fsyntax-only -Iwasm -isystem $deps/sodium -isystem $deps/bearssl $flags -x c - || bad=$((bad + 1))
done
[ "$bad" = 0 ] && echo "ok every_header_compiles_alone ($count headers)" ||
    { echo "not ok every_header_compiles_alone ($bad of $count)"; exit 1; }
