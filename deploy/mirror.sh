#!/bin/sh
# Prints the Debian mirror which this machine's apt settings name for its own release (deb822 and one-line forms).
set -eu
code=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
{
    for f in /etc/apt/sources.list.d/*.sources; do
        [ -e "$f" ] || continue
        awk -v code="$code" '
            function flush() { if (uri != "" && suites ~ ("(^| )" code "( |$)")) print uri; uri = suites = "" }
            /^[[:space:]]*$/ { flush() }
            /^URIs:/ { uri = $2 }
            /^Suites:/ { $1 = ""; suites = $0 }
            END { flush() }' "$f"
    done
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        sed -n 's/^deb\(-src\)\{0,1\}[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}//p' |
        awk -v code="$code" '$2 == code { print $1 }'
} | head -n 1 | grep .
