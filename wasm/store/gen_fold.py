#!/usr/bin/env python3
"""Writes fold_table.h: how search.c sees a character. Run by hand when the rules change.

Usage: wasm/store/gen_fold.py | clang-format > wasm/store/fold_table.h
Source: the Unicode data of Python's unicodedata (case folding, compatibility decomposition)."""
import unicodedata

# Scripts whose letters are worth folding; the rest stands for itself.
BLOCKS = [(0x80, 0x24F), (0x370, 0x5FF), (0x600, 0x6FF), (0x10A0, 0x10FF), (0x1C90, 0x1CBF),
          (0x1E00, 0x1FFF), (0x2000, 0x209F), (0x2100, 0x214F), (0x2160, 0x217F), (0x2212, 0x2212),
          (0x2C00, 0x2C5F), (0x3000, 0x3000), (0xFB00, 0xFB06), (0xFF01, 0xFFEF),
          (0x1D400, 0x1D7FF)]
# Marks that disappear: accents, Hebrew points, Arabic vowels, variation selectors, skin tones.
# Vowel signs of Thai and the Indic scripts carry meaning and stay.
MARKS = [(0x300, 0x36F), (0x483, 0x489), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2),
         (0x5C4, 0x5C5), (0x5C7, 0x5C7), (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F),
         (0x670, 0x670), (0x6D6, 0x6DC), (0x6DF, 0x6E8), (0x6EA, 0x6ED), (0x1AB0, 0x1AFF),
         (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
         (0x1F3FB, 0x1F3FF), (0xE0100, 0xE01EF)]
# Letters without a decomposition, and quotes and dashes that keyboards replace on their own.
OWN = {'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'ħ': 'h', 'ı': 'i', 'æ': 'ae', 'œ': 'oe', 'þ': 'th',
       'ŧ': 't', '‘': "'", '’': "'", '‛': "'", '“': '"', '”': '"', '‟': '"', '‐': '-', '‑': '-',
       '‒': '-', '–': '-', '—': '-', '―': '-', '−': '-'}
WHOLE = {'Й': 'й', 'й': 'й'}  # a letter of its own, not и with a mark
LENGTH_MAX = 3


def dropped(c):
    return any(a <= ord(c) <= b for a, b in MARKS) or unicodedata.category(c) == 'Cf'


def fold(c):
    if c in WHOLE:
        return WHOLE[c]
    t = unicodedata.normalize('NFKD', c.casefold())
    t = unicodedata.normalize('NFKD', t.casefold())
    t = ''.join(OWN.get(x, x) for x in t if not dropped(x))
    t = ''.join(OWN.get(x, x) for x in unicodedata.normalize('NFC', t).casefold())
    return t if 0 < len(t) <= LENGTH_MAX and all(ord(x) <= 0xFFFF for x in t) else c


def runs(pairs):
    """Runs (first, count, step, slope, target): first + i * step folds to target + i * slope."""
    table, i = dict(pairs), 0
    while i < len(pairs):
        k, v = pairs[i]
        best = (1, 1, 0)
        for step, slope in ((1, 0), (1, 1), (2, 0), (2, 2)):
            n = 1
            while table.get(k + step * n) == v + slope * n and (
                    step == 1 or k + 2 * n - 1 not in table):
                n += 1
            if n > best[0]:
                best = (n, step, slope)
        yield (k, *best, v)
        i += best[0]


def rows(items, form, per_line):
    items = [form(x) for x in items]
    for i in range(0, len(items), per_line):
        print('    ' + ', '.join(items[i:i + per_line]) + ',')


def main():
    single, many, marks = [], [], []
    for a, b in BLOCKS:
        for cp in range(a, b + 1):
            t = fold(chr(cp))
            if t == chr(cp) or dropped(chr(cp)):
                continue
            (single if len(t) == 1 else many).append((cp, ord(t) if len(t) == 1 else t))
    for cp in range(0x80, 0x110000):
        if dropped(chr(cp)) and not 0xD800 <= cp < 0xE000:
            if marks and marks[-1][1] == cp - 1:
                marks[-1][1] = cp
            else:
                marks.append([cp, cp])
    kinds = {(1, 0): 0, (1, 1): 1, (2, 0): 2, (2, 2): 3}
    found = list(runs(single))
    assert all(n < 1 << 14 for _, n, *_ in found)
    print('/* Made by gen_fold.py from Unicode %s; do not edit. */' % unicodedata.unidata_version)
    print('#ifndef SOTTO_STORE_FOLD_TABLE_H\n#define SOTTO_STORE_FOLD_TABLE_H\n')
    print('#include <stdint.h>\n')
    print('/* Runs in three columns: first character (low 16 bits), count << 2 | kind, target.')
    print(' * kind 0: all to the target; 1: one after another; 2: every second to the target;')
    print(' * 3: every second one after another. Ascending; the last FOLD_RUNS_HIGH lie in plane 1. */')
    print('enum { FOLD_RUNS = %d, FOLD_RUNS_HIGH = %d };' % (
        len(found), sum(r[0] > 0xFFFF for r in found)))
    print('static const uint16_t fold_runs[FOLD_RUNS][3] = {')
    rows(found, lambda r: '{0x%04x, %d, 0x%04x}' % (
        r[0] & 0xFFFF, r[1] << 2 | kinds[r[2], r[3]], r[4]), 4)
    print('};\n')
    print('/* One character to two or three (0: none); ascending. */')
    print('enum { FOLD_MANY = %d };' % len(many))
    print('static const uint16_t fold_many[FOLD_MANY][4] = {')
    rows(many, lambda m: '{0x%04x, %s}' % (m[0], ', '.join(
        '0x%04x' % (ord(m[1][i]) if i < len(m[1]) else 0) for i in range(3))), 2)
    print('};\n')
    print('/* Ranges that disappear: first, last; ascending. */')
    print('enum { FOLD_MARKS = %d };' % len(marks))
    print('static const uint32_t fold_marks[FOLD_MARKS][2] = {')
    rows(marks, lambda m: '{0x%04x, 0x%04x}' % tuple(m), 4)
    print('};\n\n#endif')


main()
