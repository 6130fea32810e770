#!/bin/sh
# Writes a header with the numbered SQL files of a folder: deploy/embed-sql.sh PREFIX FOLDER OUT.
#   struct PREFIX_migration { unsigned number; const char *sql; };
#   static const struct PREFIX_migration PREFIX_migrations[PREFIX_MIGRATION_COUNT] (upper case), ascending.
# Comments and indents stay behind: who visits the page for the first time loads what is left.
set -eu
export LC_ALL=C
prefix=$1 dir=$2 out=$3
upper=$(printf '%s' "$prefix" | tr '[:lower:]' '[:upper:]')
mkdir -p "$(dirname "$out")"
{
    echo "/* Made by deploy/embed-sql.sh; do not edit. */"
    echo "#ifndef SOTTO_${upper}_MIGRATIONS_H"
    echo "#define SOTTO_${upper}_MIGRATIONS_H"
    rows= count=0
    for f in "$dir"/[0-9]*_*.sql; do
        [ -e "$f" ] || continue
        number=$(basename "$f" | sed 's/_.*//')
        plain=$(echo "$number" | sed 's/^0*//')
        echo "static const char ${prefix}_migration_sql_$number[] = {"
        # No string in these files may hold "--".
        if grep -q "'[^']*--[^']*'" "$f"; then echo "embed-sql: '--' in a string of $f" >&2; exit 1; fi
        sed 's/ *--.*$//; s/^ *//; /^$/d' "$f" | od -An -v -tx1 | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
        echo "0x00};"
        rows="$rows    {${plain:-0}, ${prefix}_migration_sql_$number},
"
        count=$((count + 1))
    done
    echo "enum { ${upper}_MIGRATION_COUNT = $count };"
    echo "struct ${prefix}_migration {"
    echo "    unsigned number;"
    echo "    const char *sql;"
    echo "};"
    if [ "$count" -gt 0 ]; then
        echo "static const struct ${prefix}_migration ${prefix}_migrations[${upper}_MIGRATION_COUNT] = {"
        printf '%s' "$rows"
        echo "};"
    fi
    echo "#endif"
} >"$out.new"
mv "$out.new" "$out"
