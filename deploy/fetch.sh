#!/bin/sh
# Fetches the sources of deploy/pins.lock into build/deps/src/<name>. Second run: nothing to do.
# Usage: deploy/fetch.sh [NAME...]
# First Debian's source package (testing, then unstable, from the mirror this machine already uses, with apt
# settings of our own so that the machine's stay untouched), then the upstream address. Hashes must match.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
pins=$root/deploy/pins.lock
src=$root/build/deps/src
tmp=$root/build/deps/fetch
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '%s\n' "fetch: $*" >&2; }
die() { say "$*"; exit 1; }
sha_of() { sha256sum "$1" | cut -d' ' -f1; }

mkdir -p "$src" || die "cannot write to build/ (disk full, or no right to write?)"
exec 9>"$root/build/deps/.fetch.lock"
flock 9

# apt-get with lists and cache of our own; the machine's proxy and TLS settings stay in force. The age of the list
# does not matter, since every archive is pinned by its hash.
own_apt() {
    apt-get -q -o Dir::Etc::sourcelist="$tmp/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State="$tmp/state" -o Dir::State::lists="$tmp/lists" -o Dir::Cache="$tmp/cache" \
        -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3 -o Acquire::Languages=none "$@"
}

apt_ready=
apt_prepare() {
    [ -z "$apt_ready" ] || { [ "$apt_ready" = yes ]; return; }
    apt_ready=no
    command -v apt-get >/dev/null 2>&1 || return 1
    uri=$("$root/deploy/mirror.sh") || return 1
    mkdir -p "$tmp/state" "$tmp/lists/partial" "$tmp/cache/archives/partial"
    : >"$tmp/sources.list"
    for suite in testing unstable; do
        echo "deb-src [signed-by=$keyring] $uri $suite main" >>"$tmp/sources.list"
    done
    say "reading Debian's list of sources"
    own_apt update >"$tmp/update.log" 2>&1 || {
        say "Debian's list of sources cannot be read ($(grep '^[EW]:' "$tmp/update.log" | head -n 1))"
        return 1
    }
    apt_ready=yes
}

# Finds the archive with the pinned hash among all source packages of that name and downloads it.
from_debian() { # name hash out
    apt_prepare || return 1
    # Any version will do as long as the hash is the pinned one.
    versions=$(apt-cache -o Dir::Etc::sourcelist="$tmp/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$tmp/state" -o Dir::State::lists="$tmp/lists" \
        -o Dir::Cache="$tmp/cache" showsrc "$1" 2>/dev/null | sed -n 's/^Version: //p' | sort -u)
    for v in $versions; do
        uri=$(own_apt --print-uris source "$1=$v" 2>/dev/null | sed -n "s/^'\([^']*\)' .* SHA256:$2\$/\1/p" | head -n 1)
        [ -n "$uri" ] || continue
        say "$1: $v from Debian"
        # apt's own downloader, so that the machine's proxy settings hold.
        (cd "$tmp" && rm -f download.part &&
            /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "$uri" "$tmp/download.part" "SHA256:$2" \
                >"$tmp/download.log" 2>&1) || continue
        mv "$tmp/download.part" "$3"
        return 0
    done
    return 1
}

from_upstream() { # name url hash out
    say "$1: from $2"
    curl -fsSL --retry 3 --connect-timeout 20 -o "$4.part" "$2" 2>"$tmp/curl.log" || {
        code=$?
        case $code in
        6|7|28|35) say "$1: no network, or the address cannot be reached ($(tail -n 1 "$tmp/curl.log"))" ;;
        23) say "$1: cannot write the file: is the disk full?" ;;
        *) say "$1: $(tail -n 1 "$tmp/curl.log")" ;;
        esac
        return 1
    }
    [ "$(sha_of "$4.part")" = "$3" ] || die "$1: WRONG HASH from $2: $(sha_of "$4.part"), pinned $3. Nothing was unpacked."
    mv "$4.part" "$4"
}

unpack() { # archive dir: strips the one top folder
    rm -rf "$2.new" && mkdir -p "$2.new"
    case $(head -c 2 "$1" | od -An -tx1 | tr -d ' ') in
    504b) command -v python3 >/dev/null 2>&1 || die "unpacking $1 needs python3"
          python3 -m zipfile -e "$1" "$2.new" ;;
    *)    tar -xf "$1" -C "$2.new" --no-same-owner ;;
    esac || die "cannot unpack $1: is the disk full?"
    set -- "$1" "$2" "$2".new/*
    [ $# = 3 ] || die "$1: expected one top folder"
    rm -rf "$2" && mv "$3" "$2" && rmdir "$2.new"
}

fetch_one() { # name version hash url url_hash
    out=$src/$1
    [ "$(cat "$out/.fetched" 2>/dev/null)" != "$2 $3 $5" ] || return 0
    mkdir -p "$tmp"
    archive=$tmp/$1.archive
    if [ -e "$archive" ] && { [ "$(sha_of "$archive")" = "$3" ] || [ "$(sha_of "$archive")" = "$5" ]; }; then
        say "$1: already downloaded"
    elif ! from_debian "$1" "$3" "$archive"; then
        from_upstream "$1" "$4" "$5" "$archive" ||
            die "$1 $2 could not be fetched, neither from Debian's sources nor from upstream. Is there a network?"
    fi
    unpack "$archive" "$out"
    if [ "$1" = sqlite3 ] && [ ! -e "$out/sqlite3.c" ]; then
        say "sqlite3: making the amalgamation"
        (cd "$out" && CC=gcc ./configure --disable-tcl && make sqlite3.c) >"$tmp/sqlite3.log" 2>&1 ||
            die "sqlite3: the amalgamation failed, see build/deps/fetch/sqlite3.log"
    fi
    echo "$2 $3 $5" >"$out/.fetched"
}

grep -v '^#' "$pins" | while IFS='|' read -r name version hash url url_hash licence room why; do
    [ -n "$name" ] || continue
    : "$licence" "$room" "$why"
    if [ $# -gt 0 ]; then
        case " $* " in *" $name "*) ;; *) continue ;; esac
    fi
    fetch_one "$name" "$version" "$hash" "$url" "$url_hash"
done
